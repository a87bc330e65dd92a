import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { InboundItem } from "../api/inbox.ts";
import { chooseLanguage } from "../text/messages.ts";
import { ItemViewer } from "./item_viewer.tsx";

const item = {
  id: "i1",
  subject: "Entwässerungsplan",
  file: { file_name: "a.eml", mime_type: "message/rfc822", size: 1, sha256: "00", pages: 1 },
  text_state: "extracted",
} as InboundItem;

beforeEach(() => {
  chooseLanguage("de");
  vi.stubGlobal("fetch", async () =>
    new Response("Erste Zeile", { headers: { "X-Text-State": "extracted" } }),
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const value = (name: string) => screen.queryByText(name)?.nextElementSibling?.textContent;

it("shows a mail's head and the names of its attachments above its text", async () => {
  const mail = {
    from: "Petra Ackerlund <p@example.org>",
    to: ["amt@example.org"],
    cc: ["bau@example.org"],
    sent_at: "2026-11-18T08:00:00Z",
    subject: "Entwässerungsplan Mühlweg",
  };
  const attachments = [{ name: "Plan.pdf", mime_type: "application/pdf" }];
  render(<ItemViewer item={{ ...item, mail, attachments }} />);
  await screen.findByText("Erste Zeile");
  expect(value("Absender")).toBe(mail.from);
  expect(value("Empfänger")).toBe("amt@example.org");
  expect(value("Kopie")).toBe("bau@example.org");
  expect(value("Datum")).toContain("18.11.2026");
  expect(value("Betreff")).toBe("Entwässerungsplan Mühlweg");
  expect(value("Anlagen")).toBe("Plan.pdf");
});

it("shows a letter's text without any", async () => {
  render(<ItemViewer item={item} />);
  await screen.findByText("Erste Zeile");
  expect(value("Absender")).toBeUndefined();
});
