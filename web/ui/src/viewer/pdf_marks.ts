// Marks over a page of a PDF: boxes where its text layer holds the words.
import type { FindWords } from "./found_words.ts";

interface Piece {
  node: Text;
  begin: number;
}

// What stands in the layer, with a line's end wherever the layer has one.
export function textOfLayer(layer: Element): { text: string; pieces: Piece[] } {
  const pieces: Piece[] = [];
  let text = "";
  const read = (parent: Node) => {
    for (const node of parent.childNodes) {
      if (node instanceof Text) {
        pieces.push({ node, begin: text.length });
        text += node.data;
      } else if (node.nodeName === "BR") {
        text += "\n";
      } else {
        read(node);
      }
    }
  };
  read(layer);
  return { text, pieces };
}

// The parts of text nodes that a span covers.
export function rangesOf(pieces: Piece[], begin: number, end: number): Range[] {
  const ranges: Range[] = [];
  for (const piece of pieces) {
    const from = Math.max(begin - piece.begin, 0);
    const to = Math.min(end - piece.begin, piece.node.length);
    if (from >= to) continue;
    const range = document.createRange();
    range.setStart(piece.node, from);
    range.setEnd(piece.node, to);
    ranges.push(range);
  }
  return ranges;
}

const per = (part: number, whole: number) => `${((100 * part) / whole).toFixed(3)}%`;

// Puts a box into `frame`, which lies exactly over the layer, for each place that is found; in parts of
// the page's size, so that they stay when it grows. Returns the first.
export function drawMarks(layer: Element, frame: Element, find: FindWords): HTMLElement | undefined {
  const { text, pieces } = textOfLayer(layer);
  const page = frame.getBoundingClientRect();
  const boxes: HTMLElement[] = [];
  for (const { begin, end } of find(text)) {
    for (const range of rangesOf(pieces, begin, end)) {
      for (const place of range.getClientRects()) {
        const box = document.createElement("div");
        box.className = "pdf-mark";
        box.style.setProperty("left", per(place.left - page.left, page.width));
        box.style.setProperty("top", per(place.top - page.top, page.height));
        box.style.setProperty("width", per(place.width, page.width));
        box.style.setProperty("height", per(place.height, page.height));
        boxes.push(box);
      }
    }
  }
  frame.replaceChildren(...boxes);
  return boxes[0];
}
