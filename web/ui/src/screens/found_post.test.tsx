import { act, cleanup, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { navigate } from "../router/router.ts";
import { chooseLanguage } from "../text/messages.ts";
import { Search } from "./search.tsx";

let asked: string[];
// What the inboxes say.
let post: () => Response;

beforeEach(() => {
  chooseLanguage("de");
  asked = [];
  post = () => Response.json({ items: [{ id: "i1" }], total_estimate: 3, next_cursor: "c" });
  vi.stubGlobal("fetch", async (url: string) => {
    const { pathname, searchParams } = new URL(url, "https://h/");
    if (pathname === "/api/v1/search") return Response.json({ items: [], total_estimate: 0 });
    if (pathname !== "/api/v1/inbox") return Response.json({ items: [] });
    asked.push(searchParams.toString());
    return post();
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const line = () => screen.queryByRole("link", { name: /in der Post/ });

async function search(query: string) {
  cleanup();
  act(() => navigate(`/search?${query}`));
  render(<Search />);
  await screen.findByText("Kein Dokument passt dazu.");
}

it("says how much is found in the post, and leads there", async () => {
  await search("q=Zisterne+am+Hang");
  await waitFor(() => expect(line()?.textContent).toBe("3 Treffer in der Post, die noch nicht abgelegt ist"));
  expect(line()?.getAttribute("href")).toBe("/inbox?q=Zisterne+am+Hang");
  expect(asked).toEqual(["q=Zisterne+am+Hang&limit=1"]);
});

it("asks of the post nothing that documents alone have", async () => {
  await search("q=Zisterne&type=letter");
  await search("sort=newest");
  expect(asked).toEqual([]);
  expect(line()).toBeNull();
});

it("says nothing where nothing is found, or no answer comes", async () => {
  post = () => Response.json({ items: [], total_estimate: 0 });
  await search("q=Zisterne");
  await waitFor(() => expect(asked.length).toBe(1));
  post = () => new Response("{}", { status: 503 });
  await search("q=Zisterne");
  await waitFor(() => expect(asked.length).toBe(2));
  await new Promise((resolve) => setTimeout(resolve));
  expect(line()).toBeNull();
  expect(screen.queryByRole("alert")).toBeNull();
});
