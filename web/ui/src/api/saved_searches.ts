// Searches kept under a name, and what is new in them.
import { ask } from "./client.ts";
import type { DocumentStatus, DocumentType } from "./types.ts";

// The filters by the names of the search.
export interface SavedSearchFields {
  name: string;
  q?: string;
  unit?: string;
  dossier?: string;
  type?: DocumentType[];
  status?: DocumentStatus[];
  author?: string;
  sender?: string;
  from?: string;
  to?: string;
  sort?: "relevance" | "newest" | "oldest";
}

export interface SavedSearch extends SavedSearchFields {
  id: string;
  revision: number;
}

export interface SavedSearchCount {
  id: string;
  hits: number;
  more_hits: boolean;
  new_hits: number;
  more_new_hits: boolean;
}

const all = "/saved-searches";

export const listSavedSearches = () => ask<{ items: SavedSearch[] }>(all);
// `unattended`: the page asks by itself.
export const countSavedSearches = () =>
  ask<{ items: SavedSearchCount[] }>(`${all}/counts`, { unattended: true });
export const createSavedSearch = (fields: SavedSearchFields) =>
  ask<SavedSearch>(all, { method: "POST", json: fields });
export const replaceSavedSearch = (id: string, revision: number, fields: SavedSearchFields) =>
  ask<SavedSearch>(`${all}/${id}`, { method: "PUT", json: fields, revision });
export const removeSavedSearch = (id: string, revision: number) =>
  ask<void>(`${all}/${id}`, { method: "DELETE", revision });
export const lookAtSavedSearch = (id: string) =>
  ask<void>(`${all}/${id}/looked`, { method: "POST" });
