import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { usePaged } from "../state/paged.ts";
import { VirtualList } from "./virtual_list.tsx";

afterEach(cleanup);

const size = 100_000;
const load = async (cursor: string | undefined) => {
  const from = Number(cursor ?? 0);
  const items = Array.from({ length: 100 }, (_, i) => ({ id: String(from + i) }));
  return { items, next_cursor: String(from + 100), total_estimate: size };
};

const draw = vi.fn((item: { id: string }) => `Dokument ${item.id}`);
const columns = [{ name: "subject", label: "Betreff", render: draw }];

function Page({ onOpen }: { onOpen: (item: { id: string }) => void }) {
  const list = usePaged("all", load);
  return (
    <VirtualList
      label="Dokumente"
      look="documents"
      columns={columns}
      list={list}
      rowHeight={36}
      keyOf={(item) => item.id}
      onOpen={onOpen}
    />
  );
}

it("keeps few nodes for 100,000 rows and says how many there are", async () => {
  render(<Page onOpen={() => undefined} />);
  await waitFor(() => expect(screen.queryByText("Dokument 0")).not.toBeNull());
  const grid = screen.getByRole("grid");
  expect(grid.getAttribute("aria-rowcount")).toBe(String(size + 1));
  expect(grid.querySelectorAll("*").length).toBeLessThan(1000);
});

it("moves by keys, tells the current row and opens it", async () => {
  const onOpen = vi.fn();
  render(<Page onOpen={onOpen} />);
  await waitFor(() => expect(screen.queryByText("Dokument 0")).not.toBeNull());
  const grid = screen.getByRole("grid");
  fireEvent.keyDown(grid, { key: "ArrowDown" });
  const active = document.getElementById(grid.getAttribute("aria-activedescendant") ?? "");
  expect(active?.textContent).toContain("Dokument 1");
  expect(active?.getAttribute("aria-rowindex")).toBe("3");
  fireEvent.keyDown(grid, { key: "Enter" });
  expect(onOpen).toHaveBeenCalledWith({ id: "1" });
});

it("loads what is scrolled to", async () => {
  render(<Page onOpen={() => undefined} />);
  await waitFor(() => expect(screen.queryByText("Dokument 0")).not.toBeNull());
  const grid = screen.getByRole("grid");
  grid.scrollTop = 36 * 350;
  fireEvent.scroll(grid);
  await waitFor(() => expect(screen.queryByText("Dokument 350")).not.toBeNull());
  expect(screen.queryByText("Dokument 0")).toBeNull();
});

it("draws only the rows that come in while it scrolls", async () => {
  render(<Page onOpen={() => undefined} />);
  await waitFor(() => expect(screen.queryByText("Dokument 20")).not.toBeNull());
  const grid = screen.getByRole("grid");
  draw.mockClear();
  grid.scrollTop = 36 * 2;
  fireEvent.scroll(grid);
  await waitFor(() => expect(draw).toHaveBeenCalled());
  expect(draw.mock.calls.length).toBeLessThanOrEqual(2);
});
