import { expect, it, vi } from "vitest";
import { PagedList } from "./paged.ts";

const pages = (count: number, size: number) =>
  vi.fn(async (cursor: string | undefined) => {
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i);
    const next = from + size;
    return { items, total_estimate: count, ...(next < count ? { next_cursor: String(next) } : {}) };
  });

it("loads only as many pages as are wanted", async () => {
  const load = pages(1000, 100);
  const list = new PagedList<number>(load, () => undefined);
  list.want(150);
  await vi.waitFor(() => expect(list.items.length).toBe(200));
  expect(load).toHaveBeenCalledTimes(2);
  expect(list.length).toBe(1000);
});

it("knows its length once the last page is there", async () => {
  const list = new PagedList<number>(pages(30, 100), () => undefined);
  list.want(500);
  await vi.waitFor(() => expect(list.length).toBe(30));
  expect(list.items[29]).toBe(29);
});

it("reads again in place what is in sight", async () => {
  let count = 300;
  const load = vi.fn((cursor: string | undefined) => pages(count, 100)(cursor));
  const seen: number[] = [];
  const list = new PagedList<number>(load, () => seen.push(list.items.length));
  list.want(250);
  await vi.waitFor(() => expect(list.items.length).toBe(300));
  list.want(150);
  count = 301;
  seen.length = 0;
  list.refresh();
  await vi.waitFor(() => expect(list.refreshes).toBe(1));
  expect(seen, "never shorter than what is in sight").toEqual([200]);
  expect(load).toHaveBeenCalledTimes(5);
  expect(list.length).toBe(301);
  list.want(301);
  await vi.waitFor(() => expect(list.items.length).toBe(301));
});

it("keeps what it has when reading again fails", async () => {
  let fails = false;
  const good = pages(3, 100);
  const list = new PagedList<number>(
    (cursor) => (fails ? Promise.reject(new Error("down")) : good(cursor)),
    () => undefined,
  );
  list.want(1);
  await vi.waitFor(() => expect(list.length).toBe(3));
  fails = true;
  list.refresh();
  await new Promise((resolve) => setTimeout(resolve));
  expect(list.items.length).toBe(3);
  expect(list.failure).toBeUndefined();
  fails = false;
  list.refresh();
  await vi.waitFor(() => expect(list.refreshes).toBe(1));
});

it("keeps what was loaded when a page fails, and goes on after retry", async () => {
  const good = pages(300, 100);
  let fails = true;
  const list = new PagedList<number>(
    (cursor) => (cursor === "100" && fails ? Promise.reject(new Error("down")) : good(cursor)),
    () => undefined,
  );
  list.want(200);
  await vi.waitFor(() => expect(list.failure).toBeDefined());
  expect(list.items.length).toBe(100);
  fails = false;
  list.retry();
  await vi.waitFor(() => expect(list.items.length).toBe(200));
});
