// The best proposal of each item in sight, asked for one after the other and kept while the item says
// the same: the list shows where a letter will probably go before it is opened.
import { signal } from "@preact/signals";
import { type FilingProposal, getBestProposals, type InboundItem } from "../api/inbox.ts";

// By what of an item its proposals follow from; null: there is none.
export const bestProposals = signal<ReadonlyMap<string, FilingProposal | null>>(new Map());

// More than a screen holds; beyond it they come when the item is opened.
const askedMax = 40;
const asked = new Set<string>();
let waiting: InboundItem[] = [];
let busy = false;

export const proposalKey = (item: InboundItem): string =>
  [item.id, item.text_state, item.subject, item.sender].join("\n");

export function rememberProposals(item: InboundItem, found: readonly FilingProposal[]): void {
  asked.add(proposalKey(item));
  bestProposals.value = new Map(bestProposals.peek()).set(proposalKey(item), found[0] ?? null);
}

const waits = ({ state }: InboundItem) => state === "received" || state === "distributed";

async function run(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let item = waiting.shift(); item; item = waiting.shift()) {
    try {
      rememberProposals(item, (await getBestProposals(item.id)).items);
    } catch {
      // Without it the row says less; the next reading of the list asks again.
      asked.delete(proposalKey(item));
    }
  }
  busy = false;
}

export function wantProposals(items: readonly InboundItem[]): void {
  const fresh = items
    .slice(0, askedMax)
    .filter((item) => waits(item) && item.rights.includes("read") && !asked.has(proposalKey(item)));
  for (const item of fresh) asked.add(proposalKey(item));
  waiting = [...waiting, ...fresh];
  void run();
}

export const bestProposal = (item: InboundItem): FilingProposal | null | undefined =>
  waits(item) ? bestProposals.value.get(proposalKey(item)) : undefined;
