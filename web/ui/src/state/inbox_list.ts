// What lies in one tray, page by page, and what of it is marked to be dealt with together.
import { useEffect, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import { type InboundFilter, type InboundItem, listItems } from "../api/inbox.ts";

export interface InboxList {
  items: readonly InboundItem[] | undefined;
  failure: Failure | undefined;
  hasMore: boolean;
  reload: () => void;
  loadMore: () => void;
  // It has left the tray: it goes at once, not only when the list is read again.
  drop: (ids: readonly string[]) => void;
  put: (item: InboundItem) => void;
}

interface Loaded {
  key: string;
  items: InboundItem[];
  next: string | undefined;
}

const pageSize = 50;

// As many as were loaded before, so that nobody loses the place.
async function readAll(filter: InboundFilter, wanted: number): Promise<Omit<Loaded, "key">> {
  const items: InboundItem[] = [];
  let next: string | undefined;
  do {
    const page = await listItems(filter, next, pageSize);
    items.push(...page.items);
    next = page.next_cursor;
  } while (next !== undefined && items.length < wanted);
  return { items, next };
}

export function useInboxList(key: string, filter: InboundFilter): InboxList {
  const [loaded, setLoaded] = useState<Loaded>();
  const [failure, setFailure] = useState<Failure>();
  const [round, setRound] = useState(0);
  const mine = loaded?.key === key ? loaded : undefined;
  useEffect(() => {
    if (key === "") return undefined;
    let wanted = true;
    readAll(filter, mine?.items.length ?? 1).then(
      (read) => {
        if (!wanted) return;
        setLoaded({ key, ...read });
        setFailure(undefined);
      },
      (error: unknown) => wanted && setFailure(failureOf(error)),
    );
    return () => {
      wanted = false;
    };
  }, [key, round]);
  const change = (next: (items: InboundItem[]) => InboundItem[]) =>
    setLoaded((now) => now && { ...now, items: next(now.items) });
  return {
    items: mine?.items,
    failure: mine ? undefined : failure,
    hasMore: mine?.next !== undefined,
    reload: () => setRound((n) => n + 1),
    loadMore: () => {
      if (mine?.next === undefined) return;
      listItems(filter, mine.next, pageSize).then(
        (page) =>
          setLoaded({ key, items: [...mine.items, ...page.items], next: page.next_cursor }),
        (error: unknown) => setFailure(failureOf(error)),
      );
    },
    drop: (ids) => change((items) => items.filter((item) => !ids.includes(item.id))),
    put: (item) => change((items) => items.map((each) => (each.id === item.id ? item : each))),
  };
}
