// The trays of the inbox screen: each inbox I see, my own basket, and what has left them; while
// somebody searches, those that post waits in, and all of these together.
import type { InboundFilter } from "../api/inbox.ts";
import { pathOf } from "../router/router.ts";
import { post } from "../text/inbox.ts";
import { basketCount, openInboxes } from "./inboxes.ts";

// An inbox's id, or one of the others.
export type TabName = string;

export interface InboxTab {
  name: TabName;
  label: string;
  count?: number;
  filter: InboundFilter;
}

// Where something waits.
function trays(): InboxTab[] {
  const words = post();
  const own = openInboxes.value.map((inbox) => ({
    name: inbox.id,
    label: words.shortName(inbox.name),
    count: inbox.waiting,
    filter: { inbox: inbox.id },
  }));
  return [
    ...own,
    { name: "mine", label: words.mine, count: basketCount.value, filter: { mine: "true" } },
  ];
}

export function inboxTabs(): InboxTab[] {
  const words = post();
  return [
    ...trays(),
    { name: "distributed", label: words.distributed, filter: { state: "distributed" } },
    { name: "filed", label: words.filed, filter: { state: "filed" } },
    { name: "discarded", label: words.discarded, filter: { state: "discarded" } },
  ];
}

// "" searches for nothing. How much waits in a tray says nothing of what is found in it.
export const searched = ({ name, label, filter }: InboxTab, q: string): InboxTab => ({
  name,
  label,
  filter: { ...filter, q },
});

const searchedTabs = (q: string): InboxTab[] => [
  ...trays().map((tray) => searched(tray, q)),
  { name: "all", label: post().all, filter: { q } },
];

// What has left the trays is handed on by nobody, and searched as documents or not at all.
export const isWaiting = ({ name }: InboxTab): boolean =>
  name !== "filed" && name !== "discarded";

// The tabs that an address asks for, and the open one. A search that names no tray is one in all.
export function tabsIn(query: URLSearchParams): { tabs: InboxTab[]; tab: InboxTab | undefined } {
  const q = query.get("q")?.trim();
  const tabs = q ? searchedTabs(q) : inboxTabs();
  const wanted = tabs.find((each) => each.name === query.get("tab"));
  return { tabs, tab: wanted ?? tabs.at(q ? -1 : 0) };
}

// The address of a tray, or of an item in it, searched as it is.
export const pathIn = ({ name, filter }: InboxTab, item = ""): string =>
  pathOf(item === "" ? "inbox" : "inbound", item, { tab: name, q: filter.q ?? "" });

export const emptyWords = (name: TabName): [title: string, text: string] => {
  const words = post();
  const others: Record<string, [string, string]> = {
    mine: [words.emptyMine, words.emptyMineText],
    distributed: [words.emptyDistributed, words.emptyDistributedText],
    filed: [words.emptyFiled, words.emptyFiledText],
    discarded: [words.emptyDiscarded, words.emptyDiscardedText],
  };
  return others[name] ?? [words.empty, words.emptyText];
};
