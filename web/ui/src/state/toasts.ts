// Short messages at the bottom of the page, with a way back where there is one.
import { signal } from "@preact/signals";
import { failureOf } from "../api/failure.ts";

export interface Toast {
  id: number;
  kind: "done" | "failed" | "hint";
  text: string;
  link?: { href: string; text: string };
  undo?: () => void | Promise<void>;
}

export const toastMs = 10_000;
export const toasts = signal<Toast[]>([]);
let nextId = 1;

export function dismissToast(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function showToast(toast: Omit<Toast, "id">): number {
  const id = nextId++;
  // Three at a time: more would hide the work.
  toasts.value = [...toasts.value, { ...toast, id }].slice(-3);
  return id;
}

export function showFailure(error: unknown): void {
  const failure = failureOf(error);
  if (failure.kind === "aborted") return;
  showToast({ kind: "failed", text: `${failure.headline}. ${failure.text}`.trim() });
}

export async function runUndo(toast: Toast): Promise<void> {
  dismissToast(toast.id);
  try {
    await toast.undo?.();
  } catch (error) {
    showFailure(error);
  }
}

// What Ctrl+Z does: the newest toast that can be undone.
export function undoLast(): boolean {
  const toast = toasts.value.findLast((each) => each.undo);
  if (toast) void runUndo(toast);
  return toast !== undefined;
}
