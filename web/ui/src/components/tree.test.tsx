import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useState } from "preact/hooks";
import { afterEach, expect, it, vi } from "vitest";
import { Tree, type TreeNode } from "./tree.tsx";

afterEach(cleanup);

const roots: TreeNode[] = [
  { id: "0", code: "0", label: "Allgemeine Verwaltung", expandable: true },
  { id: "6", code: "6", label: "Bauwesen", expandable: true },
  { id: "9", code: "9", label: "Finanzen", expandable: false },
];
const below: Record<string, TreeNode[]> = {
  "6": [{ id: "62", code: "62", label: "Bauleitplanung", expandable: false }],
};

function Page({ onSelect, onLoad }: { onSelect: (id: string) => void; onLoad: (id: string) => void }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  return (
    <Tree
      label="Aktenplan"
      roots={roots}
      childrenOf={(id) => below[id]}
      expanded={open}
      onToggle={(id, isOpen) => {
        if (isOpen) onLoad(id);
        const next = new Set(open);
        if (isOpen) next.add(id);
        else next.delete(id);
        setOpen(next);
      }}
      selected=""
      onSelect={onSelect}
    />
  );
}

function show() {
  const onSelect = vi.fn();
  const onLoad = vi.fn();
  render(<Page onSelect={onSelect} onLoad={onLoad} />);
  return { onSelect, onLoad, tree: screen.getByRole("tree") };
}

const focusedLabel = () => document.activeElement?.querySelector(".tree-label")?.textContent;

it("has one tab stop and says level, position and number of siblings", () => {
  const { tree } = show();
  expect(tree.querySelectorAll("[tabindex='0']").length).toBe(1);
  const item = screen.getByText("Bauwesen").closest("[role=treeitem]");
  expect(item?.getAttribute("aria-level")).toBe("1");
  expect(item?.getAttribute("aria-posinset")).toBe("2");
  expect(item?.getAttribute("aria-setsize")).toBe("3");
  expect(item?.getAttribute("aria-expanded")).toBe("false");
});

it("opens, enters, leaves and closes by arrow keys, loading children when opened", () => {
  const { tree, onLoad } = show();
  fireEvent.keyDown(tree, { key: "ArrowDown" });
  expect(focusedLabel()).toBe("Bauwesen");
  expect(screen.queryByText("Bauleitplanung")).toBeNull();
  fireEvent.keyDown(tree, { key: "ArrowRight" });
  expect(onLoad).toHaveBeenCalledWith("6");
  fireEvent.keyDown(tree, { key: "ArrowRight" });
  expect(focusedLabel()).toBe("Bauleitplanung");
  fireEvent.keyDown(tree, { key: "ArrowLeft" });
  expect(focusedLabel()).toBe("Bauwesen");
  fireEvent.keyDown(tree, { key: "ArrowLeft" });
  expect(screen.queryByText("Bauleitplanung")).toBeNull();
});

it("goes to what is typed, by code or by name, and chooses by Enter", () => {
  const { tree, onSelect } = show();
  fireEvent.keyDown(tree, { key: "f" });
  expect(focusedLabel()).toBe("Finanzen");
  fireEvent.keyDown(tree, { key: "Enter" });
  expect(onSelect).toHaveBeenCalledWith("9");
});

it("leaves keys that no name begins with to the screen", () => {
  const { tree } = show();
  expect(fireEvent.keyDown(tree, { key: "/" })).toBe(true);
  expect(fireEvent.keyDown(tree, { key: "?" })).toBe(true);
  expect(fireEvent.keyDown(tree, { key: "b" })).toBe(false);
});
