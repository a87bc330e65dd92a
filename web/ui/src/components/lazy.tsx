// A screen, or a part of one, that is loaded when it is first shown, to keep the first load small.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Failure, failureOf, offlineFailure } from "../api/failure.ts";
import { FailureView, Skeleton } from "./states.tsx";

export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  // What stands there meanwhile: nothing for a window above the page.
  meanwhile: "skeleton" | "nothing" = "skeleton",
): ComponentType<Props> {
  let Loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, redraw] = useState(0);
    const [failure, setFailure] = useState<Failure>();
    const begin = () => {
      setFailure(undefined);
      load().then(
        (component) => {
          Loaded = component;
          redraw((n) => n + 1);
        },
        // Browsers throw a TypeError for a script that does not come.
        (error: unknown) =>
          setFailure(error instanceof TypeError ? offlineFailure() : failureOf(error)),
      );
    };
    useEffect(() => {
      if (!Loaded) begin();
    }, []);
    if (Loaded) return <Loaded {...props} />;
    if (failure) return <FailureView failure={failure} onRetry={begin} />;
    return meanwhile === "skeleton" ? <Skeleton rows={8} /> : null;
  };
}
