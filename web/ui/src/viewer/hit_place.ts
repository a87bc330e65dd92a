// Where in a document a search found something: the page to begin at, and what to mark.
import { useMemo, useRef } from "preact/hooks";
import { getMatches, getWords } from "../api/objects.ts";
import { pathOf } from "../router/router.ts";
import { useResource } from "../state/resource.ts";
import { type FindWords, findWords } from "./found_words.ts";
import { boxesOfFound, type PageBox } from "./page_boxes.ts";

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
  // Where it is on the picture of a page whose text was read by its looks; of others there is nothing.
  boxesOn?: (page: number) => Promise<readonly PageBox[]>;
  // Another mark on the same page is gone to as well.
  at?: string;
}

// What to mark in a document's version. A query that the server takes for none marks nothing: the
// document is there all the same.
interface MarkedDocument {
  id: string;
  version: { number: number };
  recognised_pages?: readonly number[];
}
export function useMarking(document: MarkedDocument, place: HitPlace): Marking {
  const { page, query = "" } = place;
  const found = useResource(query.trim() && `${document.id} ${document.version.number} ${query}`, () =>
    getMatches(document.id, query),
  );
  const matches = found.value;
  // Pages that are recognised while somebody reads are no other place to go to.
  const recognised = useRef<readonly number[]>([]);
  recognised.current = document.recognised_pages ?? [];
  return useMemo(() => {
    const pages = (matches?.pages ?? []).map((each) => each.page);
    const find = findWords(matches?.words ?? []);
    const asked = new Map<number, Promise<readonly PageBox[]>>();
    const boxesOn = (number: number) => {
      if (!pages.includes(number) || !recognised.current.includes(number)) return Promise.resolve([]);
      const known = asked.get(number);
      if (known) return known;
      // Without them the page is there all the same.
      const boxes = getWords(document.id, number).then(
        (found) => boxesOfFound(found.words, find),
        () => [],
      );
      asked.set(number, boxes);
      return boxes;
    };
    return { page: page ?? pages[0], pages, find, boxesOn };
  }, [matches, page]);
}
