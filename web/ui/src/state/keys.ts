// Keyboard shortcuts. Single keys rest while typing and can be switched off (WCAG 2.1.4); a chord
// "g s" is two keys one after the other. Keys compare by event.key, so layouts do not matter.
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { stored } from "./stored.ts";

export type KeyHandler = (event: KeyboardEvent) => void;

const chordMs = 1500;
const handlers = new Map<string, KeyHandler[]>();
let prefix = "";
let prefixAt = 0;

export const singleKeys = signal(stored.read<boolean>("single_keys") ?? true);

export function chooseSingleKeys(on: boolean): void {
  singleKeys.value = on;
  stored.write("single_keys", on);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

const isDialogOpen = () => document.querySelector("dialog[open]") !== null;

// Mac keyboards have Meta where others have Ctrl.
function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
}

function call(name: string, event: KeyboardEvent): boolean {
  const handler = handlers.get(name)?.at(-1);
  if (!handler) return false;
  event.preventDefault();
  handler(event);
  return true;
}

const isModified = (name: string) => name.startsWith("Ctrl+") || /^F\d+$/.test(name);

export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing || isDialogOpen()) return;
  const name = nameOf(event);
  if (isModified(name)) {
    // The browser's own undo belongs to the text field.
    if (name === "Ctrl+z" && isTyping(event.target)) return;
    call(name, event);
    return;
  }
  if (isTyping(event.target) || (name.length === 1 && !singleKeys.value)) return;
  const isChord = prefix !== "" && event.timeStamp - prefixAt < chordMs;
  const chord = `${prefix} ${name}`;
  prefix = "";
  if (isChord && call(chord, event)) return;
  if (name === "g") {
    prefix = "g";
    prefixAt = event.timeStamp;
    return;
  }
  // Enter and space belong to the button or link that has the focus.
  const onControl = event.target instanceof Element && event.target.closest("button, a, summary");
  if (onControl && (name === "Enter" || name === " ")) return;
  call(name, event);
}

// The newest registration of a key wins, until it is taken back. What is good "everywhere" has its
// turn where nobody else has registered, however new it is.
type Where = "here" | "everywhere";
export function registerKey(name: string, handler: KeyHandler, where: Where = "here"): () => void {
  const list = handlers.get(name) ?? [];
  if (where === "everywhere") list.unshift(handler);
  else list.push(handler);
  handlers.set(name, list);
  return () => {
    list.splice(list.indexOf(handler), 1);
  };
}

// Registers while the component is shown. Before the browser paints: whoever sees a state and
// presses a key means that state.
export function useKeys(keys: Record<string, KeyHandler>, where: Where = "here"): void {
  useLayoutEffect(() => {
    const undo = Object.entries(keys).map(([name, handler]) => registerKey(name, handler, where));
    return () => undo.forEach((each) => each());
  });
}

export function focusNextPane(): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter(
    (pane) => pane.offsetParent !== null,
  );
  // Panes lie inside others: the innermost is where the focus is.
  const current = panes.findLastIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(current + 1) % panes.length];
  const inside = next?.querySelector<HTMLElement>(
    "[role=tree] [tabindex='0'], [role=grid], [role=listbox]",
  );
  (inside ?? next)?.focus();
}
