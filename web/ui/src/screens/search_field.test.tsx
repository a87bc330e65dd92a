import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { useRef, useState } from "preact/hooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "../text/messages.ts";
import { SearchField } from "./search_field.tsx";

chooseLanguage("de");
const found = {
  queries: ["Müllgebühren", "Müllabfuhr"],
  dossiers: [{ id: "a1", title: "Müllabfuhr 2026", file_reference: "700.1-2026/004" }],
  documents: [{ id: "d1", subject: "Müll im Wald", type: "letter", date: "2026-03-02" }],
};
let asked: string[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(new URL(url, "https://h/").searchParams.get("q") ?? "");
    return Response.json(found);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Page({ onSearch }: { onSearch: (query: string) => void }) {
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  return <SearchField typed={typed} onType={setTyped} onSearch={onSearch} input={input} />;
}

const field = () => screen.getByRole("combobox") as HTMLInputElement;
const type = (text: string) => fireEvent.input(field(), { target: { value: text } });
const press = (key: string) => fireEvent.keyDown(field(), { key });
const current = () => {
  const id = field().getAttribute("aria-activedescendant");
  return id ? document.getElementById(id)?.textContent : undefined;
};

it("suggests queries, dossiers and documents in groups", async () => {
  render(<Page onSearch={vi.fn()} />);
  expect(field().getAttribute("aria-expanded")).toBe("false");
  type("müll");
  expect((await screen.findAllByRole("option")).length).toBe(4);
  expect(screen.getAllByRole("group").map((group) => group.getAttribute("aria-label"))).toEqual([
    "Suchen nach",
    "Akten",
    "Dokumente",
  ]);
  expect(field().getAttribute("aria-expanded")).toBe("true");
  expect(field().getAttribute("aria-controls")).toBe(screen.getByRole("listbox").id);
  expect(current()).toBeUndefined();
  expect(asked).toEqual(["müll"]);
});

it("goes round by the arrow keys and takes by Enter what is current", async () => {
  const onSearch = vi.fn();
  render(<Page onSearch={onSearch} />);
  type("müll");
  await screen.findAllByRole("option");
  press("ArrowUp");
  expect(current()).toContain("Müll im Wald");
  press("ArrowDown");
  expect(current()).toBeUndefined();
  press("ArrowDown");
  press("ArrowDown");
  expect(current()).toContain("Müllabfuhr");
  press("Enter");
  expect(onSearch).toHaveBeenCalledWith("Müllabfuhr");
  expect(field().getAttribute("aria-expanded")).toBe("false");
});

it("leaves Enter to the form where nothing was chosen, and closes", async () => {
  const onSearch = vi.fn();
  render(<Page onSearch={onSearch} />);
  type("müll");
  await screen.findAllByRole("option");
  expect(press("Enter")).toBe(true);
  expect(onSearch).not.toHaveBeenCalled();
  await waitFor(() => expect(screen.queryByRole("listbox")).toBeNull());
});

it("closes by Escape before anything else hears of it", async () => {
  const outside = vi.fn();
  document.addEventListener("keydown", outside);
  render(<Page onSearch={vi.fn()} />);
  type("müll");
  await screen.findAllByRole("option");
  press("Escape");
  expect(outside).not.toHaveBeenCalled();
  expect(screen.queryByRole("listbox")).toBeNull();
  press("Escape");
  expect(outside).toHaveBeenCalledTimes(1);
  document.removeEventListener("keydown", outside);
});

it("asks for nothing by one letter", async () => {
  render(<Page onSearch={vi.fn()} />);
  type("m");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(asked).toEqual([]);
});
