// Keys of a list with one tab stop, whose current entry is the active descendant: arrows or J and K,
// Home, End, Enter.
import type { RefObject } from "preact";
import { useKeys } from "./keys.ts";

interface ListKeys<Item> {
  element: RefObject<HTMLElement | null>;
  items: readonly Item[];
  // The current one's place; -1: none.
  at: number;
  onCurrent: (item: Item) => void;
  onOpen: (item: Item) => void;
  // What else a key does with the current one, while the list has the focus.
  also?: Record<string, (item: Item) => void>;
}

export function useListKeys<Item>(list: ListKeys<Item>): (event: KeyboardEvent) => void {
  const { element, items, at, onCurrent, onOpen, also = {} } = list;
  const move = (to: number) => {
    const next = items[Math.max(0, Math.min(items.length - 1, to))];
    if (next) onCurrent(next);
  };
  const enter = (step: number) => {
    element.current?.focus();
    move(at + step);
  };
  useKeys({ j: () => enter(1), k: () => enter(-1) });
  const moves: Record<string, () => void> = {
    ArrowDown: () => move(at + 1),
    ArrowUp: () => move(at - 1),
    Home: () => move(0),
    End: () => move(items.length - 1),
  };
  const acts: Record<string, (item: Item) => void> = { ...also, Enter: onOpen };
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { [event.key]: go } = moves;
    const { [event.key]: act } = acts;
    if (!go && !act) return;
    event.preventDefault();
    go?.();
    const item = items[at];
    if (item) act?.(item);
  };
}
