// A long list that the server gives page by page: only what was scrolled to is asked for.
import { useEffect, useMemo, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import type { Page } from "../api/types.ts";
import { askLater } from "./ask_again.ts";

export type LoadPage<Item> = (cursor: string | undefined) => Promise<Page<Item>>;

export class PagedList<Item> {
  items: Item[] = [];
  failure: Failure | undefined;
  hasBegun = false;
  // How often the items were read anew in place.
  refreshes = 0;
  private total = 0;
  private cursor: string | undefined;
  private ended = false;
  private wanted = 0;
  // The last row that was asked for, mostly the last in sight.
  private end = 0;
  private stale = false;
  private running = false;
  private stopped = false;
  private callOff = () => undefined as void;
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
    this.end = end;
    this.wanted = Math.max(this.wanted, end);
    if (!this.running && !this.failure) void this.run();
  }

  retry(): void {
    this.failure = undefined;
    this.want(1);
  }

  // Reads again what is in sight and puts it in the place of the old, all at once.
  refresh(): void {
    this.stale = true;
    if (!this.running) void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.callOff();
  }

  replace(matches: (item: Item) => boolean, next: Item): void {
    this.items = this.items.map((item) => (matches(item) ? next : item));
    this.changed();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (!this.stopped && (this.stale || this.lacks)) {
      const isRefresh = this.stale && this.hasBegun;
      try {
        if (isRefresh) await this.renew();
        else await this.loadNext();
      } catch (error) {
        // What is there stays: old is better than nothing.
        const failure = failureOf(error);
        if (!isRefresh) this.failure = failure;
        if (failure.isPassing) this.askLater(isRefresh);
        break;
      } finally {
        if (!this.stopped) this.changed();
      }
    }
    this.running = false;
  }

  private askLater(isRefresh: boolean): void {
    this.callOff();
    if (!this.stopped) this.callOff = askLater(() => (isRefresh ? this.refresh() : this.retry()));
  }

  private get lacks(): boolean {
    return !this.ended && this.items.length < Math.max(this.wanted, 1);
  }

  private async loadNext(): Promise<void> {
    this.stale = false;
    const page = await this.load(this.cursor);
    this.items = [...this.items, ...page.items];
    this.cursor = page.next_cursor;
    this.total = page.total_estimate ?? this.total;
    this.ended = page.next_cursor === undefined;
    this.hasBegun = true;
  }

  private async renew(): Promise<void> {
    this.stale = false;
    const wanted = Math.min(this.end, this.items.length);
    let page = await this.load(undefined);
    const items = [...page.items];
    const total = page.total_estimate ?? this.total;
    while (page.next_cursor !== undefined && items.length < wanted) {
      page = await this.load(page.next_cursor);
      items.push(...page.items);
    }
    this.items = items;
    this.cursor = page.next_cursor;
    this.total = total;
    this.ended = page.next_cursor === undefined;
    this.wanted = this.end;
    this.failure = undefined;
    this.refreshes += 1;
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
