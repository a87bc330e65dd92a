// Files on their way to the server, one after the other, with progress. What failed stays in the
// list with all that was entered and can be sent again; what a broken line stopped goes on by itself
// once the device is online.
import { computed, signal } from "@preact/signals";
import { type Failure, failureOf } from "../api/failure.ts";
import { type Begun, sendFile } from "../api/send_file.ts";
import type { Document, NewDocument } from "../api/types.ts";
import { isMailFile } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { showToast } from "./toasts.ts";

// What is taken into an inbox.
export interface NewInboundItem {
  inbox_id: string;
  // Absent: that of the mail that the file is, else the file's name.
  subject?: string;
}

export interface Upload {
  id: number;
  file: File;
  metadata: NewDocument | NewInboundItem;
  // Repeating a request with the same key files the document once.
  key: string;
  state: "waiting" | "running" | "storing" | "done" | "failed";
  percent: number;
  // What of it the server has already.
  begun?: Begun | undefined;
  failure?: Failure;
}

export const uploads = signal<Upload[]>([]);
// The dossiers whose documents changed by an upload, with a number that grows.
export const filed = signal<{ dossier: string; round: number }>({ dossier: "", round: 0 });
export const uploading = computed(() =>
  uploads.value.some((each) => each.state === "running" || each.state === "storing"),
);
let nextId = 1;
let busy = false;

function change(id: number, next: Partial<Upload>): void {
  uploads.value = uploads.value.map((each) => (each.id === id ? { ...each, ...next } : each));
}

export const isForInbox = (upload: Upload): boolean => "inbox_id" in upload.metadata;

async function runOne(upload: Upload): Promise<Document | undefined> {
  change(upload.id, { state: "running" });
  try {
    const made = await sendFile({
      path: isForInbox(upload) ? "/inbox" : "/documents",
      metadata: upload.metadata,
      file: upload.file,
      key: upload.key,
      begun: upload.begun,
      onBegun: (begun) => change(upload.id, { begun }),
      onProgress: (percent) =>
        change(upload.id, { percent, state: percent === 100 ? "storing" : "running" }),
    });
    change(upload.id, { state: "done", percent: 100 });
    if ("dossier_id" in upload.metadata) {
      filed.value = { dossier: upload.metadata.dossier_id, round: filed.value.round + 1 };
    }
    return made;
  } catch (error) {
    change(upload.id, { state: "failed", failure: failureOf(error) });
    return undefined;
  }
}

async function run(): Promise<void> {
  if (busy) return;
  busy = true;
  const done = { filed: 0, received: 0 };
  const mails: Document[] = [];
  for (;;) {
    const next = uploads.value.find((each) => each.state === "waiting");
    if (!next) break;
    const made = await runOne(next);
    if (!made) continue;
    done[isForInbox(next) ? "received" : "filed"] += 1;
    if (!isForInbox(next) && isMailFile(next.file.name)) mails.push(made);
  }
  busy = false;
  const words = t().upload;
  if (done.filed > 0) showToast({ kind: "done", text: words.filed(done.filed) });
  if (done.received > 0) showToast({ kind: "done", text: words.received(done.received) });
  if (mails.length > 0) {
    // What does not come leaves a hint out.
    void import("./same_mail.ts").then(
      (module) => module.hintAtSameMails(mails),
      () => undefined,
    );
  }
}

export function addUploads(items: { file: File; metadata: Upload["metadata"] }[]): void {
  const added = items.map(
    (item): Upload => ({
      ...item,
      id: nextId++,
      key: crypto.randomUUID(),
      state: "waiting",
      percent: 0,
    }),
  );
  uploads.value = [...uploads.value, ...added];
  void run();
}

export function retryUpload(id: number): void {
  change(id, { state: "waiting" });
  void run();
}

export function clearUploads(): void {
  uploads.value = uploads.value.filter((each) => each.state !== "done" && each.state !== "failed");
}

addEventListener("online", () => {
  for (const each of uploads.value) {
    if (each.state === "failed" && each.failure?.kind === "offline") retryUpload(each.id);
  }
});

// Leaving the page would break off what is on its way.
addEventListener("beforeunload", (event) => {
  if (uploading.value) event.preventDefault();
});
