// Who is signed in, and what happens when the session ends.
import { computed, signal } from "@preact/signals";
import { ask, send, setRenewal } from "./client.ts";
import { Failure, failureOf } from "./failure.ts";
import type { Session } from "./types.ts";

// "unknown" until the server has said; "lost": the session ended under an open page.
export type SessionState = "unknown" | "signed_out" | "signed_in" | "lost";

export const session = signal<Session | null>(null);
export const sessionState = signal<SessionState>("unknown");
export const sessionFailure = signal<Failure | null>(null);

// The server ends a session after this long without a request.
const idleMs = 30 * 60_000;
export const warningMs = 2 * 60_000;

const lastAnswer = signal(Date.now());

// When the session ends if nothing more is asked, in ms since the epoch.
export const sessionEnds = computed(() => {
  const absolute = session.value?.ends ? Date.parse(session.value.ends) : Infinity;
  return Math.min(lastAnswer.value + idleMs, absolute);
});

let signIns = 0;
let waiting: { resolve: () => void; reject: (reason: Failure) => void }[] = [];

function take(next: Session): void {
  session.value = next;
  sessionState.value = "signed_in";
  lastAnswer.value = Date.now();
}

export async function beginSession(): Promise<void> {
  try {
    take(await ask<Session>("/session", { anonymous: true }));
    sessionFailure.value = null;
  } catch (error) {
    const failure = failureOf(error);
    const isSignedOut = failure.status === 401;
    if (isSignedOut) sessionState.value = "signed_out";
    sessionFailure.value = isSignedOut ? null : failure;
  }
}

export async function signIn(user: string, password: string): Promise<void> {
  const before = session.value?.user.id;
  const next = await ask<Session>("/session", {
    method: "POST",
    json: { user, password },
    anonymous: true,
  });
  // Another person must not inherit what stands on the screen.
  if (before && before !== next.user.id) {
    location.assign("/");
    return;
  }
  take(next);
  signIns += 1;
  const resumed = waiting;
  waiting = [];
  for (const each of resumed) each.resolve();
}

// Whoever leaves need not be told that the session is over.
let leaving = false;

export async function signOut(): Promise<void> {
  leaving = true;
  try {
    await send("/session", { method: "DELETE" });
  } catch (error) {
    leaving = false;
    throw error;
  }
  location.assign("/");
}

export async function extendSession(): Promise<void> {
  take(await ask<Session>("/session"));
}

// Asks anew whether anything can be stored. Waits for nobody to sign in again.
export async function lookAtStorage(): Promise<void> {
  const { storage } = await ask<Session>("/session", { unattended: true, anonymous: true });
  if (session.value) session.value = { ...session.value, storage };
}

export function loseSession(): void {
  if (sessionState.value === "signed_in" && !leaving) sessionState.value = "lost";
}

setRenewal({
  csrfToken: () => session.value?.csrf_token,
  current: () => signIns,
  renewed: (ended) => {
    if (ended !== signIns) return Promise.resolve();
    loseSession();
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  },
  answered: () => {
    lastAnswer.value = Date.now();
  },
});
