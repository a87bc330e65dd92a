import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useState } from "preact/hooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Unit } from "../api/types.ts";
import { place } from "../router/router.ts";
import { onKeyDown } from "../state/keys.ts";
import { plan } from "../state/plan.ts";
import { chooseLanguage } from "../text/messages.ts";
import { UnitChip, UnitSearch } from "./unit_search.tsx";

const unit = (code: string, title: string, parent?: string): Unit => ({
  id: `u${code}`,
  revision: 1,
  code,
  title,
  leaf: code.length === 5,
  ...(parent && { parent: `u${parent}` }),
});
const building = unit("6", "Bauwesen");
const units = [
  building,
  unit("7", "Öffentliche Einrichtungen"),
  unit("62", "Bauaufsicht", "6"),
  unit("63", "Straßen", "6"),
  unit("622.1", "Einvernehmen", "62"),
];

beforeEach(() => {
  chooseLanguage("de");
  plan.value = { title: "Aktenplan", units };
  document.addEventListener("keydown", onKeyDown);
});
afterEach(() => {
  cleanup();
  document.removeEventListener("keydown", onKeyDown);
});

const submit = () => fireEvent.submit(screen.getByRole("search"));
const query = () => Object.fromEntries(place.value.query);

it("leads to the search below the unit, and without words to all that lies there", async () => {
  render(<UnitSearch unit={building} />);
  fireEvent.input(screen.getByRole("searchbox"), { target: { value: " Hecke " } });
  submit();
  await vi.waitFor(() => expect(query()).toEqual({ q: "Hecke", unit: "u6" }));
  expect(place.value.page).toBe("search");
  fireEvent.click(screen.getByRole("button", { name: "Eingabe löschen" }));
  submit();
  await vi.waitFor(() => expect(query()).toEqual({ unit: "u6" }));
});

it("is where the slash leads, and says in both languages what it is", () => {
  const { unmount } = render(<UnitSearch unit={building} />);
  fireEvent.keyDown(document.body, { key: "/" });
  expect(document.activeElement).toBe(screen.getByLabelText("Unter dieser Stelle suchen", { selector: "input" }));
  unmount();
  chooseLanguage("en");
  render(<UnitSearch unit={building} />);
  screen.getByLabelText("Search below this place", { selector: "input" });
});

function Page({ first }: { first: string }) {
  const [chosen, setChosen] = useState(first);
  return <UnitChip unit={chosen} onChange={setChosen} />;
}

const choices = () => screen.getAllByRole("listitem").map((row) => row.textContent);
const current = () => document.querySelector(".unit-choices [aria-current]")?.textContent;
const choose = (name: string) => fireEvent.click(screen.getByText(name, { selector: "li button" }));

it("says code and title of the unit and is taken away, the focus staying", () => {
  render(<Page first="u6" />);
  screen.getByText("Aktenplan: 6 Bauwesen");
  fireEvent.click(screen.getByRole("button", { name: "Aktenplan: Entfernen" }));
  expect(document.activeElement?.textContent).toBe("Aktenplan");
  expect(screen.queryByRole("button", { name: "Aktenplan: Entfernen" })).toBeNull();
});

it("goes up to what is above and down to what is below", () => {
  render(<Page first="u622.1" />);
  fireEvent.click(screen.getByText("Aktenplan: 622.1 Einvernehmen"));
  expect(choices()).toEqual(["Ganzer Aktenplan", "6 Bauwesen", "62 Bauaufsicht", "622.1 Einvernehmen"]);
  expect(current()).toBe("622.1 Einvernehmen");
  choose("6 Bauwesen");
  screen.getByText("Aktenplan: 6 Bauwesen");
  expect(choices()).toEqual(["Ganzer Aktenplan", "6 Bauwesen", "62 Bauaufsicht", "63 Straßen"]);
  expect(document.activeElement?.textContent).toBe("6 Bauwesen");
  choose("Ganzer Aktenplan");
  expect(choices()).toEqual(["Ganzer Aktenplan", "6 Bauwesen", "7 Öffentliche Einrichtungen"]);
  expect(current()).toBe("Ganzer Aktenplan");
});

it("can be taken away where the plan has no such unit", () => {
  render(<Page first="gone" />);
  screen.getByText("Aktenplan: Stelle nicht gefunden");
  fireEvent.click(screen.getByRole("button", { name: "Aktenplan: Entfernen" }));
  expect(screen.queryByText("Aktenplan: Stelle nicht gefunden")).toBeNull();
});
