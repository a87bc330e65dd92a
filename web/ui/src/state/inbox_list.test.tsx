import { act, cleanup, renderHook, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { InboundFilter } from "../api/inbox.ts";
import { useInboxList } from "./inbox_list.ts";

// What the server says to each question, once it is let go.
let answers: Record<string, object>;
let held: Map<string, () => void>;

beforeEach(() => {
  answers = {};
  held = new Map();
  vi.stubGlobal("fetch", async (url: string) => {
    const query = new URL(url, "https://h/").searchParams;
    const name = query.get("cursor") ?? query.get("q") ?? "";
    await new Promise<void>((resolve) => held.set(name, resolve));
    const answer = answers[name];
    return answer ? Response.json(answer) : new Response("{}", { status: 500 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const items = (...ids: string[]) => ids.map((id) => ({ id }));

async function letGo(name: string) {
  await waitFor(() => expect(held.has(name)).toBe(true));
  await act(async () => held.get(name)?.());
  held.delete(name);
}

const show = () =>
  renderHook((filter: InboundFilter) => useInboxList("b1", filter), { initialProps: {} });

it("keeps the list of the tray until the search in it is answered", async () => {
  answers = {
    "": { items: items("i1", "i2", "i3"), next_cursor: "c", total_estimate: 60 },
    Kita: { items: items("i2"), total_estimate: 1, rebuilt_percent: 42 },
  };
  const { result, rerender } = show();
  await letGo("");
  await waitFor(() => expect(result.current.items?.length).toBe(3));
  expect(result.current).toMatchObject({ query: "", count: 60, hasMore: true });
  rerender({ q: "Kita" });
  expect(result.current).toMatchObject({ query: "", count: 60 });
  await letGo("Kita");
  await waitFor(() => expect(result.current.query).toBe("Kita"));
  expect(result.current).toMatchObject({ items: items("i2"), count: 1, rebuiltPercent: 42, hasMore: false });
});

it("says of a search that failed that it did, and of the next one nothing yet", async () => {
  answers = { "": { items: items("i1") }, Kita: { items: [] } };
  const { result, rerender } = show();
  await letGo("");
  rerender({ q: "Kit" });
  await letGo("Kit");
  await waitFor(() => expect(result.current.failure?.status).toBe(500));
  rerender({ q: "Kita" });
  await waitFor(() => expect(result.current.failure).toBeUndefined());
  await letGo("Kita");
  await waitFor(() => expect(result.current.query).toBe("Kita"));
});

it("lets no late page of another list in", async () => {
  answers = {
    "": { items: items("i1"), next_cursor: "c" },
    c: { items: items("i9") },
    Kita: { items: items("i2") },
  };
  const { result, rerender } = show();
  await letGo("");
  await waitFor(() => expect(result.current.hasMore).toBe(true));
  act(() => result.current.loadMore());
  rerender({ q: "Kita" });
  await letGo("Kita");
  await waitFor(() => expect(result.current.query).toBe("Kita"));
  await letGo("c");
  await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
  expect(result.current).toMatchObject({ items: items("i2"), query: "Kita" });
});

it("drops at once what has left the tray, and reads what is found anew", async () => {
  answers = { Kita: { items: items("i1", "i2") } };
  const { result } = renderHook(() => useInboxList("b1", { q: "Kita" }));
  await letGo("Kita");
  await waitFor(() => expect(result.current.count).toBe(2));
  act(() => result.current.drop(["i1"]));
  expect(result.current).toMatchObject({ items: items("i2"), count: 1 });
  answers = { Kita: { items: items("i2", "i3") } };
  act(() => result.current.reload());
  await letGo("Kita");
  await waitFor(() => expect(result.current.items).toEqual(items("i2", "i3")));
});
