// What the page asks of the inboxes (web/api/openapi.yaml, tag inbox).
import type { PageBox } from "../viewer/page_boxes.ts";
import { ask, queryOf, send } from "./client.ts";
import type {
  Attachment,
  DocumentType,
  Invoice,
  Mail,
  Page,
  PreviewState,
  Snippet,
  TextState,
} from "./types.ts";

export type Right = "see" | "read" | "annotate" | "file" | "edit" | "sign" | "close";

export interface Inbox {
  id: string;
  revision: number;
  name: string;
  org_unit_id: string;
  // Of the asker; empty for who keeps inboxes and sees into none.
  rights: Right[];
  waiting: number;
}

export type InboundState = "received" | "distributed" | "filed" | "discarded";

export interface InboundItem {
  id: string;
  revision: number;
  inbox_id: string;
  state: InboundState;
  subject: string;
  sender: string;
  type: DocumentType;
  letter_date?: string;
  received_on?: string;
  foreign_reference: string;
  note: string;
  deadline?: string;
  receipt_stamp: { at: string; by: string; channel: string };
  file: { sha256: string; size: number; file_name: string; mime_type: string; pages: number };
  text_state: TextState;
  // Not in lists; what the file says of itself is for readers.
  preview_state?: PreviewState;
  attachments?: Attachment[];
  mail?: Mail;
  invoice?: Invoice;
  assigned_to?: string;
  // Of what is filed, where the document may be seen.
  filing?: { at: string; document_id: string; dossier_id: string; file_reference: string };
  // Came before with the same bytes or Message-ID: a hint.
  duplicate_of?: string;
  // The same mail, filed in a dossier; not in lists.
  filed_before?: { document_id: string; dossier_id: string; file_reference: string };
  // A letter out of a scanned stack: which of its pages.
  stack?: { file_name: string; sha256: string; first_page: number; last_page: number };
  // What the virus scanner found in it: it is not filed.
  malware?: string;
  rights: Right[];
  modified: string;
  modified_by: string;
  // In a list that was searched: the passage it was found by, and its page in a file of several.
  snippet?: Snippet;
  page?: number;
}

export interface InboundPage extends Page<InboundItem> {
  // Searched: as of a search in the files.
  prefix_shortened?: boolean;
  // Searched, while the index is being built anew: not everything is found yet.
  rebuilt_percent?: number;
}

export type ProposalReason = "your_reference" | "reference_in_text" | "same_sender" | "similar";

export interface FilingProposal {
  dossier_id: string;
  file_reference: string;
  title: string;
  unit_id: string;
  reasons: ProposalReason[];
  evidence: string;
}

export type LetterFieldName = "type" | "letter_date" | "sender" | "foreign_reference" | "deadline";

// What the letter says of itself, and where it stands: nothing of it is set by itself.
export interface ProposedField {
  field: LetterFieldName;
  value: string;
  source: "text" | "mail" | "invoice";
  // Absent where it stands nowhere in the text.
  page?: number;
  quote: string;
  // On the page's picture, where it was read by its looks.
  boxes: PageBox[];
}

export type InboundFields = Partial<
  Pick<InboundItem, "subject" | "sender" | "type" | "foreign_reference" | "note">
> & { letter_date?: string | null; received_on?: string | null; deadline?: string | null };

export interface InboundFilter {
  inbox?: string;
  state?: InboundState;
  mine?: "true";
  // Searches what waits; not with a state.
  q?: string;
}

const path = (id: string, what = "") => `/inbox/${id}${what}`;

export const listInboxes = () => ask<{ items: Inbox[] }>("/inboxes");
export const listItems = (filter: InboundFilter, cursor?: string, limit = 50) =>
  ask<InboundPage>(`/inbox${queryOf({ ...filter, cursor, limit })}`);
export const getItem = (id: string) => ask<InboundItem>(path(id));
export const changeItem = (id: string, revision: number, fields: InboundFields) =>
  ask<InboundItem>(path(id), { method: "PATCH", json: fields, revision });
export const discardItem = (id: string, revision: number) =>
  ask<InboundItem>(path(id), { method: "DELETE", revision });
export const restoreItem = (id: string, revision: number) =>
  ask<InboundItem>(path(id, "/restore"), { method: "POST", revision });
export const fileItem = (
  id: string,
  revision: number,
  filing: InboundFields & { dossier_id: string },
) => ask<InboundItem>(path(id, "/file"), { method: "POST", json: filing, revision });
export const undoFiling = (id: string, revision: number) =>
  ask<InboundItem>(path(id, "/undo-filing"), { method: "POST", revision });
// With what the letter says of itself: that counts as reading it.
export const getProposals = (id: string) =>
  ask<{ items: FilingProposal[]; fields: ProposedField[] }>(path(id, "/proposals?fields=true"));
// The list asks by itself, and reads nothing.
export const getBestProposals = (id: string) =>
  ask<{ items: FilingProposal[] }>(path(id, "/proposals"), { unattended: true });

export interface Distribution {
  items: { id: string; revision: number }[];
  org_unit_id?: string;
  user_id?: string;
  note?: string;
  deadline?: string;
}
export const distribute = (what: Distribution) =>
  ask<void>("/inbox/distribute", { method: "POST", json: what });

export const itemContentPath = (id: string) => path(id, "/content");
export const itemPreviewPath = (id: string) => path(id, "/preview");
export async function getItemText(id: string): Promise<{ text: string; state: TextState }> {
  const response = await send(path(id, "/text"), { headers: { Accept: "text/plain" } });
  const state = (response.headers.get("X-Text-State") ?? "pending") as TextState;
  return { text: response.status === 204 ? "" : await response.text(), state };
}
