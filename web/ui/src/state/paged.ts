// A long list that the server gives page by page: only what was scrolled to is asked for.
import { useEffect, useMemo, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import type { Page } from "../api/types.ts";

export type LoadPage<Item> = (cursor: string | undefined) => Promise<Page<Item>>;

export class PagedList<Item> {
  items: Item[] = [];
  failure: Failure | undefined;
  hasBegun = false;
  private total = 0;
  private cursor: string | undefined;
  private ended = false;
  private wanted = 0;
  private running = false;
  private stopped = false;
  private readonly load: LoadPage<Item>;
  private readonly changed: () => void;

  constructor(load: LoadPage<Item>, changed: () => void) {
    this.load = load;
    this.changed = changed;
  }

  // Rows in all, those not loaded yet included.
  get length(): number {
    return this.ended ? this.items.length : Math.max(this.total, this.items.length);
  }

  // Sees to it that rows up to `end` are loaded. Cursors lead from page to page, so a jump far
  // down loads what lies between.
  want(end: number): void {
    this.wanted = Math.max(this.wanted, end);
    if (!this.running && !this.failure) void this.run();
  }

  retry(): void {
    this.failure = undefined;
    this.want(1);
  }

  stop(): void {
    this.stopped = true;
  }

  replace(matches: (item: Item) => boolean, next: Item): void {
    this.items = this.items.map((item) => (matches(item) ? next : item));
    this.changed();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (!this.stopped && !this.ended && this.items.length < Math.max(this.wanted, 1)) {
      try {
        const page = await this.load(this.cursor);
        this.items = [...this.items, ...page.items];
        this.cursor = page.next_cursor;
        this.total = page.total_estimate ?? this.total;
        this.ended = page.next_cursor === undefined;
        this.hasBegun = true;
      } catch (error) {
        this.failure = failureOf(error);
        break;
      } finally {
        if (!this.stopped) this.changed();
      }
    }
    this.running = false;
  }
}

// A list that begins anew whenever `key` changes.
export function usePaged<Item>(key: string, load: LoadPage<Item>): PagedList<Item> {
  const [, redraw] = useState(0);
  const list = useMemo(() => new PagedList<Item>(load, () => redraw((n) => n + 1)), [key]);
  useEffect(() => {
    list.want(1);
    return () => list.stop();
  }, [list]);
  return list;
}
