// What others change shows by itself. One stream of the server's events a browser: the tab that
// holds the lock reads it and passes on what it hears; the others take its place when it goes, and
// go on where it left off. What is shown is read again, in place, where it was changed.
import { useEffect, useRef } from "preact/hooks";
import { online } from "../api/client.ts";
import { readEvents, type StreamEvent } from "../api/event_stream.ts";
import { Failure } from "../api/failure.ts";
import { loseSession, sessionState } from "../api/session.ts";

// Something happened to an object: which and what, as /api/v1/events tells.
export interface Notice {
  object: string;
  id?: string;
  change: string;
}

// "all": what is shown may be old, whatever it is.
type Heard = Notice | "all";
interface Passed {
  heard?: Heard;
  online?: boolean;
  // Where whoever takes over goes on.
  lastId: string;
}

const name = "aktenwerk.live";
const firstDelayMs = 1000;
const longestDelayMs = 60_000;
const unhurriedMs = 3000;
// Changes come in groups: what is shown is read once for all of them.
const settleMs = 200;
const restMs = 1000;

const listeners = new Set<(heard: Heard) => void>();
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : undefined;
let lastId = "";

function hear(heard: Heard): void {
  // Other rights: all that is shown can be more or less than it was.
  const what = heard !== "all" && heard.object === "user" ? "all" : heard;
  for (const listener of listeners) listener(what);
}

channel?.addEventListener("message", ({ data }: MessageEvent<Passed>) => {
  lastId = data.lastId;
  if (data.online !== undefined) online.value = data.online;
  if (data.heard) hear(data.heard);
});

function pass(message: Omit<Passed, "lastId">): void {
  if (message.online !== undefined) online.value = message.online;
  if (message.heard) hear(message.heard);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
  channel?.postMessage({ ...message, lastId });
}

type Outcome = "over" | "replaced" | "worked" | "failed";

// One stream, until it ends.
async function follow(signal: AbortSignal): Promise<Outcome> {
  let outcome: Outcome = "failed";
  const take = (event: StreamEvent) => {
    const goesOn = lastId !== "";
    lastId = event.id || lastId;
    if (event.name === "ready") {
      outcome = "worked";
      pass({ online: true });
      // What was loaded before we listened may have changed in between; there is no hurry.
      if (!goesOn) setTimeout(() => hear("all"), unhurriedMs);
    } else if (event.name === "reload") {
      outcome = "worked";
      pass({ online: true, heard: "all" });
    } else if (event.name === "change") {
      pass({ heard: JSON.parse(event.data) as Notice });
    } else if (event.name === "ended") {
      outcome = event.data.includes("replaced") ? "replaced" : "over";
    }
  };
  try {
    await readEvents({ lastId, give: take, signal });
  } catch (error) {
    if (error instanceof Failure) return error.status === 401 ? "over" : "failed";
    if (!signal.aborted && outcome === "failed") pass({ online: false });
  }
  return outcome;
}

// Waits, but not when the device says that it is online again or the page is looked at.
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const events: [EventTarget, string][] = [
      [signal, "abort"],
      [globalThis, "online"],
      [document, "visibilitychange"],
    ];
    const done = () => {
      clearTimeout(timer);
      for (const [target, event] of events) target.removeEventListener(event, done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    for (const [target, event] of events) target.addEventListener(event, done);
  });
}

// Reads one stream after the other until the session is over or `signal` says so.
export async function lead(signal: AbortSignal): Promise<void> {
  let delay = firstDelayMs;
  while (!signal.aborted) {
    const outcome = await follow(signal);
    if (signal.aborted) return;
    if (outcome === "over") {
      loseSession();
      return;
    }
    delay = outcome === "worked" ? firstDelayMs : Math.min(2 * delay, longestDelayMs);
    if (outcome === "replaced") delay = longestDelayMs;
    // Not all at the same moment after the server was away.
    await pause(delay * (0.5 + Math.random() / 2), signal);
  }
}

async function standBy(signal: AbortSignal): Promise<void> {
  if (!("locks" in navigator)) return lead(signal);
  try {
    await navigator.locks.request(name, { signal }, () => lead(signal));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

// Listens as long as somebody is signed in.
export function useLiveStream(): void {
  const isSignedIn = sessionState.value === "signed_in";
  useEffect(() => {
    if (!isSignedIn) return undefined;
    const leaving = new AbortController();
    void standBy(leaving.signal);
    return () => leaving.abort();
  }, [isSignedIn]);
}

// Runs `act` soon after the last call of a group, not more often than every second, and not while
// nobody looks.
function settled(act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ranAt = 0;
  const soon = () => {
    timer ??= setTimeout(run, Math.max(settleMs, ranAt + restMs - Date.now()));
  };
  const run = () => {
    timer = undefined;
    if (document.hidden) {
      document.addEventListener("visibilitychange", soon, { once: true });
      return;
    }
    ranAt = Date.now();
    act();
  };
  const cancel = () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", soon);
  };
  return { soon, cancel };
}

// Calls `reload` when something happened that `wants` is interested in. For lists:
//   useLiveList((notice) => notice.object === "task", () => list.refresh());
export function useLiveList(wants: (notice: Notice) => boolean, reload: () => void): void {
  const latest = useRef({ wants, reload });
  latest.current = { wants, reload };
  useEffect(() => {
    const reloading = settled(() => latest.current.reload());
    const listener = (heard: Heard) => {
      if (heard === "all" || latest.current.wants(heard)) reloading.soon();
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      reloading.cancel();
    };
  }, []);
}

// What happens to the lists in an object, or to its way through the house, is no change of the object
// itself.
const partsOf = new Set(["documents", "dossiers", "routing"]);

// Calls `reload` when something happened to the object ("document", "dossier", "routing", …).
export function useLive(object: string, id: string, reload: () => void): void {
  useLiveList(
    (notice) => notice.object === object && notice.id === id && !partsOf.has(notice.change),
    reload,
  );
}
