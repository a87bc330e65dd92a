// The inboxes I see and how much waits in them, for the way there and for the tabs of its screen.
import { computed, signal } from "@preact/signals";
import { type Inbox, listInboxes, listItems } from "../api/inbox.ts";

export const inboxes = signal<readonly Inbox[]>([]);
// What lies in my own basket.
export const basketCount = signal(0);

// Those that are more than a name to me.
export const openInboxes = computed(() =>
  inboxes.value.filter((inbox) => inbox.rights.includes("see")),
);
export const inboxCount = computed(() =>
  openInboxes.value.reduce((sum, inbox) => sum + inbox.waiting, basketCount.value),
);

// Counts that do not come are old ones: the screen itself tells what is wrong.
export async function loadInboxes(): Promise<void> {
  try {
    const [all, mine] = await Promise.all([listInboxes(), listItems({ mine: "true" }, undefined, 1)]);
    inboxes.value = all.items;
    basketCount.value = mine.total_estimate ?? mine.items.length;
  } catch {
    // Asked again with the next change.
  }
}
