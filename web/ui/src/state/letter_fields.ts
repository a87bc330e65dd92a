// What was read out of a letter, as far as the item's own fields are empty: it is put into the form,
// where a person sees it, and is the item's only when he files or saves.
import { type InboundItem, type LetterFieldName, type ProposedField } from "../api/inbox.ts";
import { documentTypes } from "../api/types.ts";
import { findWords } from "../viewer/found_words.ts";
import type { Marking } from "../viewer/hit_place.ts";

export type LetterValues = Partial<Record<LetterFieldName, string>>;

const isEmpty = (item: InboundItem, name: LetterFieldName): boolean =>
  name === "type" ? item.type === "other" : !item[name];

const isKnown = ({ field, value }: ProposedField): boolean =>
  field !== "type" || documentTypes.some((type) => type === value);

export function letterValues(item: InboundItem, fields: readonly ProposedField[]): LetterValues {
  const fresh = fields.filter((each) => isEmpty(item, each.field) && isKnown(each));
  return Object.fromEntries(fresh.map(({ field, value }) => [field, value]));
}

// Where it stands, for the viewer.
export function markingOf(proposed: ProposedField): Marking | undefined {
  const { page, quote, boxes, field } = proposed;
  if (page === undefined) return undefined;
  const end = new TextEncoder().encode(quote).length;
  return {
    page,
    pages: [page],
    find: findWords([{ text: quote, marks: [{ begin: 0, end }] }]),
    boxesOn: (number) => Promise.resolve(number === page ? boxes : []),
    at: field,
  };
}
