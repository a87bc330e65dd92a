// Where a text holds the words that a search found in it. The server names them as they are written in
// the text that it read; what is shown may break lines elsewhere.
import type { Snippet } from "../api/types.ts";
import { cutAtMarks } from "../components/marks.tsx";

// Of a text, in JavaScript's units.
export interface Span {
  begin: number;
  end: number;
}
export type FindWords = (text: string) => Span[];

const whiteSpace = /\s+/u;

// The part of a word that was meant, in the word without its white space.
function partOf(word: Snippet): Span {
  const parts = cutAtMarks(word);
  const at = parts.findIndex((part) => part.marked);
  const length = (texts: typeof parts) => texts.map(({ text }) => text.replace(/\s+/gu, "")).join("").length;
  return { begin: length(parts.slice(0, at)), end: length(parts.slice(0, at + 1)) };
}

// The place in `text` of what is its nth character that is no white space.
function placeOf(text: string, nth: number): number {
  let met = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (whiteSpace.test(text[at] ?? "")) continue;
    if (met === nth) return at;
    met += 1;
  }
  return text.length;
}

const spanIn = (text: string, part: Span): Span => ({
  begin: placeOf(text, part.begin),
  end: placeOf(text, part.end - 1) + 1,
});

const patternOf = (word: string) =>
  word
    .split(whiteSpace)
    .map((piece) => piece.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
    .join("\\s+");

// Spans in order, none over another.
function merged(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.begin - b.begin || b.end - a.end)) {
    const last = result.at(-1);
    if (last && span.begin < last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}

export function findWords(words: readonly Snippet[]): FindWords {
  if (words.length === 0) return () => [];
  // A word can be meant by several of its parts.
  const parts = new Map<string, Span[]>();
  for (const word of words) {
    const key = word.text.replace(/\s+/gu, "");
    parts.set(key, [...(parts.get(key) ?? []), partOf(word)]);
  }
  const longestFirst = [...new Set(words.map((word) => word.text))].toSorted((a, b) => b.length - a.length);
  // Whole words; "36" is none in "1.36" and "36,50".
  const any = new RegExp(
    `(?<![\\p{L}\\p{N}]|\\p{N}[.,])(?:${longestFirst.map(patternOf).join("|")})(?![\\p{L}\\p{N}]|[.,]\\p{N})`,
    "gu",
  );
  return (text) => {
    const spans: Span[] = [];
    for (const match of text.matchAll(any)) {
      const [found] = match;
      for (const part of parts.get(found.replace(/\s+/gu, "")) ?? []) {
        const { begin, end } = spanIn(found, part);
        spans.push({ begin: match.index + begin, end: match.index + end });
      }
    }
    return merged(spans);
  };
}
