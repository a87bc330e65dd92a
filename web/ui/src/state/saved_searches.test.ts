import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { SavedSearch } from "../api/saved_searches.ts";
import {
  fieldsOf,
  loadSavedSearches,
  lookAt,
  newHits,
  pathOfSaved,
  savedAs,
  savedCounts,
  savedSearches,
  shownOf,
} from "./saved_searches.ts";

const invoices: SavedSearch = {
  id: "s1",
  revision: 2,
  name: "Offene Rechnungen",
  q: "Streusalz",
  type: ["invoice", "letter"],
  status: [],
  sort: "newest",
};
let counts: object[];
let asked: string[];

beforeEach(() => {
  savedSearches.value = [];
  savedCounts.value = new Map();
  asked = [];
  counts = [{ id: "s1", hits: 12, more_hits: false, new_hits: 3, more_new_hits: false }];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url}`);
    if (url.endsWith("/looked")) {
      counts = [{ id: "s1", hits: 12, more_hits: false, new_hits: 0, more_new_hits: false }];
      return new Response(null, { status: 204 });
    }
    return Response.json({ items: url.endsWith("/counts") ? counts : [invoices] });
  });
});
afterEach(() => vi.unstubAllGlobals());

it("knows what is new until it was looked at", async () => {
  await loadSavedSearches();
  expect(newHits.value).toBe(3);
  await lookAt("s1");
  expect(newHits.value).toBe(0);
  expect(asked).toContain("POST /api/v1/saved-searches/s1/looked");
});

it("asks for no counts where nothing is saved", async () => {
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return Response.json({ items: [] });
  });
  await loadSavedSearches();
  expect(asked).toEqual(["/api/v1/saved-searches"]);
});

it("keeps old counts where new ones do not come", async () => {
  await loadSavedSearches();
  vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
  await lookAt("s1");
  await loadSavedSearches();
  expect(newHits.value).toBe(3);
});

it("takes a search from the screen and brings it back there", async () => {
  await loadSavedSearches();
  const shown = shownOf(invoices);
  expect(fieldsOf("Offene Rechnungen", shown)).toEqual({
    name: "Offene Rechnungen",
    q: "Streusalz",
    type: ["invoice", "letter"],
    sort: "newest",
  });
  expect(pathOfSaved(invoices)).toBe("/search?q=Streusalz&type=invoice%2Cletter&sort=newest");
  expect(savedAs({ ...shown, type: "letter,invoice", q: " Streusalz" })?.id).toBe("s1");
  expect(savedAs({ ...shown, sort: "oldest" })).toBeUndefined();
});
