// Files on their way to the server, one after the other, with progress. What failed stays in the
// list with all that was entered and can be sent again.
import { computed, signal } from "@preact/signals";
import { base, csrfToken, online, sessionRenewed } from "../api/client.ts";
import { type Failure, failureOf, offlineFailure, problemFailure } from "../api/failure.ts";
import type { Document, NewDocument } from "../api/types.ts";
import { language, t } from "../text/messages.ts";
import { showToast } from "./toasts.ts";

export interface Upload {
  id: number;
  file: File;
  metadata: NewDocument;
  // Repeating a request with the same key files the document once.
  key: string;
  state: "waiting" | "running" | "storing" | "done" | "failed";
  percent: number;
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

interface Form {
  path: string;
  metadata: object;
  file: File;
  revision?: number;
  key?: string;
  onProgress: (percent: number) => void;
}

// fetch tells no progress of a request's body, so this is an XMLHttpRequest.
function post(form: Form): Promise<{ status: number; body: string }> {
  const data = new FormData();
  data.append("metadata", new Blob([JSON.stringify(form.metadata)], { type: "application/json" }));
  data.append("file", form.file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", base + form.path);
    request.setRequestHeader("Accept-Language", language.value);
    const token = csrfToken();
    if (token) request.setRequestHeader("X-CSRF-Token", token);
    if (form.revision !== undefined) request.setRequestHeader("If-Match", `"${form.revision}"`);
    if (form.key) request.setRequestHeader("Idempotency-Key", form.key);
    request.upload.addEventListener("progress", (event) => {
      form.onProgress(event.total > 0 ? Math.floor((event.loaded / event.total) * 100) : 0);
    });
    request.addEventListener("load", () =>
      resolve({ status: request.status, body: request.responseText }),
    );
    request.addEventListener("error", () => {
      online.value = false;
      reject(offlineFailure());
    });
    request.send(data);
  });
}

// Sends a file with its metadata; a session that ended on the way is renewed and it is sent again.
export async function sendFile(form: Form): Promise<Document> {
  let answer = await post(form);
  if (answer.status === 401) {
    await sessionRenewed();
    answer = await post(form);
  }
  online.value = true;
  if (answer.status !== 201) throw problemFailure(answer.status, answer.body);
  return JSON.parse(answer.body) as Document;
}

async function runOne(upload: Upload): Promise<void> {
  change(upload.id, { state: "running", percent: 0 });
  try {
    await sendFile({
      path: "/documents",
      metadata: upload.metadata,
      file: upload.file,
      key: upload.key,
      onProgress: (percent) =>
        change(upload.id, { percent, state: percent === 100 ? "storing" : "running" }),
    });
    change(upload.id, { state: "done", percent: 100 });
    filed.value = { dossier: upload.metadata.dossier_id, round: filed.value.round + 1 };
  } catch (error) {
    change(upload.id, { state: "failed", failure: failureOf(error) });
  }
}

async function run(): Promise<void> {
  if (busy) return;
  busy = true;
  let done = 0;
  for (;;) {
    const next = uploads.value.find((each) => each.state === "waiting");
    if (!next) break;
    await runOne(next);
    if (uploads.value.find((each) => each.id === next.id)?.state === "done") done += 1;
  }
  busy = false;
  if (done > 0) showToast({ kind: "done", text: t().upload.filed(done) });
}

export function addUploads(items: { file: File; metadata: NewDocument }[]): void {
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
  change(id, { state: "waiting", percent: 0 });
  void run();
}

export function clearUploads(): void {
  uploads.value = uploads.value.filter((each) => each.state !== "done" && each.state !== "failed");
}

// Leaving the page would break off what is on its way.
addEventListener("beforeunload", (event) => {
  if (uploading.value) event.preventDefault();
});
