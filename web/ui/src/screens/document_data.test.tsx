import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Document } from "../api/types.ts";
import { language } from "../text/messages.ts";
import { DocumentData, textNote } from "./document_data.tsx";

const note = (more: Partial<Document>) => textNote(more as Document);

describe("what is said of a text", () => {
  beforeEach(() => {
    language.value = "de";
  });

  it("names the page that is being recognised", () => {
    expect(note({ recognition: { pages_done: 1, pages: 5 } })).toBe(
      "Text wird erkannt (Seite 2 von 5)",
    );
    expect(note({ recognition: { pages_done: 5, pages: 5 } })).toContain("Seite 5 von 5");
  });

  it("names the pages that were recognised, rows of them together", () => {
    expect(note({ recognised_pages: [1, 2, 3, 7] })).toContain("(Seite 1–3, 7)");
  });

  it("is nothing where the file's own text is there", () => {
    expect(note({})).toBeUndefined();
    expect(note({ recognised_pages: [] })).toBeUndefined();
  });
});

describe("the data of a document", () => {
  beforeEach(() => {
    language.value = "de";
  });
  afterEach(cleanup);

  const value = (name: string) =>
    screen.queryByText(name)?.nextElementSibling?.textContent?.replace(/\s/gu, " ");
  const show = (more: Partial<Document>) =>
    render(
      <DocumentData
        document={
          {
            id: "d1",
            subject: "Streusalz",
            type: "invoice",
            direction: "incoming",
            modified: "2026-11-20T08:00:00Z",
            version: { file_name: "r.pdf", mime_type: "application/pdf", size: 9, sha256: "00" },
            ...more,
          } as Document
        }
        onChange={() => undefined}
        onReload={() => undefined}
        shown={undefined}
        onOpen={() => undefined}
      />,
    );

  it("tell what an invoice says of itself, whatever its file looks like", () => {
    show({
      invoice: {
        kind: "invoice",
        number: "RE 7",
        seller: "Salzhandel Nord",
        issued_on: "2026-11-20",
        due_on: "2026-12-04",
        amount: "2670.3",
        currency: "EUR",
      },
    });
    expect(value("Rechnungsnummer")).toBe("RE 7");
    expect(value("Rechnungssteller")).toBe("Salzhandel Nord");
    expect(value("Rechnungsdatum")).toBe("20.11.2026");
    expect(value("Fällig am")).toBe("04.12.2026");
    expect(value("Zahlbetrag")).toBe("2.670,30 €");
  });

  it("say nothing of invoices where it is none", () => {
    show({});
    expect(value("Rechnungsnummer")).toBeUndefined();
  });
});
