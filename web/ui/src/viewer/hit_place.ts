// Where in a document a search found something: the page to begin at, and what to mark.
import { useMemo } from "preact/hooks";
import { getMatches } from "../api/objects.ts";
import { pathOf } from "../router/router.ts";
import { useResource } from "../state/resource.ts";
import { type FindWords, findWords } from "./found_words.ts";

// As it stands in the address of a document.
export interface HitPlace {
  page?: number | undefined;
  query?: string | undefined;
}

export function placeIn(query: URLSearchParams): HitPlace {
  const page = Number.parseInt(query.get("page") ?? "", 10);
  return { page: page > 0 ? page : undefined, query: query.get("q") ?? undefined };
}

export const pathOfHit = (hit: { document_id: string; page?: number | undefined }, query: string): string =>
  pathOf("document", hit.document_id, { page: hit.page ? String(hit.page) : "", q: query });

export interface Marking {
  // The one to begin at, from 1.
  page: number | undefined;
  // Those that hold anything, in order.
  pages: readonly number[];
  find: FindWords;
}

// What to mark in a document's version. A query that the server takes for none marks nothing: the
// document is there all the same.
export function useMarking(document: { id: string; version: { number: number } }, place: HitPlace): Marking {
  const { page, query = "" } = place;
  const found = useResource(query.trim() && `${document.id} ${document.version.number} ${query}`, () =>
    getMatches(document.id, query),
  );
  const matches = found.value;
  return useMemo(() => {
    const pages = (matches?.pages ?? []).map((each) => each.page);
    return { page: page ?? pages[0], pages, find: findWords(matches?.words ?? []) };
  }, [matches, page]);
}
