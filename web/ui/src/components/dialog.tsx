// A modal dialog on the browser's own <dialog>: it keeps the focus inside, Escape closes it, and the
// focus goes back to where it was.
import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../text/messages.ts";
import { IconButton } from "./button.tsx";

interface DialogProps {
  title: string;
  // What kind of window: "wide" for forms with two columns, "palette" without a head.
  look?: "normal" | "wide" | "palette";
  // Absent: the dialog cannot be put away (session ended).
  onClose?: (() => void) | undefined;
  children: ComponentChildren;
}

export function Dialog({ title, look = "normal", onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    element.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={`dialog ${look}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // A choice of files given up is told by the same event, which comes up from its field.
        if (event.target !== element.current) return;
        event.preventDefault();
        onClose?.();
      }}
      onMouseDown={(event) => {
        if (event.target === element.current) onClose?.();
      }}
    >
      <div class="dialog-box">
        <header class={look === "palette" ? "hidden-text" : "dialog-head"}>
          <h2 id={titleId}>{title}</h2>
          {onClose && look !== "palette" && (
            <IconButton icon={X} label={t().common.close} onClick={onClose} />
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
