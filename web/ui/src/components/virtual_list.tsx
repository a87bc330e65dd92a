// A table of any length: the server gives pages, the document holds only the rows in sight. An ARIA
// grid with one tab stop for its rows; the current row is the active descendant.
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PagedList } from "../state/paged.ts";
import { useKeys } from "../state/keys.ts";
import { type Column, GridHead } from "./grid_head.tsx";

interface VirtualListProps<Item> {
  label: string;
  columns: Column<Item>[];
  list: PagedList<Item>;
  // All rows have this height in px.
  rowHeight: number;
  // Sets the columns' widths in CSS: .grid-{look}.
  look: string;
  keyOf: (item: Item) => string;
  // Whose row is marked as shown beside the list.
  selected?: string;
  // What the list is ordered by (grid_head.tsx), and who is told of another choice.
  order?: string;
  onOrder?: (order: string) => void;
  onOpen: (item: Item) => void;
  onPreview?: (item: Item) => void;
  onCurrent?: (item: Item) => void;
}

const overscan = 8;

interface RowProps<Item> {
  id: string;
  index: number;
  // undefined: not loaded yet.
  item: Item | undefined;
  columns: Column<Item>[];
  height: number;
  isCurrent: boolean;
  isSelected: boolean;
  onChoose: (index: number, item: Item | undefined, event: MouseEvent) => void;
}

// Drawn again only where something of it changed: scrolling draws the rows that come in.
function Row<Item>(props: RowProps<Item>) {
  const { id, index, item, columns, height, isCurrent, isSelected } = props;
  const onChoose = useRef(props.onChoose);
  onChoose.current = props.onChoose;
  return useMemo(
    () => (
      <div
        id={id}
        class={isCurrent ? "grid-row body current" : "grid-row body"}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        style={{ transform: `translateY(${index * height}px)`, height: `${height}px` }}
        onClick={(event) => onChoose.current(index, item, event)}
      >
        {columns.map((column) => (
          <span key={column.name} role="gridcell" class={`cell-${column.name}`}>
            {item ? column.render(item) : <span class="bar" />}
          </span>
        ))}
      </div>
    ),
    [id, index, item, columns, height, isCurrent, isSelected],
  );
}

interface Anchored<Item> {
  list: PagedList<Item>;
  keyOf: (item: Item) => string;
  rowHeight: number;
  element: { current: HTMLElement | null };
  // undefined: nobody has chosen one yet.
  current: number | undefined;
  setCurrent: (index: number | undefined) => void;
}

// Where the items were read anew, the current row and the rows in sight stay the same ones, wherever
// they stand now. At the top of the list what is new comes into sight.
function useAnchor<Item>(anchored: Anchored<Item>): void {
  const { list, keyOf, rowHeight, element, current, setCurrent } = anchored;
  const drawn = useRef({ list, refreshes: list.refreshes, items: list.items });
  useLayoutEffect(() => {
    const before = drawn.current;
    drawn.current = { list, refreshes: list.refreshes, items: list.items };
    const grid = element.current;
    if (!grid || before.list !== list || before.refreshes === list.refreshes) return;
    const placeNow = (index: number) => {
      const item = before.items[index];
      return item ? list.items.findIndex((each) => keyOf(each) === keyOf(item)) : -1;
    };
    if (current !== undefined) {
      const row = placeNow(current);
      setCurrent(row >= 0 ? row : Math.max(0, Math.min(current, list.length - 1)));
    }
    const top = Math.floor(grid.scrollTop / rowHeight);
    const place = grid.scrollTop > 0 ? placeNow(top) : -1;
    if (place >= 0) grid.scrollTop += (place - top) * rowHeight;
  });
}

// Another list in the place of the one before, for instance in another order, begins at its top.
function useBeginning<Item>(anchored: Anchored<Item>): void {
  const { list, element, setCurrent } = anchored;
  const shown = useRef(list);
  useLayoutEffect(() => {
    if (shown.current === list) return;
    shown.current = list;
    setCurrent(undefined);
    if (element.current) element.current.scrollTop = 0;
  }, [list]);
}

export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, columns, list, rowHeight, look, keyOf, selected, onOpen, onPreview } = props;
  const id = useId();
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [chosen, setCurrent] = useState<number>();
  const current = chosen ?? 0;
  const headHeight = 36;
  const count = list.length;
  const first = Math.max(0, Math.floor(view.top / rowHeight) - overscan);
  const last = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + overscan);

  useLayoutEffect(() => {
    const grid = element.current;
    if (!grid) return undefined;
    const measure = () => {
      const next = { top: grid.scrollTop, height: grid.clientHeight || 600 };
      setView((view) => (view.top === next.top && view.height === next.height ? view : next));
    };
    measure();
    grid.addEventListener("scroll", measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    return () => {
      grid.removeEventListener("scroll", measure);
      observer.disconnect();
    };
  }, []);
  useEffect(() => list.want(last), [list, last]);
  const anchored = { list, keyOf, rowHeight, element, current: chosen, setCurrent };
  useAnchor(anchored);
  useBeginning(anchored);

  const move = (to: number) => {
    const grid = element.current;
    const next = Math.max(0, Math.min(count - 1, to));
    if (!grid || count === 0) return;
    setCurrent(next);
    const top = next * rowHeight;
    const room = grid.clientHeight - headHeight - rowHeight;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top > grid.scrollTop + room) grid.scrollTop = top - room;
    const item = list.items[next];
    if (item) props.onCurrent?.(item);
  };
  const onCurrentItem = (act: ((item: Item) => void) | undefined) => {
    const item = list.items[current];
    if (item) act?.(item);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as Element).closest(".order-button, .popover-frame")) return;
    const perPage = Math.max(1, Math.floor((view.height - headHeight) / rowHeight) - 1);
    const actions: Record<string, () => void> = {
      ArrowDown: () => move(current + 1),
      ArrowUp: () => move(current - 1),
      PageDown: () => move(current + perPage),
      PageUp: () => move(current - perPage),
      Home: () => move(0),
      End: () => move(count - 1),
      Enter: () => onCurrentItem(onOpen),
      " ": () => onCurrentItem(onPreview),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  const enter = (step: number) => {
    const isInside = document.activeElement === element.current;
    element.current?.focus();
    move(isInside ? current + step : current);
  };
  useKeys({ j: () => enter(1), k: () => enter(-1) });

  const choose = (index: number, item: Item | undefined, event: MouseEvent) => {
    setCurrent(index);
    if (item && !(event.target as Element).closest("button, a, .popover")) onOpen(item);
  };
  const rowId = (index: number) => `${id}-${index}`;
  return (
    <div
      ref={element}
      class={`grid grid-${look}`}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-activedescendant={current >= first && current < last ? rowId(current) : undefined}
      onKeyDown={onKeyDown}
    >
      <GridHead columns={columns} order={props.order} onOrder={props.onOrder} />
      <div class="grid-body" role="rowgroup" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i).map((index) => {
          const item = list.items[index];
          return (
            <Row
              key={item ? keyOf(item) : `row-${index}`}
              id={rowId(index)}
              index={index}
              item={item}
              columns={columns}
              height={rowHeight}
              isCurrent={index === current}
              isSelected={item !== undefined && keyOf(item) === selected}
              onChoose={choose}
            />
          );
        })}
      </div>
    </div>
  );
}
