import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { type Column, GridHead } from "./grid_head.tsx";

afterEach(cleanup);

const draw = () => "";
const columns: Column<string>[] = [
  { name: "subject", label: "Betreff", order: { by: "subject", first: "ascending" }, render: draw },
  { name: "party", label: "Absender", render: draw },
  { name: "date", label: "Datum", order: { by: "date", first: "descending" }, render: draw },
];

const sortOf = (label: string) =>
  screen.getByRole("columnheader", { name: label }).getAttribute("aria-sort");

it("says by which column a list is ordered, and by which it could be", () => {
  render(<GridHead columns={columns} order="-date" onOrder={() => undefined} />);
  expect(sortOf("Betreff")).toBe("none");
  expect(sortOf("Absender")).toBeNull();
  expect(sortOf("Datum")).toBe("descending");
});

it("asks for a column's own way first, then for the other", () => {
  const onOrder = vi.fn();
  const { rerender } = render(<GridHead columns={columns} order="-filed" onOrder={onOrder} />);
  fireEvent.click(screen.getByRole("button", { name: "Betreff" }));
  expect(onOrder).toHaveBeenLastCalledWith("subject");
  fireEvent.click(screen.getByRole("button", { name: "Datum" }));
  expect(onOrder).toHaveBeenLastCalledWith("-date");
  rerender(<GridHead columns={columns} order="subject" onOrder={onOrder} />);
  fireEvent.click(screen.getByRole("button", { name: "Betreff" }));
  expect(onOrder).toHaveBeenLastCalledWith("-subject");
  rerender(<GridHead columns={columns} order="-subject" onOrder={onOrder} />);
  fireEvent.click(screen.getByRole("button", { name: "Betreff" }));
  expect(onOrder).toHaveBeenLastCalledWith("subject");
});

it("has no buttons where nobody orders", () => {
  render(<GridHead columns={columns} order={undefined} onOrder={undefined} />);
  expect(screen.queryByRole("button")).toBeNull();
  expect(sortOf("Betreff")).toBeNull();
});
