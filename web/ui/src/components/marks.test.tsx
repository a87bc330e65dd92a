import { cleanup, render } from "@testing-library/preact";
import { afterEach, expect, it } from "vitest";
import { cutAtMarks, MarkedWords } from "./marks.tsx";

afterEach(cleanup);

it("counts bytes, not letters, so that umlauts do not shift the mark", () => {
  const text = "Für die Zisterne";
  const begin = new TextEncoder().encode("Für die ").length;
  const parts = cutAtMarks({ text, marks: [{ begin, end: begin + 8 }] });
  expect(parts).toEqual([
    { text: "Für die ", marked: false },
    { text: "Zisterne", marked: true },
  ]);
});

it("marks typed words whatever their case", () => {
  const { container } = render(<MarkedWords text="B-Plan Am Lindenweg" query="lindenweg (" />);
  expect(container.querySelector("mark")?.textContent).toBe("Lindenweg");
});
