import { cleanup, render, renderHook, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type HitPlace, pathOfHit, placeIn, useMarking } from "./hit_place.ts";

let asked: string[] = [];
let status = 200;

beforeEach(() => {
  asked = [];
  status = 200;
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    if (url.includes("/words")) {
      const words = [
        { text: "Der", begin: 0, box: [1, 1, 2, 2] },
        { text: "Kanal", begin: 4, box: [3, 1, 4, 2] },
      ];
      return Response.json({ page: 5, recognised: true, rotation: 0, words });
    }
    const matches = {
      pages: [
        { page: 2, count: 1 },
        { page: 5, count: 3 },
      ],
      words: [{ text: "Kanal", marks: [{ begin: 0, end: 5 }] }],
    };
    return status === 200 ? Response.json(matches) : new Response("{}", { status });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Page({ place }: { place: HitPlace }) {
  const { page, pages, find } = useMarking({ id: "d1", version: { number: 2 } }, place);
  return <p>{`${page} of ${pages.join()} ${find("ein Kanal").length}`}</p>;
}

it("says the same in an address as it reads out of it", () => {
  expect(pathOfHit({ document_id: "d1", page: 3 }, "Kanal § 36")).toBe(
    "/documents/d1?page=3&q=Kanal+%C2%A7+36",
  );
  expect(pathOfHit({ document_id: "d1" }, "")).toBe("/documents/d1");
  expect(placeIn(new URLSearchParams("page=3&q=Kanal"))).toEqual({ page: 3, query: "Kanal" });
  expect(placeIn(new URLSearchParams("page=-1"))).toEqual({ page: undefined, query: undefined });
  expect(placeIn(new URLSearchParams("page=x"))).toEqual({ page: undefined, query: undefined });
});

it("begins at the hit's page, else at the first that holds anything", async () => {
  const { rerender } = render(<Page place={{ page: 5, query: "kanal" }} />);
  await screen.findByText("5 of 2,5 1");
  expect(asked).toEqual(["/api/v1/documents/d1/matches?q=kanal"]);
  rerender(<Page place={{ query: "kanal" }} />);
  await screen.findByText("2 of 2,5 1");
});

it("marks nothing without a query, or for one that the server refuses", async () => {
  const { rerender } = render(<Page place={{ page: 4 }} />);
  await screen.findByText("4 of 0");
  expect(asked).toEqual([]);
  status = 400;
  rerender(<Page place={{ page: 4, query: "kanal" }} />);
  await vi.waitFor(() => expect(asked.length).toBe(1));
  await screen.findByText("4 of 0");
});

it("knows where hits are on pages that were read by their looks, and asks of no others", async () => {
  const { result } = renderHook(() =>
    useMarking({ id: "d1", version: { number: 1 }, recognised_pages: [4, 5] }, { query: "kanal" }),
  );
  await vi.waitFor(() => expect(result.current.pages).toEqual([2, 5]));
  const { boxesOn } = result.current;
  asked = [];
  expect(await boxesOn?.(2)).toEqual([]);
  expect(await boxesOn?.(4)).toEqual([]);
  expect(asked).toEqual([]);
  expect(await boxesOn?.(5)).toEqual([[3, 1, 4, 2]]);
  expect(await boxesOn?.(5)).toEqual([[3, 1, 4, 2]]);
  expect(asked).toEqual(["/api/v1/documents/d1/words?page=5"]);
});
