import { cleanup, render } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { online } from "../api/client.ts";
import type { StreamEvent } from "../api/event_stream.ts";
import { Failure } from "../api/failure.ts";
import { sessionState } from "../api/session.ts";

type Give = (event: StreamEvent) => void;
interface Reading {
  lastId: string;
  give: Give;
  signal: AbortSignal;
}

// Each stream of the page as a thing the test holds in its hand.
const streams: (Reading & { end: () => void; fail: (error: unknown) => void })[] = [];
vi.mock("../api/event_stream.ts", () => ({
  readEvents: (reading: Reading) =>
    new Promise<void>((resolve, reject) => {
      reading.signal.addEventListener("abort", () => reject(new Error("aborted")));
      streams.push({ ...reading, end: resolve, fail: reject });
    }),
}));
const { lead, useLive, useLiveList } = await import("./live.ts");

let stop = new AbortController();
let led: Promise<void>;
const stream = () => {
  const newest = streams.at(-1);
  if (!newest) throw new Error("no stream");
  return newest;
};
const tell = (name: string, data: unknown = {}, id: string = crypto.randomUUID()) => {
  stream().give({ id, name, data: JSON.stringify(data) });
  return id;
};

beforeEach(() => {
  vi.useFakeTimers();
  sessionState.value = "signed_in";
  online.value = true;
  stop = new AbortController();
  streams.length = 0;
  led = lead(stop.signal);
});

afterEach(async () => {
  cleanup();
  stop.abort();
  await led;
  vi.useRealTimers();
});

function Shown({ id, onReload }: { id: string; onReload: () => void }) {
  useLive("document", id, onReload);
  return null;
}

it("reads again what was loaded before it listened", async () => {
  const reload = vi.fn();
  render(<Shown id="1" onReload={reload} />);
  stream().give({ id: "", name: "ready", data: "{}" });
  await vi.advanceTimersByTimeAsync(5000);
  expect(reload).toHaveBeenCalledTimes(1);
});

it("reads again what was changed, once for a group of changes", async () => {
  const [mine, other] = [vi.fn(), vi.fn()];
  tell("ready");
  render(<Shown id="1" onReload={mine} />);
  render(<Shown id="2" onReload={other} />);
  await vi.advanceTimersByTimeAsync(5000);
  mine.mockClear();
  other.mockClear();
  for (const change of ["changed", "version_added"]) tell("change", { object: "document", id: "1", change });
  tell("change", { object: "dossier", id: "1", change: "changed" });
  await vi.advanceTimersByTimeAsync(2000);
  expect(mine).toHaveBeenCalledTimes(1);
  expect(other).not.toHaveBeenCalled();
});

it("does not read the whole again for its parts, and lists say what they want", async () => {
  const [head, list] = [vi.fn(), vi.fn()];
  function Dossier() {
    useLive("dossier", "d", head);
    useLiveList((notice) => notice.id === "d" && notice.change === "documents", list);
    return null;
  }
  tell("ready");
  render(<Dossier />);
  tell("change", { object: "dossier", id: "d", change: "documents" });
  await vi.advanceTimersByTimeAsync(2000);
  expect(head).not.toHaveBeenCalled();
  expect(list).toHaveBeenCalledTimes(1);
});

it("reads all again when events were missed and when the rights are others", async () => {
  const reload = vi.fn();
  tell("ready");
  render(<Shown id="1" onReload={reload} />);
  tell("reload");
  await vi.advanceTimersByTimeAsync(2000);
  expect(reload).toHaveBeenCalledTimes(1);
  tell("change", { object: "user", id: "me", change: "changed" });
  await vi.advanceTimersByTimeAsync(2000);
  expect(reload).toHaveBeenCalledTimes(2);
});

it("waits until somebody looks", async () => {
  const reload = vi.fn();
  tell("ready");
  render(<Shown id="1" onReload={reload} />);
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  tell("change", { object: "document", id: "1", change: "changed" });
  await vi.advanceTimersByTimeAsync(5000);
  expect(reload).not.toHaveBeenCalled();
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(2000);
  expect(reload).toHaveBeenCalledTimes(1);
  hidden.mockRestore();
});

it("goes on where it left off, at growing distances", async () => {
  const id = tell("ready");
  stream().end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(streams).toHaveLength(2);
  expect(stream().lastId).toBe(id);
  for (const [seconds, count] of [
    [2, 3],
    [4, 4],
    [8, 5],
  ] as const) {
    stream().fail(new TypeError("down"));
    await vi.advanceTimersByTimeAsync(seconds * 500 - 1);
    expect(streams).toHaveLength(count - 1);
    await vi.advanceTimersByTimeAsync(seconds * 500 + 1);
    expect(streams).toHaveLength(count);
    expect(online.value).toBe(false);
  }
  stream().fail(new TypeError("down"));
  await vi.advanceTimersByTimeAsync(0);
  globalThis.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(streams).toHaveLength(6);
  tell("ready");
  expect(online.value).toBe(true);
});

it("ends with the session and says so", async () => {
  tell("ready");
  tell("ended", { reason: "session" }, "");
  stream().end();
  await led;
  expect(sessionState.value).toBe("lost");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(streams).toHaveLength(1);
});

it("takes a refusal for the end of the session", async () => {
  stream().fail(new Failure("problem", 401, {}));
  await led;
  expect(sessionState.value).toBe("lost");
});
