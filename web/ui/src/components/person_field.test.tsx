import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { useState } from "preact/hooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Choice } from "../state/find_people.ts";
import { orgUnits } from "../state/people.ts";
import { chooseLanguage } from "../text/messages.ts";
import { PersonField } from "./person_field.tsx";

chooseLanguage("de");
const house = [
  { id: "1", display_name: "Hilde Brandt", org_unit: "u1" },
  { id: "2", display_name: "Hanna Bauer" },
  { id: "3", display_name: "Rosa Stadler", absence: { until: "2026-12-08", deputies: ["1"] } },
];
let asked: string[] = [];

beforeEach(() => {
  asked = [];
  orgUnits.value = [{ id: "u1", name: "Hauptamt", short_name: "HA" }];
  vi.stubGlobal("fetch", async (url: string) => {
    const query = new URL(url, "https://h/").searchParams;
    const q = (query.get("q") ?? "").toLowerCase();
    asked.push(q);
    const ids = query.get("ids")?.split(",");
    const items = house.filter((each) =>
      ids ? ids.includes(each.id) : each.display_name.toLowerCase().includes(q),
    );
    return Response.json({ items });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Page({ onChange, kinds = "people" }: { onChange: (next: Choice | undefined) => void; kinds?: "people" | "people_and_units" }) {
  const [value, setValue] = useState<Choice>();
  return (
    <PersonField
      label="Wer"
      kinds={kinds}
      value={value}
      onChange={(next) => {
        setValue(next);
        onChange(next);
      }}
    />
  );
}

const field = () => screen.getByRole("combobox") as HTMLInputElement;
const type = (text: string) => fireEvent.input(field(), { target: { value: text } });

it("suggests by a few letters and takes what the keys choose", async () => {
  const onChange = vi.fn();
  render(<Page onChange={onChange} />);
  expect(field().getAttribute("aria-expanded")).toBe("false");
  type("ha");
  const first = await screen.findByRole("option");
  expect(first.textContent).toContain("Hanna Bauer");
  expect(field().getAttribute("aria-expanded")).toBe("true");
  expect(field().getAttribute("aria-activedescendant")).toBe(first.id);
  expect(document.getElementById(field().getAttribute("aria-controls") ?? "")).not.toBeNull();
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(onChange).toHaveBeenLastCalledWith(expect.objectContaining({ name: "Hanna Bauer" }));
  expect(field().value).toBe("Hanna Bauer");
  expect(screen.queryByRole("listbox")).toBeNull();
});

it("says the office, and who is away with deputy", async () => {
  render(<Page onChange={() => undefined} />);
  type("sta");
  await screen.findByText("abwesend bis 08.12.2026, vertreten durch Hilde Brandt");
  type("bra");
  await screen.findByText("Hauptamt");
});

it("forgets whom it had when something else is typed, and closes on Escape", async () => {
  const onChange = vi.fn();
  render(<Page onChange={onChange} />);
  type("hilde");
  fireEvent.click(await screen.findByRole("option"));
  type("hildeg");
  expect(onChange).toHaveBeenLastCalledWith(undefined);
  await screen.findByText("Niemand gefunden");
  const escape = new KeyboardEvent("keydown", { key: "Escape", cancelable: true, bubbles: true });
  fireEvent(field(), escape);
  // Else the dialog around would close, too.
  expect(escape.defaultPrevented).toBe(true);
  await waitFor(() => expect(screen.queryByRole("listbox")).toBeNull());
});

it("takes a name that was typed in full when it is left", async () => {
  const onChange = vi.fn();
  render(<Page onChange={onChange} />);
  type("rosa stadler");
  await screen.findByRole("option");
  fireEvent.blur(field());
  expect(onChange).toHaveBeenLastCalledWith(expect.objectContaining({ subject: { kind: "user", id: "3" } }));
});

it("offers offices where a task may go there", async () => {
  render(<Page onChange={() => undefined} kinds="people_and_units" />);
  type("haupt");
  expect((await screen.findByRole("option")).textContent).toContain("Hauptamt");
});
