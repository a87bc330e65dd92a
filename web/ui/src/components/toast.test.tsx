import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { showToast, toastMs, toasts, undoLast } from "../state/toasts.ts";
import { chooseLanguage } from "../text/messages.ts";
import { Toasts } from "./toast.tsx";

chooseLanguage("de");
beforeEach(() => {
  vi.useFakeTimers();
  toasts.value = [];
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("goes after ten seconds, but not while pointed at", () => {
  render(<Toasts />);
  act(() => void showToast({ kind: "done", text: "Abgelegt" }));
  fireEvent.mouseEnter(screen.getByRole("status"));
  act(() => void vi.advanceTimersByTime(toastMs * 2));
  expect(screen.queryByText("Abgelegt")).not.toBeNull();
  fireEvent.mouseLeave(screen.getByRole("status"));
  act(() => void vi.advanceTimersByTime(toastMs + 1));
  expect(screen.queryByText("Abgelegt")).toBeNull();
});

it("takes the act back once, by its button or by Ctrl+Z", () => {
  const undo = vi.fn();
  render(<Toasts />);
  act(() => void showToast({ kind: "done", text: "Gelöscht", undo }));
  fireEvent.click(screen.getByText("Rückgängig"));
  expect(undo).toHaveBeenCalledTimes(1);
  expect(undoLast()).toBe(false);
});

it("leads where it says, and goes when it is followed", () => {
  render(<Toasts />);
  const link = { href: "/documents/d1", text: "Ansehen" };
  act(() => void showToast({ kind: "hint", text: "Lag schon da.", link }));
  const shown = screen.getByRole("link", { name: "Ansehen" });
  expect(shown.getAttribute("href")).toBe("/documents/d1");
  fireEvent.click(shown);
  expect(screen.queryByText("Lag schon da.")).toBeNull();
});
