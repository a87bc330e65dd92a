// What the server suggests for what is being typed: asked for after a pause, the newest alone kept.
import { useEffect, useState } from "preact/hooks";
import { suggest } from "../api/objects.ts";
import type { Suggestions } from "../api/types.ts";

const typingMs = 120;
const lettersMin = 2;

// undefined while there is nothing to choose from.
export function useSuggestions(open: boolean, typed: string): Suggestions | undefined {
  const [found, setFound] = useState<Suggestions>();
  useEffect(() => {
    if (!open || typed.trim().length < lettersMin) {
      setFound(undefined);
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      // Without suggestions the search still works.
      suggest(typed, abort.signal).then(setFound, () => abort.signal.aborted || setFound(undefined));
    }, typingMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [open, typed]);
  return found;
}
