import { expect, it } from "vitest";
import { addDays, dayOf, daysBetween, endOfWeek } from "./days.ts";

it("counts days over months, years and the change of the clock", () => {
  expect(daysBetween("2026-12-30", "2027-01-02")).toBe(3);
  expect(daysBetween("2026-10-26", "2026-10-24")).toBe(-2);
  expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
});

it("gives a moment the day it has in the town", () => {
  expect(dayOf(new Date("2025-12-31T22:59:59Z"))).toBe("2025-12-31");
  expect(dayOf(new Date("2025-12-31T23:00:00Z"))).toBe("2026-01-01");
  expect(dayOf(new Date("2026-07-01T21:59:59Z"))).toBe("2026-07-01");
  expect(dayOf(new Date("2026-07-01T22:00:00Z"))).toBe("2026-07-02");
});

it("lets a week end on Sunday", () => {
  expect(endOfWeek("2026-11-23")).toBe("2026-11-29");
  expect(endOfWeek("2026-11-29")).toBe("2026-11-29");
});
