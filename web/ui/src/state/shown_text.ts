// The text of what is shown. It may be opened before it was made, or while pages are still being read
// by their looks: then it is read again, in its place, once there is more of it.
import { useEffect } from "preact/hooks";
import type { TextState } from "../api/types.ts";
import { type Resource, useResource } from "./resource.ts";

// In the order in which they follow each other; all others are the end.
const unfinished: readonly TextState[] = ["pending", "recognising"];

export const isUnfinished = (state: TextState): boolean => unfinished.includes(state);

function isAhead(known: TextState, read: TextState): boolean {
  const at = unfinished.indexOf(read);
  return at >= 0 && (!isUnfinished(known) || unfinished.indexOf(known) > at);
}

// `known` is the state of the text as it was last heard of.
export function useShownText<Found extends { state: TextState }>(
  key: string,
  known: TextState,
  load: () => Promise<Found>,
): Resource<Found> {
  const found = useResource(key, load);
  const read = found.value?.state;
  useEffect(() => {
    if (read && isAhead(known, read)) found.reload();
  }, [known, read]);
  return found;
}
