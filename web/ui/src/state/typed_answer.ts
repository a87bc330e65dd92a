// What the server answers to what is being typed: asked for after a pause, the newest alone kept, and
// asked for again where the server could not at that moment.
import { useEffect, useState } from "preact/hooks";
import { failureOf } from "../api/failure.ts";
import { askLater } from "./ask_again.ts";

const typingMs = 120;

// "" asks for nothing; undefined until there is an answer, and where there is none to be had.
export function useTypedAnswer<Answer>(
  typed: string,
  askFor: (typed: string, signal: AbortSignal) => Promise<Answer>,
): Answer | undefined {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    if (typed === "") {
      setAnswer(undefined);
      return undefined;
    }
    const abort = new AbortController();
    let callOff = () => undefined as void;
    const ask = () => {
      askFor(typed, abort.signal).then(
        (next) => abort.signal.aborted || setAnswer(() => next),
        (error: unknown) => {
          if (abort.signal.aborted) return;
          if (failureOf(error).isPassing) callOff = askLater(ask);
          else setAnswer(undefined);
        },
      );
    };
    const timer = setTimeout(ask, typingMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
      callOff();
    };
  }, [typed]);
  return answer;
}
