import { cleanup, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ask, refusals } from "../api/client.ts";
import { session } from "../api/session.ts";
import type { Session, StorageState } from "../api/types.ts";
import { chooseLanguage } from "../text/messages.ts";
import { StorageNotice } from "./storage_notice.tsx";

const user = { id: "1", name: "h.brandt", display_name: "Hilde Brandt", system_administrator: false };
const as = (storage: StorageState): Session => ({ tenant: "Musterbach", user, storage });

let stored: StorageState = "writable";
let failing = 503;
const asked: Headers[] = [];

beforeEach(() => {
  chooseLanguage("de");
  vi.useFakeTimers({ shouldAdvanceTime: true });
  asked.length = 0;
  refusals.value = 0;
  session.value = as("writable");
  vi.stubGlobal(
    "fetch",
    vi.fn(async (path: string, init: RequestInit) => {
      if (!path.endsWith("/session")) return Response.json({}, { status: failing });
      asked.push(new Headers(init.headers));
      return Response.json(as(stored));
    }),
  );
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const file = () => ask("/documents", { method: "POST", json: {} }).catch(() => undefined);

it("asks when something could not be stored, says so, and goes when it is over", async () => {
  render(<StorageNotice />);
  expect(screen.queryByRole("status")).toBeNull();
  stored = "read_only";
  await file();
  await waitFor(() => expect(screen.getByRole("status").textContent).toContain("gestört"));
  expect(asked[0]?.get("X-Unattended")).toBe("1");
  stored = "storage_full";
  await vi.advanceTimersByTimeAsync(10_000);
  await waitFor(() => expect(screen.getByRole("status").textContent).toContain("erschöpft"));
  stored = "writable";
  await vi.advanceTimersByTimeAsync(10_000);
  await waitFor(() => expect(screen.queryByRole("status")).toBeNull());
  const count = asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.length).toBe(count);
});

it("asks after what the server cannot do, not after what it refuses", async () => {
  render(<StorageNotice />);
  failing = 409;
  await file();
  expect(asked.length).toBe(0);
  // Reading fails, too, where nobody can write down who reads.
  failing = 503;
  await ask("/documents/1/text").catch(() => undefined);
  await waitFor(() => expect(asked.length).toBe(1));
});
