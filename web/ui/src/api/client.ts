// Requests to the server: session cookie, CSRF token, entity tags, and errors as Failure. A session
// that ended in between is renewed by the user (session.ts) and the request goes out again, so
// that nobody loses what they typed.
import { signal } from "@preact/signals";
import { language } from "../text/messages.ts";
import { isAttended } from "./attended.ts";
import { Failure, offlineFailure, problemFailure } from "./failure.ts";

export const base = "/api/v1";

// False after a request that never reached the server, until one does.
export const online = signal(true);

// Counts what the server could not do at that moment (503, 507): perhaps it can store nothing.
export const refusals = signal(0);

export function noteStatus(status: number): void {
  if (status === 503 || status === 507) refusals.value += 1;
}

interface Renewal {
  csrfToken: () => string | undefined;
  // Which session it is that a request goes out in: a number that grows with each signing in.
  current: () => number;
  // Resolves once the user has signed in after the session `ended`: at once where that has already
  // happened, for a 401 may come later than the next session.
  renewed: (ended: number) => Promise<void>;
  // Told of every answer that is a use of the session: the idle time begins anew.
  answered: () => void;
}

let renewal: Renewal = {
  csrfToken: () => undefined,
  current: () => 0,
  renewed: () => Promise.reject(new Failure("problem", 401, {})),
  answered: () => undefined,
};

export function setRenewal(next: Renewal): void {
  renewal = next;
}

export interface RequestOptions {
  method?: "GET" | "HEAD" | "POST" | "PATCH" | "PUT" | "DELETE";
  json?: unknown;
  // The revision that was read, for If-Match.
  revision?: number;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  // A 401 is the answer itself (signing in) and not the end of the session.
  anonymous?: boolean;
  // The page asks of its own accord: no use of the session, whoever sits before it.
  unattended?: boolean;
}

// Reading alone can go on by itself.
const isUse = (options: RequestOptions): boolean =>
  !["GET", "HEAD"].includes(options.method ?? "GET") || (isAttended() && !options.unattended);

function headersFor(options: RequestOptions): Headers {
  const headers = new Headers({
    Accept: "application/json",
    "Accept-Language": language.value,
    ...options.headers,
  });
  if (options.json !== undefined) headers.set("Content-Type", "application/json");
  if (options.revision !== undefined) headers.set("If-Match", `"${options.revision}"`);
  if (!isUse(options)) headers.set("X-Unattended", "1");
  const token = renewal.csrfToken();
  if (token && (options.method ?? "GET") !== "GET") headers.set("X-CSRF-Token", token);
  return headers;
}

async function exchange(path: string, options: RequestOptions): Promise<Response> {
  const init: RequestInit = { method: options.method ?? "GET", headers: headersFor(options) };
  if (options.json !== undefined) init.body = JSON.stringify(options.json);
  if (options.signal) init.signal = options.signal;
  try {
    const response = await fetch(base + path, init);
    online.value = true;
    if (!options.unattended) noteStatus(response.status);
    return response;
  } catch (error) {
    if (options.signal?.aborted) throw new Failure("aborted", 0, {});
    if (!(error instanceof TypeError)) throw error;
    online.value = false;
    throw offlineFailure();
  }
}

// The answer with status 2xx; anything else is thrown as Failure.
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const putsOffEnd = !options.anonymous && isUse(options);
  const during = renewal.current();
  let response = await exchange(path, options);
  if (response.status === 401 && !options.anonymous) {
    await renewal.renewed(during);
    response = await exchange(path, options);
  }
  if (!response.ok) throw problemFailure(response.status, await response.text());
  if (putsOffEnd) renewal.answered();
  return response;
}

export async function ask<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await send(path, options);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

export const csrfToken = () => renewal.csrfToken();
export const currentSession = () => renewal.current();
export const sessionRenewed = (ended: number) => renewal.renewed(ended);

// "?unit=…&limit=…" of what is set; "" of nothing.
export function queryOf(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  if (set.length === 0) return "";
  return `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()}`;
}
