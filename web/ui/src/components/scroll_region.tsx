// A part of the screen that scrolls by itself. It takes the focus, so that the arrow keys scroll it also
// where nothing inside can be focused.
import type { ComponentChildren } from "preact";

interface ScrollRegionProps {
  label: string;
  children: ComponentChildren;
}

export function ScrollRegion({ label, children }: ScrollRegionProps) {
  return (
    <div class="scroll pad" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
