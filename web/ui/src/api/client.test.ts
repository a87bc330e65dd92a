// A page that nobody touches must not keep its session alive by what it reads by itself.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ask, setRenewal } from "./client.ts";

const answered = vi.fn();
let sent: Headers[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  answered.mockClear();
  setRenewal({
    csrfToken: () => "t",
    current: () => 0,
    renewed: () => Promise.reject(new Error()),
    answered,
  });
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    sent.push(init.headers as Headers);
    return Promise.resolve(new Response("{}"));
  });
  dispatchEvent(new Event("keydown"));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what is read soon after a touch is a use of the session", async () => {
  vi.advanceTimersByTime(59_000);
  await ask("/tasks");
  expect(sent[0]?.get("X-Unattended")).toBeNull();
  expect(answered).toHaveBeenCalledOnce();
});

test("what is read without anybody is none, until the next touch", async () => {
  vi.advanceTimersByTime(61_000);
  await ask("/tasks");
  expect(sent[0]?.get("X-Unattended")).toBe("1");
  expect(answered).not.toHaveBeenCalled();
  dispatchEvent(new Event("pointerdown"));
  await ask("/tasks");
  expect(sent[1]?.get("X-Unattended")).toBeNull();
  expect(answered).toHaveBeenCalledOnce();
});

test("a change is a use however long it takes", async () => {
  vi.advanceTimersByTime(61_000);
  await ask("/uploads/u", { method: "PATCH" });
  expect(sent[0]?.get("X-Unattended")).toBeNull();
  expect(answered).toHaveBeenCalledOnce();
});
