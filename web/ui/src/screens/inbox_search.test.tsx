import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { navigate, place } from "../router/router.ts";
import { inboxes } from "../state/inboxes.ts";
import { onKeyDown } from "../state/keys.ts";
import { chooseLanguage } from "../text/messages.ts";
import { InboxScreen } from "./inbox.tsx";

const item = (id: string, more: object = {}) => ({
  id,
  revision: 1,
  inbox_id: "b1",
  state: "received",
  subject: `Eingang ${id}`,
  sender: "",
  type: "other",
  foreign_reference: "",
  note: "",
  receipt_stamp: { at: "2026-11-20T08:00:00Z", by: "u1", channel: "email" },
  file: { sha256: "00", size: 1, file_name: "a.txt", mime_type: "text/plain", pages: 0 },
  text_state: "extracted",
  rights: ["see", "read"],
  modified: "2026-11-20T08:00:00Z",
  modified_by: "u1",
  ...more,
});
const inbox = { id: "b1", revision: 1, name: "Bauamt", org_unit_id: "o1", rights: ["see"], waiting: 2 };
const snippet = { text: "wegen der Zisterne am Hang", marks: [{ begin: 10, end: 18 }] };

let asked: string[];
// What is found, whatever is searched for.
let found: object;

function answerTo(path: string, query: URLSearchParams): Response {
  if (path === "/inboxes") return Response.json({ items: [inbox] });
  if (path === "/inbox") {
    if (query.has("q")) return Response.json(found);
    return Response.json({ items: query.has("mine") ? [] : [item("i1"), item("i2")] });
  }
  if (path.endsWith("/proposals")) return Response.json({ items: [], fields: [] });
  if (path.endsWith("/text")) return new Response("Es geht um die Zisterne am Hang.");
  return Response.json(item(path.split("/").at(-1) ?? ""));
}

beforeEach(() => {
  chooseLanguage("de");
  document.addEventListener("keydown", onKeyDown);
  asked = [];
  found = { items: [item("i2", { snippet })], total_estimate: 1 };
  inboxes.value = [];
  navigate("/inbox");
  vi.stubGlobal("fetch", async (url: string) => {
    const { pathname, searchParams } = new URL(url, "https://h/");
    const path = pathname.replace("/api/v1", "");
    if (path === "/inbox") asked.push(searchParams.toString());
    return answerTo(path, searchParams);
  });
});
afterEach(() => {
  cleanup();
  document.removeEventListener("keydown", onKeyDown);
  vi.unstubAllGlobals();
});

const Page = () => <InboxScreen id={place.value.id} />;
const field = () => screen.getByRole("searchbox") as HTMLInputElement;
const rows = () => screen.queryAllByRole("option");
const query = () => place.value.query.toString();

async function search(text: string) {
  render(<Page />);
  await waitFor(() => expect(rows().length).toBe(2));
  await waitFor(() => expect(place.value.id).toBe("i1"));
  fireEvent.keyDown(document.body, { key: "/" });
  expect(document.activeElement).toBe(field());
  fireEvent.input(field(), { target: { value: text } });
  await waitFor(() => expect(query()).toBe(`tab=b1&q=${text}`));
}

it("narrows the open tray to what is found in it, and leaves open what is open", async () => {
  await search("Zisterne");
  await waitFor(() => expect(rows().length).toBe(1));
  expect(asked).toContain("inbox=b1&q=Zisterne&limit=50");
  expect(rows()[0]?.querySelector("mark")?.textContent).toBe("Zisterne");
  expect(screen.getByText("1 Treffer").getAttribute("role")).toBe("status");
  expect(place.value.id).toBe("i1");
  expect(document.querySelector(".inbox-row.current")).toBeNull();
});

it("opens by Enter the first that is found, with the place in its text marked", async () => {
  await search("Zisterne");
  await waitFor(() => expect(rows().length).toBe(1));
  fireEvent.keyDown(field(), { key: "Enter" });
  await waitFor(() => expect(place.value.id).toBe("i2"));
  expect(query()).toBe("tab=b1&q=Zisterne");
  expect(document.activeElement).toBe(document.querySelector(".inbox-list"));
  await waitFor(() => expect(document.querySelector(".sheet mark")?.textContent).toBe("Zisterne"));
});

it("shows the whole tray again by Escape, in the field and outside of it", async () => {
  await search("Zisterne");
  await waitFor(() => expect(rows().length).toBe(1));
  fireEvent.keyDown(field(), { key: "Escape" });
  await waitFor(() => expect(rows().length).toBe(2));
  expect(query()).toBe("tab=b1");
  act(() => navigate("/inbox/i1?tab=b1&q=Hang"));
  await waitFor(() => expect(field().value).toBe("Hang"));
  await waitFor(() => expect(rows().length).toBe(1));
  fireEvent.keyDown(document.body, { key: "Escape" });
  await waitFor(() => expect(rows().length).toBe(2));
  expect(field().value).toBe("");
  expect(place.value.id).toBe("i1");
});

it("says what was not found, and looks in all trays, then among the files", async () => {
  found = { items: [], rebuilt_percent: 42, prefix_shortened: true };
  await search("Quastenflosser");
  await screen.findByText("Nichts gefunden zu „Quastenflosser“");
  expect(screen.getByText("0 Treffer")).toBeTruthy();
  expect(screen.getByText(/neu aufgebaut \(42 %\)/)).toBeTruthy();
  expect(screen.getByText(/Mehr als 10\.000 Wörter beginnen so/)).toBeTruthy();
  const wider = screen.getByRole("link", { name: "In allen Körben suchen" });
  expect(wider.getAttribute("href")).toBe("/inbox?q=Quastenflosser");
  act(() => navigate("/inbox?q=Quastenflosser"));
  const elsewhere = await screen.findByRole("link", { name: "In den Akten suchen" });
  expect(elsewhere.getAttribute("href")).toBe("/search?q=Quastenflosser");
  expect(screen.getByRole("tab", { selected: true }).textContent).toBe("Alle");
  await waitFor(() => expect(asked).toContain("q=Quastenflosser&limit=50"));
});

it("has nothing to search in among what is filed", async () => {
  act(() => navigate("/inbox?tab=filed"));
  render(<Page />);
  await waitFor(() => expect(rows().length).toBe(2));
  expect(screen.queryByRole("searchbox")).toBeNull();
});
