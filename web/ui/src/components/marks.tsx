// Text with highlighted places.
import type { Snippet } from "../api/types.ts";

// The server marks byte offsets of UTF-8; JavaScript counts otherwise.
export function cutAtMarks(snippet: Snippet): { text: string; marked: boolean }[] {
  const bytes = new TextEncoder().encode(snippet.text);
  const decoder = new TextDecoder();
  const parts: { text: string; marked: boolean }[] = [];
  let at = 0;
  const push = (end: number, marked: boolean) => {
    if (end > at) parts.push({ text: decoder.decode(bytes.subarray(at, end)), marked });
    at = Math.max(at, end);
  };
  for (const mark of snippet.marks) {
    push(mark.begin, false);
    push(mark.end, true);
  }
  push(bytes.length, false);
  return parts;
}

export function Marked({ snippet }: { snippet: Snippet }) {
  return (
    <>
      {cutAtMarks(snippet).map((part, i) =>
        part.marked ? <mark key={i}>{part.text}</mark> : <span key={i}>{part.text}</span>,
      )}
    </>
  );
}

const fold = (text: string) => text.toLowerCase();

// Marks the words of `query` in `text`, for lists that the page filters itself.
export function MarkedWords({ text, query }: { text: string; query: string }) {
  const words = query.split(/\s+/).filter((word) => word.length > 1);
  if (words.length === 0) return <>{text}</>;
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = text.split(new RegExp(`(${escaped.join("|")})`, "i"));
  const wanted = new Set(words.map(fold));
  return (
    <>
      {parts.map((part, i) => (wanted.has(fold(part)) ? <mark key={i}>{part}</mark> : part))}
    </>
  );
}
