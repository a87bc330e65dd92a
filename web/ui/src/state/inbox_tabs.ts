// The trays of the inbox screen: each inbox I see, my own basket, and what has left them.
import type { InboundFilter } from "../api/inbox.ts";
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

export function inboxTabs(): InboxTab[] {
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
    { name: "distributed", label: words.distributed, filter: { state: "distributed" } },
    { name: "filed", label: words.filed, filter: { state: "filed" } },
    { name: "discarded", label: words.discarded, filter: { state: "discarded" } },
  ];
}

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
