// What no event tells of is asked for again, while somebody looks.
import { useEffect, useRef } from "preact/hooks";

const askAgainMs = 2000;

export function useAskAgain(wanted: boolean, ask: () => void): void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (!wanted) return undefined;
    const timer = setInterval(() => !document.hidden && latest.current(), askAgainMs);
    return () => clearInterval(timer);
  }, [wanted]);
}

// Asks once more after a while, where the server could not answer (Failure.isPassing), and not before
// somebody looks. Returns what calls it off.
export function askLater(ask: () => void): () => void {
  const leaving = new AbortController();
  const onceSeen = () => {
    if (!document.hidden) {
      leaving.abort();
      ask();
    }
  };
  const timer = setTimeout(() => {
    document.addEventListener("visibilitychange", onceSeen, { signal: leaving.signal });
    onceSeen();
  }, askAgainMs);
  return () => {
    clearTimeout(timer);
    leaving.abort();
  };
}
