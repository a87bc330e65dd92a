import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ThreadMail } from "../api/attachments.ts";
import type { Document } from "../api/types.ts";
import { chooseLanguage } from "../text/messages.ts";
import { hintAtSameMails } from "./same_mail.ts";
import { toasts } from "./toasts.ts";

const filed = (id: string) =>
  ({ id, dossier_id: "a1", subject: `Zaun ${id}`, mail: {}, text_state: "empty" }) as Document;
const other = (more: Partial<ThreadMail> = {}): ThreadMail => ({
  document_id: "d0",
  dossier_id: "a1",
  subject: "Zaun",
  from: "",
  direction: "incoming",
  same_message: true,
  ...more,
});

let threads: Record<string, ThreadMail[]>;
let states: string[];

beforeEach(() => {
  chooseLanguage("de");
  toasts.value = [];
  states = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const id = url.split("/")[4] ?? "";
    if (!url.endsWith("/thread")) {
      return Response.json({ ...filed(id), text_state: states.shift() ?? "empty" });
    }
    const items = threads[id];
    return items ? Response.json({ items }) : Response.json({ title: "x" }, { status: 503 });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const told = () => toasts.value.map(({ kind, text, link }) => [kind, text, link?.href]);

it("hints at the same message in the same dossier, and leads to it", async () => {
  threads = { d1: [other({ same_message: false, document_id: "d9" }), other()] };
  await hintAtSameMails([filed("d1")]);
  expect(told()).toEqual([["hint", "„Zaun d1“ lag schon in dieser Akte.", "/documents/d0"]]);
});

it("says nothing of other mails of the thread, nor of other dossiers", async () => {
  threads = { d1: [other({ same_message: false }), other({ dossier_id: "a2" })] };
  await hintAtSameMails([filed("d1")]);
  expect(told()).toEqual([]);
});

it("waits until the file has been read", async () => {
  vi.useFakeTimers();
  states = ["pending", "pending"];
  threads = { d1: [other()] };
  const hinting = hintAtSameMails([filed("d1")]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(told()).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  await hinting;
  expect(told().length).toBe(1);
});

it("tells of several at once, and of none that cannot be asked for", async () => {
  threads = { d1: [other()], d3: [other({ document_id: "d7" })] };
  await hintAtSameMails([filed("d1"), filed("d2"), filed("d3")]);
  expect(told()).toEqual([
    ["hint", "2 der abgelegten Nachrichten lagen schon in dieser Akte.", "/documents/d0"],
  ]);
});
