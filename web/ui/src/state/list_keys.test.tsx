import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useRef, useState } from "preact/hooks";
import { afterEach, expect, it, vi } from "vitest";
import { onKeyDown } from "./keys.ts";
import { useListKeys } from "./list_keys.ts";

afterEach(cleanup);

const items = ["a", "b", "c"];

function List({ onOpen, onMark }: { onOpen: (item: string) => void; onMark: (item: string) => void }) {
  const [at, setAt] = useState(0);
  const element = useRef<HTMLDivElement>(null);
  const onListKey = useListKeys({
    element,
    items,
    at,
    onCurrent: (item) => setAt(items.indexOf(item)),
    onOpen,
    also: { " ": onMark },
  });
  return (
    <div ref={element} role="listbox" tabIndex={0} aria-label={items[at]} onKeyDown={onListKey}>
      {at}
    </div>
  );
}

const list = () => screen.getByRole("listbox");
const current = () => list().getAttribute("aria-label");
const press = (key: string, more = {}) => fireEvent.keyDown(list(), { key, ...more });

it("goes through the list and stays inside it", () => {
  render(<List onOpen={vi.fn()} onMark={vi.fn()} />);
  press("ArrowUp");
  expect(current()).toBe("a");
  press("ArrowDown");
  press("End");
  press("ArrowDown");
  expect(current()).toBe("c");
  press("Home");
  expect(current()).toBe("a");
  press("ArrowDown", { ctrlKey: true });
  expect(current()).toBe("a");
});

it("acts on the current one", () => {
  const onOpen = vi.fn();
  const onMark = vi.fn();
  render(<List onOpen={onOpen} onMark={onMark} />);
  press("ArrowDown");
  expect(press("Enter")).toBe(false);
  press(" ");
  expect(onOpen).toHaveBeenCalledExactlyOnceWith("b");
  expect(onMark).toHaveBeenCalledExactlyOnceWith("b");
  expect(press("x")).toBe(true);
});

it("comes into the list from outside by J and K", () => {
  render(<List onOpen={vi.fn()} onMark={vi.fn()} />);
  onKeyDown(new KeyboardEvent("keydown", { key: "j" }));
  expect(document.activeElement).toBe(list());
});
