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
