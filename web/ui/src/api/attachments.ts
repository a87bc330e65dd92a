// What a mail or a PDF carries, and the mails that belong to it: one function for each thing asked of
// the server.
import { ask, base, send } from "./client.ts";
import type { Attachment, Direction, Document, TextState } from "./types.ts";

// One that has an address: what was read long ago may not have one.
export type Openable = Attachment & { number: number };

// What can be opened by itself.
export const isOpenable = (each: Attachment): each is Openable =>
  each.number !== undefined && each.size !== 0;

const path = (document: Document, attachment: Openable, end: string) =>
  `/documents/${document.id}/versions/${document.version.number}/attachments/${attachment.number}/${end}`;

export const attachmentHref = (document: Document, attachment: Openable) =>
  base + path(document, attachment, "content");
export const attachmentPreview = (document: Document, attachment: Openable) =>
  base + path(document, attachment, "preview");

// The text found in it, or why there is none.
export async function getAttachmentText(
  document: Document,
  attachment: Openable,
): Promise<{ text: string; state: TextState }> {
  const response = await send(path(document, attachment, "text"));
  const state = (response.headers.get("X-Text-State") ?? "empty") as TextState;
  return { text: response.status === 204 ? "" : await response.text(), state };
}

// Into the dossier of the document that carries it, called as it is.
export const fileAttachment = (document: Document, attachment: Openable) =>
  ask<Document>(path(document, attachment, "document"), { method: "POST", json: {} });

export interface ThreadMail {
  document_id: string;
  dossier_id: string;
  subject: string;
  from: string;
  sent_at?: string;
  direction: Direction;
}

export const listThread = (id: string) => ask<{ items: ThreadMail[] }>(`/documents/${id}/thread`);
