// What this user opened last, kept on this device for the start page and the palette.
import { computed, effect, signal } from "@preact/signals";
import { session } from "../api/session.ts";
import { stored } from "./stored.ts";

export interface RecentItem {
  kind: "dossier" | "document";
  id: string;
  title: string;
  // File reference of a dossier, file kind and dossier of a document.
  note: string;
  at: string;
}

const keptMax = 12;
const keyOf = (user: string) => `recent.${user}`;
const items = signal<RecentItem[]>([]);

effect(() => {
  const user = session.value?.user.id;
  items.value = user ? (stored.read<RecentItem[]>(keyOf(user)) ?? []) : [];
});

export const recent = computed(() => items.value);

// It is there no more, or not for this user: its title goes from the device, too.
export function forgetOpened(id: string): void {
  const user = session.peek()?.user.id;
  if (!user || !items.peek().some((kept) => kept.id === id)) return;
  items.value = items.peek().filter((kept) => kept.id !== id);
  stored.write(keyOf(user), items.value);
}

export function rememberOpened(item: Omit<RecentItem, "at">): void {
  const user = session.peek()?.user.id;
  if (!user) return;
  const others = items.peek().filter((kept) => kept.id !== item.id);
  items.value = [{ ...item, at: new Date().toISOString() }, ...others].slice(0, keptMax);
  stored.write(keyOf(user), items.value);
}
