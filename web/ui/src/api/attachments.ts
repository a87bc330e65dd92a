// What a mail or a PDF carries, and the mails that belong to it: one function for each thing asked of
// the server.
import { ask, base, send } from "./client.ts";
import type { Attachment, Direction, Document, TextState } from "./types.ts";

// One that has an address: what was read long ago may not have one.
export type Openable = Attachment & { number: number };

// What can be opened by itself.
export const isOpenable = (each: Attachment): each is Openable =>
  each.number !== undefined && each.size !== 0;

// Whose file carries it, as an address: a version of a document, or what lies in an inbox.
export type Carrier = `/documents/${string}/versions/${number}` | `/inbox/${string}`;
export const carrierOf = (document: Document): Carrier =>
  `/documents/${document.id}/versions/${document.version.number}`;
export const carrierOfItem = (id: string): Carrier => `/inbox/${id}`;

const path = (carrier: Carrier, attachment: Openable, end: string) =>
  `${carrier}/attachments/${attachment.number}/${end}`;

export const attachmentHref = (carrier: Carrier, attachment: Openable) =>
  base + path(carrier, attachment, "content");
export const attachmentPreview = (carrier: Carrier, attachment: Openable) =>
  base + path(carrier, attachment, "preview");

// The text found in it, or why there is none.
export async function getAttachmentText(
  carrier: Carrier,
  attachment: Openable,
): Promise<{ text: string; state: TextState }> {
  const response = await send(path(carrier, attachment, "text"));
  const state = (response.headers.get("X-Text-State") ?? "empty") as TextState;
  return { text: response.status === 204 ? "" : await response.text(), state };
}

// Into the dossier of the document that carries it, called as it is.
export const fileAttachment = (document: Document, attachment: Openable) =>
  ask<Document>(path(carrierOf(document), attachment, "document"), { method: "POST", json: {} });

export interface ThreadMail {
  document_id: string;
  dossier_id: string;
  subject: string;
  from: string;
  sent_at?: string;
  direction: Direction;
  // It bears the same Message-ID: the same mail, filed once more.
  same_message: boolean;
}

export const listThread = (id: string) => ask<{ items: ThreadMail[] }>(`/documents/${id}/thread`);
