// Two panes with a line between them that can be dragged or moved by arrow keys. The width of the
// side pane is kept on this device.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { stored } from "../state/stored.ts";
import { t } from "../text/messages.ts";

interface SplitProps {
  // Under this name the width is kept.
  name: string;
  side: "start" | "end";
  width: number;
  min: number;
  max: number;
  pane: ComponentChildren;
  children: ComponentChildren;
}

const stepPx = 16;

export function Split({ name, side, width, min, max, pane, children }: SplitProps) {
  const key = `split.${name}`;
  const clamp = (value: number) => Math.round(Math.min(max, Math.max(min, value)));
  const [size, setSize] = useState(() => clamp(stored.read<number>(key) ?? width));
  const frame = useRef<HTMLDivElement>(null);
  const resize = (next: number) => {
    setSize(clamp(next));
    stored.write(key, clamp(next));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const outward = side === "start" ? 1 : -1;
    const steps: Record<string, number> = {
      ArrowRight: size + outward * stepPx,
      ArrowLeft: size - outward * stepPx,
      Home: min,
      End: max,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    resize(next);
  };
  const onPointerMove = (event: PointerEvent) => {
    const line = event.currentTarget as HTMLElement;
    const box = frame.current?.getBoundingClientRect();
    if (!box || !line.hasPointerCapture(event.pointerId)) return;
    resize(side === "start" ? event.clientX - box.left : box.right - event.clientX);
  };
  const line = (
    <div
      class="split-line"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t().common.resize}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDblClick={() => resize(width)}
    />
  );
  return (
    <div class={`split at-${side}`} ref={frame} style={{ "--side": `${size}px` }}>
      {side === "start" && <div class="split-side">{pane}</div>}
      {side === "start" && line}
      <div class="split-main">{children}</div>
      {side === "end" && line}
      {side === "end" && <div class="split-side">{pane}</div>}
    </div>
  );
}
