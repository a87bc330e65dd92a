// Something loaded from the server, as a component sees it.
import { useCallback, useEffect, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";

export interface Resource<Value> {
  value: Value | undefined;
  failure: Failure | undefined;
  reload: () => void;
  // Puts in a value that the server has just answered.
  set: (value: Value) => void;
}

interface Loaded<Value> {
  key: string;
  value?: Value;
  failure?: Failure;
}

// Loads again whenever `key` changes; "" loads nothing. While it reloads, the old value stays; so it
// does where the line is broken, which the page says elsewhere.
export function useResource<Value>(key: string, load: () => Promise<Value>): Resource<Value> {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ key: "" });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (key === "") return undefined;
    let wanted = true;
    load().then(
      (value) => wanted && setLoaded({ key, value }),
      (error: unknown) => {
        if (!wanted) return;
        const failure = failureOf(error);
        const isBrokenLine = failure.kind === "offline";
        setLoaded((before) =>
          isBrokenLine && before.key === key && before.value !== undefined
            ? before
            : { key, failure },
        );
      },
    );
    return () => {
      wanted = false;
    };
  }, [key, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  const set = useCallback((value: Value) => setLoaded({ key, value }), [key]);
  const isCurrent = loaded.key === key;
  return {
    value: isCurrent ? loaded.value : undefined,
    failure: isCurrent ? loaded.failure : undefined,
    reload,
    set,
  };
}
