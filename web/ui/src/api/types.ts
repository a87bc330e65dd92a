// The objects of web/api/openapi.yaml that the page uses, by the same names.

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  request_id: string;
  errors?: { pointer: string; detail: string }[];
}

export interface Session {
  csrf_token?: string;
  tenant: string;
  user: { id: string; name: string; display_name: string; system_administrator: boolean };
  started?: string;
  ends?: string;
  storage: StorageState;
}

// Whether what is sent can be stored at present; "read_only": the server's disk failed.
export type StorageState = "writable" | "storage_full" | "read_only";

export interface Page<Item> {
  items: Item[];
  next_cursor?: string;
  total_estimate?: number;
}

export interface Retention {
  years?: number;
  permanent?: boolean;
  start: "closing" | "annual_accounts" | "end_of_contract" | "leaving" | "demolition";
  legal_basis?: string;
}

export type Appraisal = "archive" | "assess" | "destroy";

export interface Unit {
  id: string;
  revision: number;
  code: string;
  title: string;
  parent?: string;
  leaf: boolean;
  retention?: Retention;
  appraisal?: Appraisal;
}

export interface FilePlan {
  title: string;
  units: Unit[];
}

export interface UnitWithPath {
  unit: Unit;
  path: Unit[];
  children: Unit[];
}

export interface OrgUnit {
  id: string;
  name: string;
  short_name: string;
}

export type Medium = "electronic" | "hybrid" | "paper";
export type Classification = "normal" | "internal" | "confidential" | "personnel";
export type DossierStatus =
  | "open"
  | "closed"
  | "transferred"
  | "offered"
  | "archived"
  | "destroyed";

export interface Dossier {
  id: string;
  revision: number;
  file_reference: string;
  unit_id: string;
  title: string;
  description?: string;
  lead_unit?: string;
  medium: Medium;
  paper_location?: string;
  classification: Classification;
  period_from?: string;
  period_to?: string;
  retention?: Retention;
  appraisal?: Appraisal;
  keywords?: string[];
  status: DossierStatus;
  holds?: { reason: string; placed: string }[];
  created: string;
  modified: string;
}

export const documentTypes = [
  "letter",
  "email",
  "notice",
  "minutes",
  "invoice",
  "plan",
  "contract",
  "application",
  "form",
  "memo",
  "report",
  "photo",
  "other",
] as const;
export type DocumentType = (typeof documentTypes)[number];

export const directions = ["incoming", "outgoing", "internal"] as const;
export type Direction = (typeof directions)[number];

export const documentStatuses = [
  "draft",
  "in_process",
  "signed",
  "sent",
  "received",
  "final",
] as const;
export type DocumentStatus = (typeof documentStatuses)[number];

// Whether there is something to look at: the file itself, or a PDF that the server makes of it.
export type PreviewState =
  | "pending"
  | "made"
  | "unsupported"
  | "encrypted"
  | "damaged"
  | "limit_exceeded"
  | "infected"
  | "refused";

export type TextState =
  | "pending"
  | "extracted"
  | "empty"
  | "unsupported"
  | "encrypted"
  | "damaged"
  | "limit_exceeded"
  | "refused"
  | "recognising";

export interface Version {
  id: string;
  number: number;
  sha256: string;
  size: number;
  file_name: string;
  mime_type: string;
  created: string;
  created_by: string;
  comment: string;
}

export interface Mail {
  from?: string;
  to: string[];
  cc: string[];
  sent_at?: string;
  subject?: string;
}

export interface Attachment {
  name: string;
  mime_type: string;
}

export interface Invoice {
  kind: "invoice" | "credit_note";
  number?: string;
  seller?: string;
  buyer?: string;
  issued_on?: string;
  due_on?: string;
  // Exact decimal text, "-1234.50"; with a currency or not at all.
  amount?: string;
  currency?: string;
}

export interface Document {
  id: string;
  revision: number;
  dossier_id: string;
  subject: string;
  type: DocumentType;
  direction: Direction;
  status?: DocumentStatus;
  sender?: string;
  recipients?: string[];
  letter_date?: string;
  received_on?: string;
  sent_on?: string;
  foreign_reference?: string;
  business_reference?: string;
  receipt_stamp?: { at: string };
  version: Version;
  text_state: TextState;
  recognition?: { pages_done: number; pages: number };
  recognised_pages?: number[];
  // Not in lists.
  preview_state?: PreviewState;
  attachments?: Attachment[];
  mail?: Mail;
  invoice?: Invoice;
  binned?: { at: string; by: string };
  created: string;
  created_by: string;
  modified: string;
  modified_by: string;
}

export interface Attachment {
  name: string;
  mime_type: string;
  // For its address.
  number?: number;
  // 0: it cannot be had by itself.
  size?: number;
}

export interface NewDocument {
  dossier_id: string;
  // May be absent with from_mail: what is not named is taken from the mail or the invoice that the
  // file is.
  subject?: string;
  from_mail?: true;
  type?: DocumentType;
  direction: Direction;
  received_on?: string;
  letter_date?: string;
  channel: "upload";
}

export interface Snippet {
  text: string;
  marks: { begin: number; end: number }[];
}

export interface WordOnPage {
  text: string;
  // Bytes into the page's text.
  begin: number;
  // Left, top, right, bottom, in parts of 65535 of the page.
  box: [number, number, number, number];
}

export interface Matches {
  pages: { page: number; count: number }[];
  words: Snippet[];
}

export type FacetName = "type" | "status" | "unit" | "sender" | "year";

export interface Facet {
  facet: FacetName;
  values: { value: string; count: number }[];
  other: number;
}

// Corrections and counts come with the first page.
export interface HitPage extends Page<Hit> {
  corrected_query?: string;
  // Too long: it was searched for its beginning.
  query_shortened?: boolean;
  // More words begin like one of the query than are looked for: there may be further hits.
  prefix_shortened?: boolean;
  // The index is being built anew: not everything is found yet.
  rebuilt_percent?: number;
  facets?: Facet[];
}

export interface Suggestions {
  queries: string[];
  dossiers: { id: string; title: string; file_reference: string }[];
  documents: {
    id: string;
    subject: string;
    type: DocumentType;
    date?: string;
    // Absent where the dossier is not seen.
    file_reference?: string;
  }[];
}

export interface Hit {
  document_id: string;
  subject: string;
  type: DocumentType;
  dossier_id: string;
  // Absent where the document is seen by a task alone, and not its dossier.
  file_reference?: string;
  dossier_title?: string;
  date?: string;
  file_name: string;
  mime_type: string;
  text_state: TextState;
  snippet?: Snippet;
  page?: number;
}

export interface AuditEvent {
  sequence: number;
  time: string;
  kind: string;
  actor: string;
  on_behalf_of?: string;
}
