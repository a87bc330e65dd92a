import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { useEffect } from "preact/hooks";
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

it("keeps the current row, the focus and the place where the list was read anew", async () => {
  const items = Array.from({ length: 80 }, (_, i) => ({ id: String(i) }));
  let refresh = () => undefined as void;
  function Growing() {
    const list = usePaged("growing", async () => ({
      items: [...items],
      total_estimate: items.length,
    }));
    useEffect(() => {
      refresh = () => list.refresh();
    }, [list]);
    return (
      <VirtualList
        label="Dokumente"
        look="documents"
        columns={columns}
        list={list}
        rowHeight={36}
        keyOf={(item) => item.id}
        onOpen={() => undefined}
      />
    );
  }
  render(<Growing />);
  await waitFor(() => expect(screen.queryByText("Dokument 0")).not.toBeNull());
  const grid = screen.getByRole("grid");
  // The document of the tests has no layout.
  Object.defineProperty(grid, "clientHeight", { value: 600 });
  const active = () => document.getElementById(grid.getAttribute("aria-activedescendant") ?? "");
  items.unshift({ id: "früher" });
  refresh();
  // Nobody has chosen a row yet.
  await waitFor(() => expect(active()?.textContent).toContain("Dokument früher"));
  grid.focus();
  fireEvent.keyDown(grid, { key: "ArrowDown" });
  items.unshift({ id: "neu" });
  refresh();
  await waitFor(() => expect(screen.queryByText("Dokument neu")).not.toBeNull());
  await waitFor(() => expect(active()?.textContent).toContain("Dokument 0"));
  expect(document.activeElement).toBe(grid);
  expect(grid.scrollTop).toBe(0);
  grid.scrollTop = 36 * 10;
  fireEvent.scroll(grid);
  items.unshift({ id: "neuer" });
  refresh();
  await waitFor(() => expect(grid.scrollTop).toBe(36 * 11));
});

it("begins another list at its top and leaves the keys of its head's buttons alone", async () => {
  const onOpen = vi.fn();
  const onOrder = vi.fn();
  const ordered = columns.map((each) => ({
    ...each,
    order: { by: "subject", first: "ascending" as const },
  }));
  function Ordered({ order }: { order: string }) {
    const list = usePaged(order, load);
    return (
      <VirtualList
        label="Dokumente"
        look="documents"
        columns={ordered}
        list={list}
        rowHeight={36}
        keyOf={(item) => item.id}
        order={order}
        onOrder={onOrder}
        onOpen={onOpen}
      />
    );
  }
  const { rerender } = render(<Ordered order="-filed" />);
  await waitFor(() => expect(screen.queryByText("Dokument 0")).not.toBeNull());
  const grid = screen.getByRole("grid");
  const button = screen.getByRole("button", { name: "Betreff" });
  const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  button.dispatchEvent(enter);
  expect(enter.defaultPrevented).toBe(false);
  expect(onOpen).not.toHaveBeenCalled();
  grid.scrollTop = 36 * 50;
  fireEvent.scroll(grid);
  rerender(<Ordered order="subject" />);
  await waitFor(() => expect(grid.scrollTop).toBe(0));
  fireEvent.scroll(grid);
  await waitFor(() => expect(screen.queryByText("Dokument 0")).not.toBeNull());
  expect(screen.getByRole("columnheader").getAttribute("aria-sort")).toBe("ascending");
});
