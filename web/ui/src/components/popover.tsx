// A button that opens a small window below itself: menus, filters. Escape and a click beside close
// it and the focus returns to the button.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface PopoverProps {
  label?: string;
  buttonClass: string;
  button: ComponentChildren;
  // Where the window's edge lies.
  align?: "start" | "end";
  children: (close: () => void) => ComponentChildren;
}

export function Popover({ label, buttonClass, button, align = "start", children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  // At once, so that no key goes elsewhere in between.
  useLayoutEffect(() => {
    if (!open) return;
    frame.current?.querySelector<HTMLElement>(".popover :is(button, input, select, a)")?.focus();
  }, [open]);
  useEffect(() => {
    if (!open) return undefined;
    const onPointer = (event: Event) => {
      if (!frame.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", onPointer);
    return () => document.removeEventListener("pointerdown", onPointer);
  }, [open]);
  return (
    <div
      class="popover-frame"
      ref={frame}
      onKeyDown={(event) => {
        if (!open || event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={opener}
        type="button"
        class={buttonClass}
        aria-label={label}
        title={label}
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && <div class={`popover ${align}`}>{children(close)}</div>}
    </div>
  );
}
