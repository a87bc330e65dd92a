import { expect, it } from "vitest";
import { markingOfPassage, wordsOf } from "./found_passage.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;
// What stands between the bars is marked.
function snippetOf(text: string) {
  const parts = text.split("|");
  const plain = parts.join("");
  let at = 0;
  const marks = parts.flatMap((part, i) => {
    const begin = at;
    at += bytes(part);
    return i % 2 === 1 ? [{ begin, end: at }] : [];
  });
  return { text: plain, marks };
}

it("takes each marked place with the word that it is a part of", () => {
  expect(wordsOf(snippetOf("Für die |Zisterne|, für die Regenwasser|zisterne|."))).toEqual([
    snippetOf("|Zisterne|"),
    snippetOf("Regenwasser|zisterne|"),
  ]);
  expect(wordsOf(snippetOf("ein |Rück||stau|ventil"))).toEqual([
    snippetOf("|Rück|stauventil"),
    snippetOf("Rück|stau|ventil"),
  ]);
});

it("marks these words wherever they stand, from the passage's page on", () => {
  const marking = markingOfPassage({ snippet: snippetOf("der |Kita| wegen"), page: 3 });
  expect(marking?.page).toBe(3);
  const text = "Kita und Kitas und Kita";
  expect(marking?.find(text).map(({ begin, end }) => text.slice(begin, end))).toEqual(["Kita", "Kita"]);
  expect(markingOfPassage({ snippet: snippetOf("der |Kita| wegen") })?.page).toBe(1);
});

it("marks nothing where a search found no passage", () => {
  expect(markingOfPassage({})).toBeUndefined();
});
