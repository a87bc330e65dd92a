// My saved searches and what is new in them, for the search, the start page and the way there.
import { computed, signal } from "@preact/signals";
import {
  countSavedSearches,
  listSavedSearches,
  lookAtSavedSearch,
  type SavedSearch,
  type SavedSearchCount,
  type SavedSearchFields,
} from "../api/saved_searches.ts";
import type { DocumentStatus, DocumentType } from "../api/types.ts";
import { pathOf } from "../router/router.ts";

export const savedSearches = signal<readonly SavedSearch[]>([]);
export const savedCounts = signal<ReadonlyMap<string, SavedSearchCount>>(new Map());

// In all of them together; a document that is new in two is counted in each.
export const newHits = computed(() =>
  savedSearches.value.reduce((sum, { id }) => sum + (savedCounts.value.get(id)?.new_hits ?? 0), 0),
);

export async function loadSavedCounts(): Promise<void> {
  if (savedSearches.peek().length === 0) {
    savedCounts.value = new Map();
    return;
  }
  try {
    const { items } = await countSavedSearches();
    savedCounts.value = new Map(items.map((count) => [count.id, count]));
  } catch {
    // Old counts stay; they are asked for again with the next change.
  }
}

export async function loadSavedSearches(): Promise<void> {
  try {
    savedSearches.value = (await listSavedSearches()).items;
  } catch {
    return;
  }
  await loadSavedCounts();
}

// What it finds is on the screen: nothing of that is new any more.
export async function lookAt(id: string): Promise<void> {
  try {
    await lookAtSavedSearch(id);
  } catch {
    return;
  }
  await loadSavedCounts();
}

// A search as the search screen keeps it in its address.
export interface ShownSearch {
  q: string;
  type: string;
  status: string;
  sender: string;
  unit: string;
  from: string;
  to: string;
  sort: "relevance" | "newest" | "oldest";
}

const listOf = <Value extends string>(text: string) => text.split(",").filter(Boolean) as Value[];

export function shownOf(saved: SavedSearchFields): ShownSearch {
  return {
    q: saved.q ?? "",
    type: saved.type?.join(",") ?? "",
    status: saved.status?.join(",") ?? "",
    sender: saved.sender ?? "",
    unit: saved.unit ?? "",
    from: saved.from ?? "",
    to: saved.to ?? "",
    sort: saved.sort ?? "relevance",
  };
}

export function fieldsOf(name: string, shown: ShownSearch): SavedSearchFields {
  const { q, sender, unit, from, to, sort } = shown;
  const type = listOf<DocumentType>(shown.type);
  const status = listOf<DocumentStatus>(shown.status);
  return {
    name,
    ...(q && { q }),
    ...(type.length > 0 && { type }),
    ...(status.length > 0 && { status }),
    ...(sender && { sender }),
    ...(unit && { unit }),
    ...(from && { from }),
    ...(to && { to }),
    sort,
  };
}

export const pathOfSaved = (saved: SavedSearch): string => pathOf("search", "", { ...shownOf(saved) });

const inOrder = (list: string) => listOf(list).toSorted().join(",");
const keyOf = (shown: ShownSearch) =>
  JSON.stringify([
    shown.q.trim(),
    inOrder(shown.type),
    inOrder(shown.status),
    shown.sender,
    shown.unit,
    shown.from,
    shown.to,
    shown.sort,
  ]);

// The one that asks the same.
export const savedAs = (shown: ShownSearch): SavedSearch | undefined =>
  savedSearches.value.find(
    (saved) => !saved.dossier && !saved.author && keyOf(shownOf(saved)) === keyOf(shown),
  );
