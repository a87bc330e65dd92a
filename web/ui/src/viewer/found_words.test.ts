import { expect, it } from "vitest";
import type { Snippet } from "../api/types.ts";
import { findWords } from "./found_words.ts";

// A word with its meant part in brackets: "Abwasser[kanal]".
function word(marked: string): Snippet {
  const encoder = new TextEncoder();
  const begin = encoder.encode(marked.slice(0, marked.indexOf("["))).length;
  const end = encoder.encode(marked.slice(0, marked.indexOf("]"))).length - 1;
  return { text: marked.replace(/[[\]]/g, ""), marks: [{ begin, end }] };
}

// The text with what was found in brackets.
function marked(text: string, ...words: string[]): string {
  let result = text;
  for (const { begin, end } of findWords(words.map(word))(text).toReversed()) {
    result = `${result.slice(0, begin)}[${result.slice(begin, end)}]${result.slice(end)}`;
  }
  return result;
}

it("finds words as they are written, as whole words", () => {
  expect(marked("Kanal, Kanäle, Kanalbau und kanal", "[Kanal]", "[Kanäle]")).toBe(
    "[Kanal], [Kanäle], Kanalbau und kanal",
  );
  expect(marked("Straße 36, 1.36 und 36,50 (36)", "[36]")).toBe("Straße [36], 1.36 und 36,50 ([36])");
});

it("finds the part of a compound that was meant", () => {
  expect(marked("der Abwasserkanal", "Abwasser[kanal]")).toBe("der Abwasser[kanal]");
  expect(marked("Gebührenmüllabfuhr", "Gebühren[müll]abfuhr")).toBe("Gebühren[müll]abfuhr");
  expect(marked("Kanalgebühr", "[Kanal]gebühr", "Kanal[gebühr]")).toBe("[Kanal][gebühr]");
});

it("takes line breaks where they are shown for those that were read", () => {
  expect(marked("offene\n  Ganztagsschule", "[offene Ganztagsschule]")).toBe("[offene\n  Ganztagsschule]");
  expect(marked("Abfallge-\nbührensatzung", "Abfall[ge- bühren]satzung")).toBe("Abfall[ge-\nbühren]satzung");
  expect(marked("nach §\u00a036 und § 3", "§ [36]")).toBe("nach §\u00a0[36] und § 3");
});

it("takes what is meant by nothing but its letters", () => {
  expect(marked("a.b axb (c) c", "[a.b]", "[(c)]")).toBe("[a.b] axb [(c)] c");
  expect(marked("nichts")).toBe("nichts");
  expect(marked("21-2026/014", "[21-2026/014]")).toBe("[21-2026/014]");
});

it("prefers the longer of two that begin alike", () => {
  expect(marked("offene Tür, offene", "[offene]", "[offene Tür]")).toBe("[offene Tür], [offene]");
});
