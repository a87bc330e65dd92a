import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import type { Facet } from "../api/types.ts";
import { plan } from "../state/plan.ts";
import { chooseLanguage } from "../text/messages.ts";
import { chosenIn, FacetColumn, type FacetFilter, toggled } from "./facet_column.tsx";

chooseLanguage("de");
afterEach(cleanup);
const none: FacetFilter = { type: "", status: "", sender: "", unit: "", from: "", to: "" };
const facet = (name: Facet["facet"], values: [string, number][]): Facet => ({
  facet: name,
  values: values.map(([value, count]) => ({ value, count })),
  other: 0,
});

it("takes values in and out", () => {
  const letters = toggled("type", "letter", none);
  expect(letters.type).toBe("letter");
  expect(toggled("type", "invoice", letters).type).toBe("letter,invoice");
  expect(toggled("type", "letter", letters)).toEqual(none);
  const year = toggled("year", "2025", none);
  expect([year.from, year.to]).toEqual(["2025-01-01", "2025-12-31"]);
  expect(chosenIn("year", year)).toEqual(["2025"]);
  expect(toggled("year", "2025", year)).toEqual(none);
  expect(chosenIn("year", { ...year, to: "2025-06-30" })).toEqual([]);
  expect(toggled("sender", "Müller, Söhne & Co", none).sender).toBe("Müller, Söhne & Co");
});

it("names and counts what is there, the newest year first", () => {
  plan.value = {
    units: [{ id: "u1", code: "621.41", title: "Bebauungspläne", leaf: true }],
  } as unknown as typeof plan.value;
  const onChange = vi.fn();
  render(
    <FacetColumn
      facets={[
        facet("type", [
          ["letter", 1200],
          ["invoice", 3],
        ]),
        facet("year", [
          ["2019", 9],
          ["2026", 2],
        ]),
        facet("unit", [
          ["u1", 5],
          ["gone", 4],
        ]),
        facet("sender", []),
      ]}
      filter={toggled("type", "invoice", none)}
      onChange={onChange}
    />,
  );
  const rows = screen.getAllByRole("listitem").map((row) => row.textContent);
  expect(rows).toEqual(["Schreiben1.200", "Rechnung3", "20262", "20199", "621.41 Bebauungspläne5"]);
  expect(screen.queryByText("Absender")).toBeNull();
  const boxes = screen.getAllByRole("checkbox") as HTMLInputElement[];
  expect(boxes.map((box) => box.checked)).toEqual([false, true, false, false, false]);
  fireEvent.click(boxes[2] as HTMLInputElement);
  expect(onChange.mock.calls[0]?.[0]).toMatchObject({ type: "invoice", from: "2026-01-01" });
});

it("shows eight values, and a chosen one besides", () => {
  const senders = [...Array(12).keys()].map((i): [string, number] => [`Firma ${i}`, 20 - i]);
  const filter = toggled("sender", "Firma 11", none);
  render(<FacetColumn facets={[facet("sender", senders)]} filter={filter} onChange={vi.fn()} />);
  const rows = screen.getAllByRole("listitem").map((row) => row.textContent);
  expect(rows.length).toBe(9);
  expect(rows.at(-1)).toBe("Firma 119");
});

it("counts below a chosen unit what is found there, and beside a chosen leaf the others", () => {
  plan.value = {
    units: [
      { id: "u6", code: "6", title: "Bauwesen", leaf: false },
      { id: "u62", code: "62", title: "Bauaufsicht", leaf: true, parent: "u6" },
      { id: "u63", code: "63", title: "Straßen", leaf: true, parent: "u6" },
      { id: "u7", code: "7", title: "Abwasser", leaf: true },
    ],
  } as unknown as typeof plan.value;
  // The server tells all that is chosen, found or not.
  const counted = [facet("unit", [["u7", 9], ["u62", 5], ["u6", 0], ["u63", 0]])];
  const rows = () => screen.getAllByRole("listitem").map((row) => row.textContent);
  const { rerender } = render(
    <FacetColumn facets={counted} filter={{ ...none, unit: "u6" }} onChange={vi.fn()} />,
  );
  expect(rows()).toEqual(["62 Bauaufsicht5"]);
  const leaf = [facet("unit", [["u7", 9], ["u62", 5], ["u63", 0]])];
  rerender(<FacetColumn facets={leaf} filter={{ ...none, unit: "u63" }} onChange={vi.fn()} />);
  expect(rows()).toEqual(["7 Abwasser9", "62 Bauaufsicht5", "63 Straßen0"]);
});
