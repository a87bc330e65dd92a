import { expect, it } from "vitest";
import { rangesOf, textOfLayer } from "./pdf_marks.ts";

// As pdf.js builds it: a span each piece of text, a break at each line's end.
function layer(): HTMLElement {
  const element = document.createElement("div");
  element.innerHTML =
    '<span>Der Ka</span><span>nal im</span><br><span class="markedContent"><span>Mühl-</span><br></span><span>graben</span>';
  return element;
}

it("reads the layer's text with its lines", () => {
  expect(textOfLayer(layer()).text).toBe("Der Kanal im\nMühl-\ngraben");
});

it("covers what lies in several pieces", () => {
  const { text, pieces } = textOfLayer(layer());
  const covered = (word: string) =>
    rangesOf(pieces, text.indexOf(word), text.indexOf(word) + word.length).map((range) => range.toString());
  expect(covered("Kanal")).toEqual(["Ka", "nal"]);
  expect(covered("Mühl-\ngraben")).toEqual(["Mühl-", "graben"]);
  expect(covered("im")).toEqual(["im"]);
});
