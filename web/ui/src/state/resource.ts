// Something loaded from the server, as a component sees it.
import { useCallback, useEffect, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import { askLater } from "./ask_again.ts";

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
// does, with all that was typed into what shows it, where the line is broken or the server cannot at
// present, which the page says elsewhere: then it is loaded again by itself.
export function useResource<Value>(key: string, load: () => Promise<Value>): Resource<Value> {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ key: "" });
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  useEffect(() => {
    if (key === "") return undefined;
    let wanted = true;
    let callOff = () => undefined as void;
    load().then(
      (value) => wanted && setLoaded({ key, value }),
      (error: unknown) => {
        if (!wanted) return;
        const failure = failureOf(error);
        setLoaded((before) =>
          failure.isPassing && before.key === key && before.value !== undefined
            ? before
            : { key, failure },
        );
        if (failure.isPassing) callOff = askLater(reload);
      },
    );
    return () => {
      wanted = false;
      callOff();
    };
  }, [key, round]);
  const set = useCallback((value: Value) => setLoaded({ key, value }), [key]);
  const isCurrent = loaded.key === key;
  return {
    value: isCurrent ? loaded.value : undefined,
    failure: isCurrent ? loaded.failure : undefined,
    reload,
    set,
  };
}
