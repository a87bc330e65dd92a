// What a search found in a letter, for the viewer: the words of its passage are marked wherever they
// stand, as in a document.
import type { InboundItem } from "../api/inbox.ts";
import type { Snippet } from "../api/types.ts";
import { cutAtMarks } from "../components/marks.tsx";
import { findWords } from "../viewer/found_words.ts";
import type { Marking } from "../viewer/hit_place.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

// Each marked place with the whole word that it is in, or is a part of.
export function wordsOf(snippet: Snippet): Snippet[] {
  const words: Snippet[] = [];
  let at = 0;
  for (const { text, marked } of cutAtMarks(snippet)) {
    const end = at + text.length;
    if (marked) {
      const head = /[\p{L}\p{N}]*$/u.exec(snippet.text.slice(0, at))?.[0] ?? "";
      const tail = /^[\p{L}\p{N}]*/u.exec(snippet.text.slice(end))?.[0] ?? "";
      const begin = bytesOf(head);
      words.push({ text: head + text + tail, marks: [{ begin, end: begin + bytesOf(text) }] });
    }
    at = end;
  }
  return words;
}

type Found = Pick<InboundItem, "snippet" | "page">;

export function markingOfPassage({ snippet, page = 1 }: Found): Marking | undefined {
  if (!snippet) return undefined;
  return { page, pages: [page], find: findWords(wordsOf(snippet)) };
}
