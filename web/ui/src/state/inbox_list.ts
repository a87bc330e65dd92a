// What lies in one tray, or is found in it, page by page, and what of it is marked to be dealt with
// together.
import { useEffect, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import { type InboundFilter, type InboundItem, type InboundPage, listItems } from "../api/inbox.ts";
import { askLater } from "./ask_again.ts";

export interface InboxList {
  items: readonly InboundItem[] | undefined;
  // What they were found by; "": they are all there are. Until a search is answered, those that were
  // there before it stay.
  query: string;
  // How many there are, those that are not loaded included.
  count: number;
  rebuiltPercent: number | undefined;
  // More words begin like a searched one than are looked for.
  prefixShortened: boolean;
  failure: Failure | undefined;
  hasMore: boolean;
  reload: () => void;
  loadMore: () => void;
  // It has left the tray: it goes at once, not only when the list is read again.
  drop: (ids: readonly string[]) => void;
}

interface Read {
  items: InboundItem[];
  next: string | undefined;
  total: number;
  rebuiltPercent: number | undefined;
  prefixShortened: boolean;
}
interface Loaded extends Read {
  tray: string;
  query: string;
}

const pageSize = 50;

// As many as were loaded before, so that nobody loses the place.
async function readAll(filter: InboundFilter, wanted: number): Promise<Read> {
  const items: InboundItem[] = [];
  let page: InboundPage | undefined;
  do {
    page = await listItems(filter, page?.next_cursor, pageSize);
    items.push(...page.items);
  } while (page.next_cursor !== undefined && items.length < wanted);
  return {
    items,
    next: page.next_cursor,
    total: page.total_estimate ?? 0,
    rebuiltPercent: page.rebuilt_percent,
    prefixShortened: page.prefix_shortened ?? false,
  };
}

const countOf = ({ items, next, total }: Read) =>
  next === undefined ? items.length : Math.max(total, items.length);

export function useInboxList(tray: string, filter: InboundFilter): InboxList {
  const [loaded, setLoaded] = useState<Loaded>();
  const [failure, setFailure] = useState<Failure>();
  const [round, setRound] = useState(0);
  const reload = () => setRound((n) => n + 1);
  const query = filter.q ?? "";
  const shown = loaded?.tray === tray ? loaded : undefined;
  const isAnswered = shown?.query === query;
  useEffect(() => {
    if (tray === "") return undefined;
    let wanted = true;
    let callOff = () => undefined as void;
    setFailure(undefined);
    readAll(filter, isAnswered ? shown.items.length : 1).then(
      (read) => {
        if (wanted) setLoaded({ tray, query, ...read });
      },
      (error: unknown) => {
        if (!wanted) return;
        const next = failureOf(error);
        setFailure(next);
        if (next.isPassing) callOff = askLater(reload);
      },
    );
    return () => {
      wanted = false;
      callOff();
    };
  }, [tray, query, round]);
  return {
    items: shown?.items,
    query: shown?.query ?? "",
    count: shown ? countOf(shown) : 0,
    rebuiltPercent: shown?.rebuiltPercent,
    prefixShortened: shown?.prefixShortened ?? false,
    failure: isAnswered ? undefined : failure,
    hasMore: shown?.next !== undefined,
    reload,
    loadMore: () => {
      if (shown?.next === undefined || !isAnswered) return;
      listItems(filter, shown.next, pageSize).then(
        (page) => {
          const items = [...shown.items, ...page.items];
          // Unless another list was read meanwhile.
          setLoaded((now) => (now === shown ? { ...shown, items, next: page.next_cursor } : now));
        },
        (error: unknown) => setFailure(failureOf(error)),
      );
    },
    drop: (ids) => {
      const stays = ({ id }: InboundItem) => !ids.includes(id);
      setLoaded((now) => now && { ...now, items: now.items.filter(stays) });
    },
  };
}
