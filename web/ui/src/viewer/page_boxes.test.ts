import { expect, it } from "vitest";
import type { WordOnPage } from "../api/types.ts";
import { findWords } from "./found_words.ts";
import { boxesOfFound, drawBoxes } from "./page_boxes.ts";

const whole = (text: string) => ({
  text,
  marks: [{ begin: 0, end: new TextEncoder().encode(text).length }],
});
const box = (n: number): WordOnPage["box"] => [n, n, n + 10, n + 10];
// "Die Grundstücke am Kanal", the second word divided at the end of a line.
const words: WordOnPage[] = [
  { text: "Die", begin: 0, box: box(1) },
  { text: "Grund", begin: 4, box: box(2) },
  { text: "stücke", begin: 9, box: box(3) },
  { text: "am", begin: 17, box: box(4) },
  { text: "Kanal,", begin: 20, box: box(5) },
];

it("finds the boxes of words, also of divided ones and of several in a row", () => {
  expect(boxesOfFound(words, findWords([whole("Kanal")]))).toEqual([box(5)]);
  expect(boxesOfFound(words, findWords([whole("Grundstücke")]))).toEqual([box(2), box(3)]);
  expect(boxesOfFound(words, findWords([whole("am Kanal")]))).toEqual([box(4), box(5)]);
  expect(boxesOfFound(words, findWords([whole("Grund")]))).toEqual([]);
  expect(boxesOfFound([], findWords([whole("Kanal")]))).toEqual([]);
});

it("draws them in parts of the page", () => {
  const frame = document.createElement("div");
  const first = drawBoxes(frame, [[0, 32768, 65535, 65535]]);
  expect(first?.style.getPropertyValue("top")).toBe("50.001%");
  expect(first?.style.getPropertyValue("width")).toBe("100.000%");
  expect(frame.children).toHaveLength(1);
  expect(drawBoxes(frame, [])).toBeUndefined();
  expect(frame.children).toHaveLength(0);
});
