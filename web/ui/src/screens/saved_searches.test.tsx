import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { SavedSearch } from "../api/saved_searches.ts";
import { plan } from "../state/plan.ts";
import { savedCounts, savedSearches, type ShownSearch } from "../state/saved_searches.ts";
import { chooseLanguage } from "../text/messages.ts";
import { KeepSearch, SavedSearches } from "./saved_searches.tsx";

chooseLanguage("de");
const shown: ShownSearch = {
  q: "Streusalz",
  type: "invoice",
  status: "",
  sender: "",
  unit: "",
  from: "",
  to: "",
  sort: "relevance",
};
const saved: SavedSearch = {
  id: "s1",
  revision: 4,
  name: "Salz",
  q: "Streusalz",
  type: ["invoice"],
  status: [],
  sort: "relevance",
};
let sent: { method: string; url: string; body: unknown; ifMatch: string | null }[];
let list: SavedSearch[];

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = () => undefined;
  plan.value = null;
  savedSearches.value = [];
  savedCounts.value = new Map();
  sent = [];
  list = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const method = init.method ?? "GET";
    if (method !== "GET") {
      const body: unknown = init.body ? JSON.parse(String(init.body)) : undefined;
      sent.push({ method, url, body, ifMatch: (init.headers as Headers).get("If-Match") });
      if (method === "POST" && url.endsWith("searches")) list = [saved];
      return method === "DELETE" ? new Response(null, { status: 204 }) : Response.json(saved);
    }
    if (url.endsWith("/counts")) {
      return Response.json({
        items: [{ id: "s1", hits: 10_000, more_hits: true, new_hits: 2, more_new_hits: false }],
      });
    }
    return Response.json({ items: list });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);

it("keeps the search on the screen under a name", async () => {
  render(<KeepSearch shown={shown} isAnswered={false} />);
  fireEvent.click(screen.getByText("Suche merken"));
  const name = await screen.findByLabelText("Name");
  fireEvent.input(name, { target: { value: " Salz " } });
  submit();
  await screen.findByText("Salz");
  expect(sent[0]).toMatchObject({
    method: "POST",
    body: { name: "Salz", q: "Streusalz", type: ["invoice"], sort: "relevance" },
  });
});

it("wants a name", async () => {
  render(<KeepSearch shown={{ ...shown, q: "" }} isAnswered={false} />);
  fireEvent.click(screen.getByText("Suche merken"));
  await screen.findByText("Merken");
  submit();
  await screen.findByText("Eine gemerkte Suche braucht einen Namen.");
  expect(sent).toEqual([]);
});

it("tells that a kept one was looked at, once its hits are there", async () => {
  savedSearches.value = [saved];
  const { rerender } = render(<KeepSearch shown={shown} isAnswered={false} />);
  await screen.findByText("Salz");
  expect(sent).toEqual([]);
  rerender(<KeepSearch shown={shown} isAnswered />);
  await vi.waitFor(() => expect(sent.map(({ url }) => url)).toEqual(["/api/v1/saved-searches/s1/looked"]));
});

it("forgets a kept one by the revision it was read with", async () => {
  savedSearches.value = [saved];
  render(<KeepSearch shown={shown} isAnswered={false} />);
  fireEvent.click(screen.getByText("Salz"));
  fireEvent.click(screen.getByText("Nicht mehr merken"));
  await screen.findByText("Suche merken");
  expect(sent[0]).toMatchObject({ method: "DELETE", ifMatch: '"4"' });
});

it("says how much is found and how much of it is new", () => {
  savedSearches.value = [saved];
  savedCounts.value = new Map([
    ["s1", { id: "s1", hits: 10_000, more_hits: true, new_hits: 2, more_new_hits: false }],
  ]);
  render(<SavedSearches />);
  expect(screen.getByRole("link").textContent).toBe("Salzmindestens 10.000 Treffer2 neu");
});

const building = {
  units: [{ id: "u6", code: "6", title: "Bauwesen", leaf: false }],
} as unknown as typeof plan.value;

it("keeps the place in the filing plan, and is named by it", async () => {
  plan.value = building;
  render(<KeepSearch shown={{ ...shown, unit: "u6" }} isAnswered={false} />);
  fireEvent.click(screen.getByText("Suche merken"));
  await screen.findByDisplayValue("Streusalz in 6 Bauwesen");
  submit();
  await vi.waitFor(() => expect(screen.queryByLabelText("Name")).toBeNull());
  expect(sent[0]?.body).toMatchObject({ q: "Streusalz", unit: "u6" });
});

it("says which place in the filing plan is searched, and goes there", () => {
  plan.value = building;
  savedSearches.value = [{ ...saved, unit: "u6" }];
  savedCounts.value = new Map([
    ["s1", { id: "s1", hits: 3, more_hits: false, new_hits: 0, more_new_hits: false }],
  ]);
  render(<SavedSearches />);
  expect(screen.getByRole("link").textContent).toBe("Salzin 6 Bauwesen · 3 Treffer");
  expect(screen.getByRole("link").getAttribute("href")).toContain("unit=u6");
});

it("is named by the place alone where there are no words", async () => {
  plan.value = building;
  render(<KeepSearch shown={{ ...shown, q: "", unit: "u6" }} isAnswered={false} />);
  fireEvent.click(screen.getByText("Suche merken"));
  await screen.findByDisplayValue("6 Bauwesen");
});
