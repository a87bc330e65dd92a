// The head of a list's columns. A column that the list can be ordered by is a button; the arrow and
// aria-sort say which one it is ordered by now.
import { ArrowDown, ArrowUp } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

export interface Column<Item> {
  name: string;
  label: string;
  // The order's name, and which way is the first choice; absent: the list has no such order.
  order?: { by: string; first: "ascending" | "descending" };
  render: (item: Item) => ComponentChildren;
}

interface HeadProps<Item> {
  columns: Column<Item>[];
  // The order now: its name, behind a minus where it descends.
  order: string | undefined;
  onOrder: ((order: string) => void) | undefined;
}

const wayOf = (by: string, order: string | undefined) => {
  if (order === by) return "ascending";
  return order === `-${by}` ? "descending" : undefined;
};

interface OrderButtonProps {
  label: string;
  by: string;
  first: "ascending" | "descending";
  way: "ascending" | "descending" | undefined;
  onOrder: (order: string) => void;
}

// A second click turns the order round.
function OrderButton({ label, by, first, way, onOrder }: OrderButtonProps) {
  const descends = way === undefined ? first === "descending" : way === "ascending";
  return (
    <button
      type="button"
      class={way ? "order-button chosen" : "order-button"}
      onClick={() => onOrder(descends ? `-${by}` : by)}
    >
      <span>{label}</span>
      <Icon of={(way ?? first) === "ascending" ? ArrowUp : ArrowDown} size={13} />
    </button>
  );
}

export function GridHead<Item>({ columns, order, onOrder }: HeadProps<Item>) {
  return (
    <div class="grid-head" role="rowgroup">
      <div class="grid-row" role="row" aria-rowindex={1}>
        {columns.map(({ name, label, order: own }) => {
          const way = own && wayOf(own.by, order);
          return (
            <span
              key={name}
              role="columnheader"
              class={`cell-${name}`}
              aria-sort={own && onOrder ? (way ?? "none") : undefined}
            >
              {own && onOrder ? (
                <OrderButton label={label} {...own} way={way} onOrder={onOrder} />
              ) : (
                label
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}
