import { describe, expect, it } from "vitest";
import { chooseLanguage } from "./messages.ts";
import {
  fileKind,
  formatAmount,
  formatDate,
  formatNear,
  formatSize,
  formatToday,
  initialsOf,
  subjectFromName,
} from "./format.ts";

chooseLanguage("de");

describe("format", () => {
  it("writes days without shifting them", () => {
    expect(formatDate("2026-11-30")).toBe("30.11.2026");
    expect(formatDate(undefined)).toBe("");
  });
  it("names today and yesterday", () => {
    const now = new Date("2026-11-23T10:00:00");
    expect(formatNear("2026-11-23", now)).toBe("heute");
    expect(formatNear("2026-11-22", now)).toBe("gestern");
    expect(formatNear("2026-11-20", now)).toBe("Fr, 20.11.");
    expect(formatNear("2025-11-20", now)).toBe("20.11.2025");
  });
  it("tells moments by the town's clock", () => {
    const now = new Date("2026-11-28T23:10:00Z");
    expect(formatNear("2026-11-28T23:05:00Z", now)).toBe("heute 00:05");
    expect(formatNear("2026-11-28T22:55:00Z", now)).toBe("gestern");
    expect(formatDate("2026-06-30T22:30:00Z")).toBe("01.07.2026");
    expect(formatToday(now)).toBe("Sonntag, 29. November");
  });
  it("writes sizes with few digits", () => {
    expect(formatSize(999)).toBe("999 Byte");
    expect(formatSize(1_500_000)).toBe("1,5 MB");
  });
  it("writes amounts without losing a cent", () => {
    const plain = (text: string) => text.replace(/\s/gu, " ");
    expect(plain(formatAmount("2670.36", "EUR"))).toBe("2.670,36 €");
    expect(plain(formatAmount("336.9", "EUR"))).toBe("336,90 €");
    expect(plain(formatAmount("-0.5", "EUR"))).toBe("-0,50 €");
    expect(plain(formatAmount("123456789012345678.91", "EUR"))).toBe("123.456.789.012.345.678,91 €");
    expect(plain(formatAmount("1.125", "EUR"))).toBe("1,125 €");
    expect(plain(formatAmount("100", "JPY"))).toBe("100 ¥");
    chooseLanguage("en");
    expect(formatAmount("2670.36", "EUR")).toBe("€2,670.36");
    chooseLanguage("de");
  });
  it("takes initials from the first and last name", () => {
    expect(initialsOf("Hilde von Brandt")).toBe("HB");
  });
  it("makes a subject of a file name", () => {
    expect(subjectFromName("Bescheid_Weber_2026.pdf")).toBe("Bescheid Weber 2026");
    expect(subjectFromName(".pdf")).toBe(".pdf");
  });
  it("knows the badge of a file type", () => {
    expect(fileKind("application/pdf")).toBe("PDF");
    expect(fileKind("application/x-unknown")).toBe("DATEI");
  });
});
