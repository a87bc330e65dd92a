import { beforeEach, describe, expect, it } from "vitest";
import type { Document } from "../api/types.ts";
import { language } from "../text/messages.ts";
import { textNote } from "./document_data.tsx";

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
