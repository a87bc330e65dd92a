import { afterEach, expect, it, vi } from "vitest";
import { chooseSingleKeys, onKeyDown, registerKey } from "./keys.ts";

document.addEventListener("keydown", onKeyDown);

function press(key: string, options: KeyboardEventInit = {}, target: Element = document.body): void {
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }),
  );
}

afterEach(() => {
  document.body.innerHTML = "";
  chooseSingleKeys(true);
});

it("takes single keys, but not while typing", () => {
  const handler = vi.fn();
  const undo = registerKey("u", handler);
  document.body.innerHTML = "<input>";
  press("u");
  press("u", {}, document.querySelector("input") ?? document.body);
  expect(handler).toHaveBeenCalledTimes(1);
  undo();
});

it("rests single keys when they are switched off, and keeps Ctrl keys", () => {
  const single = vi.fn();
  const modified = vi.fn();
  const undo = [registerKey("u", single), registerKey("Ctrl+k", modified)];
  chooseSingleKeys(false);
  press("u");
  press("k", { ctrlKey: true });
  expect(single).not.toHaveBeenCalled();
  expect(modified).toHaveBeenCalledTimes(1);
  undo.forEach((each) => each());
});

it("takes a chord of two keys", () => {
  const chord = vi.fn();
  const undo = registerKey("g s", chord);
  press("s");
  press("g");
  press("s");
  expect(chord).toHaveBeenCalledTimes(1);
  undo();
});

it("leaves the keys to an open dialog", () => {
  const handler = vi.fn();
  const undo = registerKey("u", handler);
  document.body.innerHTML = "<dialog open></dialog>";
  press("u");
  expect(handler).not.toHaveBeenCalled();
  undo();
});

it("leaves a key to the screen, however late the shell registers it", () => {
  const screen = vi.fn();
  const shell = vi.fn();
  const leave = registerKey("/", screen);
  const undo = registerKey("/", shell, "everywhere");
  press("/");
  expect([screen.mock.calls.length, shell.mock.calls.length]).toEqual([1, 0]);
  leave();
  press("/");
  expect(shell).toHaveBeenCalledTimes(1);
  undo();
});
