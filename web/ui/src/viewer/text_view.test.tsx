import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Document } from "../api/types.ts";
import { chooseLanguage } from "../text/messages.ts";
import { findWords } from "./found_words.ts";
import { TextView } from "./text_view.tsx";

const document: Document = {
  id: "d1",
  revision: 1,
  dossier_id: "a1",
  subject: "Streusalz",
  type: "invoice",
  direction: "incoming",
  version: {
    id: "v1",
    number: 1,
    sha256: "00",
    size: 1,
    file_name: "rechnung.xml",
    mime_type: "text/xml",
    created: "2026-11-20T08:00:00Z",
    created_by: "u1",
    comment: "",
  },
  text_state: "extracted",
  created: "2026-11-20T08:00:00Z",
  created_by: "u1",
  modified: "2026-11-20T08:00:00Z",
  modified_by: "u1",
};
const mail = {
  from: "Petra Ackerlund <p@example.org>",
  to: ["amt@example.org", "bau@example.org"],
  cc: [],
  sent_at: "2026-11-18T08:00:00Z",
  subject: "Entwässerungsplan",
};

let answers: Record<string, () => Response>;
beforeEach(() => {
  chooseLanguage("de");
  answers = {
    "/text": () => new Response("Erste Zeile", { headers: { "X-Text-State": "extracted" } }),
  };
  vi.stubGlobal("fetch", async (url: string) => {
    const end = Object.keys(answers).find((each) => url.endsWith(each));
    return end ? answers[end]?.() : new Response("", { status: 404 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const value = (name: string) => screen.getByText(name).nextElementSibling?.textContent;
// Spaces that do not break count as spaces.
const plain = (text: string | null | undefined) => text?.replace(/\s/gu, " ");

it("shows a mail's head and attachments above its text", async () => {
  render(
    <TextView
      document={{ ...document, mail, attachments: [{ name: "Plan.pdf", mime_type: "application/pdf" }] }}
    />,
  );
  await screen.findByText("Erste Zeile");
  expect(value("Absender")).toBe(mail.from);
  expect(value("Empfänger")).toBe("amt@example.org, bau@example.org");
  expect(value("Datum")).toContain("18.11.2026");
  expect(value("Betreff")).toBe("Entwässerungsplan");
  expect(value("Anlagen")).toBe("Plan.pdf");
  expect(screen.queryByText("Kopie")).toBeNull();
  expect(screen.getByText("Original herunterladen").closest("a")?.getAttribute("href")).toBe(
    "/api/v1/documents/d1/content",
  );
});

it("shows what an invoice says of itself", async () => {
  const invoice = {
    kind: "invoice" as const,
    number: "RE 7",
    seller: "Salzhandel Nord",
    issued_on: "2026-11-20",
    due_on: "2026-12-04",
    amount: "2670.3",
    currency: "EUR",
  };
  const { rerender } = render(<TextView document={{ ...document, invoice }} />);
  await screen.findByText("Erste Zeile");
  expect(value("Rechnungsnummer")).toBe("RE 7");
  expect(value("Rechnungssteller")).toBe("Salzhandel Nord");
  expect(value("Rechnungsdatum")).toBe("20.11.2026");
  expect(value("Fällig am")).toBe("04.12.2026");
  expect(plain(value("Zahlbetrag"))).toBe("2.670,30 €");
  expect(screen.queryByText("Rechnung an")).toBeNull();
  rerender(<TextView document={{ ...document, invoice: { ...invoice, kind: "credit_note" } }} />);
  expect(plain(value("Betrag der Gutschrift"))).toBe("2.670,30 €");
});

it("shows a text without facts as a text", async () => {
  render(<TextView document={document} />);
  await screen.findByText("Erste Zeile");
  expect(window.document.querySelector("dl")).toBeNull();
});

it("shows the facts of a file without text", async () => {
  answers["/text"] = () =>
    new Response(null, { status: 204, headers: { "X-Text-State": "empty" } });
  render(<TextView document={{ ...document, mail }} />);
  await screen.findByText("In dieser Datei steht kein Text.");
  expect(value("Absender")).toBe(mail.from);
});

it("asks again for a document whose file had not been read yet", async () => {
  answers["/documents/d1"] = () => Response.json({ ...document, mail });
  render(<TextView document={{ ...document, text_state: "pending" }} />);
  await screen.findByText("Erste Zeile");
  expect(value("Absender")).toBe(mail.from);
});

it("marks what was found and begins with the page of the hit", async () => {
  answers["/text"] = () =>
    new Response("Die Zisterne\fnichts\fEine Regenzisterne, zwei Zisternen", {
      headers: { "X-Text-State": "extracted" },
    });
  const shown: (string | null)[] = [];
  Element.prototype.scrollIntoView = function scrolled(this: Element) {
    shown.push(this.textContent);
  };
  const find = findWords([
    { text: "Zisterne", marks: [{ begin: 0, end: 8 }] },
    { text: "Regenzisterne", marks: [{ begin: 5, end: 13 }] },
  ]);
  render(<TextView document={document} marking={{ page: 3, pages: [1, 3], find }} />);
  await screen.findByText("nichts");
  const marks = [...window.document.querySelectorAll("mark")].map((mark) => mark.textContent);
  expect(marks).toEqual(["Zisterne", "zisterne"]);
  await vi.waitFor(() => expect(shown).toEqual(["zisterne"]));
});
