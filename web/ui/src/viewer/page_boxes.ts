// Where words stand on the picture of a page, as the server found them when it read the page by its
// looks.
import type { WordOnPage } from "../api/types.ts";
import type { FindWords } from "./found_words.ts";

// Left, top, right, bottom, in parts of 65535 of the page as it is shown.
export type PageBox = readonly [number, number, number, number];

// The boxes of the words that hold what is found. A word that was divided at the end of a line is one
// word in two boxes.
export function boxesOfFound(words: readonly WordOnPage[], find: FindWords): PageBox[] {
  const encoder = new TextEncoder();
  const begins: number[] = [];
  let text = "";
  let end = -1;
  for (const word of words) {
    if (text && word.begin !== end) text += " ";
    begins.push(text.length);
    text += word.text;
    end = word.begin + encoder.encode(word.text).length;
  }
  const spans = find(text);
  return words
    .filter((word, i) => {
      const begin = begins[i] ?? 0;
      return spans.some((span) => span.begin < begin + word.text.length && span.end > begin);
    })
    .map((word) => word.box);
}

const per = (part: number) => `${((100 * part) / 65535).toFixed(3)}%`;

// Puts a mark for each box into `frame`, which lies exactly over the picture. Returns the first.
export function drawBoxes(frame: Element, boxes: readonly PageBox[]): HTMLElement | undefined {
  const marks = boxes.map(([left, top, right, bottom]) => {
    const mark = document.createElement("div");
    mark.className = "pdf-mark";
    mark.style.setProperty("left", per(left));
    mark.style.setProperty("top", per(top));
    mark.style.setProperty("width", per(right - left));
    mark.style.setProperty("height", per(bottom - top));
    return mark;
  });
  frame.replaceChildren(...marks);
  return marks[0];
}
