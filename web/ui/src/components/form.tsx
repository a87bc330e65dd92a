// A form: what was refused stands above its fields, and the focus goes to the first field with an
// error, until something is typed.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Failure } from "../api/failure.ts";
import { t } from "../text/messages.ts";

interface FormProps {
  // A form that scrolls by itself instead of with its window.
  look?: "scrolling";
  failure?: Failure | undefined;
  // Reads again what was changed meanwhile; offered where that was the reason.
  onReload?: () => void;
  onSubmit: () => void;
  children: ComponentChildren;
}

const changedMeanwhile = 412;

export function Form({ look, failure, onReload, onSubmit, children }: FormProps) {
  const element = useRef<HTMLFormElement>(null);
  const looksForErrors = useRef(false);
  useEffect(() => {
    // A dialog looks after that itself, once it is open.
    if (element.current?.closest("dialog")) return;
    element.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
  }, []);
  // Errors show in a later drawing: at once for what is missing, with the answer for the rest.
  useEffect(() => {
    if (!looksForErrors.current) return;
    const field = element.current?.querySelector<HTMLElement>("[aria-invalid=true]");
    if (!field) return;
    looksForErrors.current = false;
    field.focus();
  });
  return (
    <form
      ref={element}
      class={look === "scrolling" ? "form scroll pad" : "form"}
      noValidate
      onInput={() => {
        looksForErrors.current = false;
      }}
      onSubmit={(event) => {
        event.preventDefault();
        looksForErrors.current = true;
        onSubmit();
      }}
    >
      {failure && (
        <div class="notice red" role="alert">
          <strong>{failure.headline}</strong> {failure.text}
          {onReload && failure.status === changedMeanwhile && (
            <button type="button" class="link-button" onClick={onReload}>
              {t().common.retry}
            </button>
          )}
        </div>
      )}
      {children}
    </form>
  );
}
