// A file on its way to a document or a version. A small one travels in one request with its metadata;
// a larger one goes ahead in pieces (tus 1.0), so that after a broken line only the rest is sent.
import { language } from "../text/messages.ts";
import { base, csrfToken, currentSession, noteStatus, online, send, sessionRenewed } from "./client.ts";
import { failureOf, offlineFailure, problemFailure } from "./failure.ts";
import type { Document } from "./types.ts";

// Bytes; up to here sending anew costs less than asking how much is there.
export const inOneRequestMax = 1024 * 1024;

// An upload that was begun: its path below the interface, and whether all of it is known to be there.
export interface Begun {
  path: string;
  isWhole: boolean;
}

export interface FileForm {
  path: string;
  metadata: object;
  file: File;
  // The revision of the document that gets a new version.
  revision?: number;
  // Repeating a request with the same key files the document once.
  key?: string;
  // Where the attempt before this one left off.
  begun?: Begun | undefined;
  onBegun?: (begun: Begun | undefined) => void;
  onProgress: (percent: number) => void;
}

interface Transmission {
  method: "POST" | "PATCH";
  path: string;
  body: FormData | Blob;
  headers: Record<string, string | undefined>;
  onProgress?: (bytes: number) => void;
}

const attemptsMax = 3;
const tusHeaders = { "Tus-Resumable": "1.0.0" };

// fetch tells no progress of a request's body, so this is an XMLHttpRequest.
function transmit(asked: Transmission): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(asked.method, base + asked.path);
    const common = { "Accept-Language": language.value, "X-CSRF-Token": csrfToken() };
    for (const [name, value] of Object.entries({ ...common, ...asked.headers })) {
      if (value !== undefined) request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", (event) => asked.onProgress?.(event.loaded));
    request.addEventListener("load", () => {
      online.value = true;
      noteStatus(request.status);
      resolve({ status: request.status, body: request.responseText });
    });
    request.addEventListener("error", () => {
      online.value = false;
      reject(offlineFailure());
    });
    request.send(asked.body);
  });
}

// The form with its metadata, and with the file unless it went ahead.
async function postForm(form: FileForm, metadata: object, content?: File): Promise<Document> {
  const ask = () => {
    const body = new FormData();
    body.append("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
    if (content) body.append("file", content);
    return transmit({
      method: "POST",
      path: form.path,
      body,
      headers: {
        "Idempotency-Key": form.key,
        "If-Match": form.revision === undefined ? undefined : `"${form.revision}"`,
      },
      ...(content && {
        onProgress: (bytes: number) => form.onProgress(percentOf(bytes, content.size)),
      }),
    });
  };
  const during = currentSession();
  let answer = await ask();
  if (answer.status === 401) {
    await sessionRenewed(during);
    answer = await ask();
  }
  if (answer.status !== 201) throw problemFailure(answer.status, answer.body);
  return JSON.parse(answer.body) as Document;
}

// With its head and metadata a request is a little longer than the file.
const percentOf = (bytes: number, size: number) =>
  size === 0 ? 100 : Math.min(100, Math.floor((bytes / size) * 100));

function base64Of(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function beginUpload(content: File): Promise<string> {
  const response = await send("/uploads", {
    method: "POST",
    headers: {
      ...tusHeaders,
      "Upload-Length": String(content.size),
      "Upload-Metadata": `filename ${base64Of(content.name)}`,
    },
  });
  return (response.headers.get("Location") ?? "").replace(base, "");
}

// How many bytes are there; undefined where the upload has expired.
async function offsetOf(path: string): Promise<number | undefined> {
  try {
    const response = await send(path, { method: "HEAD", headers: tusHeaders });
    return Number(response.headers.get("Upload-Offset"));
  } catch (error) {
    if (failureOf(error).status === 404) return undefined;
    throw error;
  }
}

function sendPiece(form: FileForm, path: string, offset: number) {
  const { size } = form.file;
  form.onProgress(percentOf(offset, size));
  return transmit({
    method: "PATCH",
    path,
    body: form.file.slice(offset),
    headers: {
      ...tusHeaders,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
    },
    onProgress: (bytes) => form.onProgress(percentOf(offset + bytes, size)),
  });
}

async function sendRest(form: FileForm, path: string, from: number): Promise<void> {
  let offset = from;
  for (let attempt = 1; offset < form.file.size; attempt += 1) {
    const during = currentSession();
    const answer = await sendPiece(form, path, offset);
    if (answer.status === 204) return;
    // The session ended, or the server has only now written what came before the line broke.
    const goesOn = [401, 409].includes(answer.status) && attempt < attemptsMax;
    if (!goesOn) throw problemFailure(answer.status, answer.body);
    if (answer.status === 401) await sessionRenewed(during);
    offset = (await offsetOf(path)) ?? offset;
  }
}

// Sees to it that the whole file is there, and says under which path.
async function sendAhead(form: FileForm): Promise<string> {
  const { isWhole } = form.begun ?? { isWhole: false };
  let path = form.begun?.path ?? "";
  if (!isWhole) {
    const known = path === "" ? undefined : await offsetOf(path);
    if (known === undefined) path = await beginUpload(form.file);
    form.onBegun?.({ path, isWhole: false });
    await sendRest(form, path, known ?? 0);
    form.onBegun?.({ path, isWhole: true });
  }
  form.onProgress(100);
  return path;
}

// Sends a file with its metadata. A session that ended on the way is renewed, and sending goes on.
export async function sendFile(form: FileForm): Promise<Document> {
  if (form.file.size <= inOneRequestMax) return postForm(form, form.metadata, form.file);
  const path = await sendAhead(form);
  try {
    return await postForm(form, { ...form.metadata, upload: path.split("/").at(-1) });
  } catch (error) {
    // It may have expired meanwhile: then the next attempt begins anew.
    if ([404, 409].includes(failureOf(error).status)) form.onBegun?.(undefined);
    throw error;
  }
}
