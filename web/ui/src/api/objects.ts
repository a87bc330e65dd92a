// One function for each thing the page asks of the server.
import { ask, queryOf, send } from "./client.ts";
import type * as type from "./types.ts";

const json = <Body>(method: "POST" | "PATCH", body: Body) => ({ method, json: body });

export const getFilePlan = () => ask<type.FilePlan>("/file-plan");
export const getUnit = (id: string) => ask<type.UnitWithPath>(`/file-plan/units/${id}`);

export const listDossiers = (unit: string, cursor?: string, limit = 100) =>
  ask<type.Page<type.Dossier>>(`/dossiers${queryOf({ unit, cursor, limit })}`);
export const getDossier = (id: string) => ask<type.Dossier>(`/dossiers/${id}`);
export const openDossier = (dossier: { unit_id: string; title: string; description: string }) =>
  ask<type.Dossier>("/dossiers", json("POST", dossier));

export const listDocuments = (dossier: string, sort: string, cursor?: string, limit = 100) =>
  ask<type.Page<type.Document>>(
    `/dossiers/${dossier}/documents${queryOf({ sort, cursor, limit })}`,
  );
export const getDocument = (id: string) => ask<type.Document>(`/documents/${id}`);
export const listVersions = (id: string) =>
  ask<{ items: type.Version[] }>(`/documents/${id}/versions`);

export type DocumentChange = Partial<
  Record<
    | "subject"
    | "type"
    | "direction"
    | "status"
    | "sender"
    | "letter_date"
    | "received_on"
    | "sent_on"
    | "foreign_reference"
    | "business_reference",
    string | null
  >
> & { recipients?: string[] };

export const changeDocument = (id: string, revision: number, change: DocumentChange) =>
  ask<type.Document>(`/documents/${id}`, { ...json("PATCH", change), revision });
export const binDocument = (id: string, revision: number) =>
  ask<type.Document>(`/documents/${id}`, { method: "DELETE", revision });
export const restoreDocument = (id: string, revision: number) =>
  ask<type.Document>(`/documents/${id}/restore`, { method: "POST", revision });
export const listBin = (cursor?: string, limit = 100) =>
  ask<type.Page<type.Document>>(`/bin${queryOf({ cursor, limit })}`);

export const contentPath = (id: string, version?: number) =>
  version === undefined
    ? `/documents/${id}/content`
    : `/documents/${id}/versions/${version}/content`;

// PDF and pictures as they are, of other files the PDF made of them. Of a version, so that no part
// comes from the next.
export const previewPath = (id: string, version: number) =>
  `/documents/${id}/versions/${version}/preview`;

// The text found in the current version, or why there is none.
export async function getText(id: string): Promise<{ text: string; state: type.TextState }> {
  const response = await send(`/documents/${id}/text`);
  const state = (response.headers.get("X-Text-State") ?? "empty") as type.TextState;
  return { text: response.status === 204 ? "" : await response.text(), state };
}

export const recogniseText = (id: string) =>
  send(`/documents/${id}/recognition`, { method: "POST" });

export const makePreviewAnew = (id: string) =>
  send(`/documents/${id}/renditions`, { method: "POST" });

export interface SearchFilters {
  q: string;
  unit?: string;
  dossier?: string;
  type?: string;
  status?: string;
  sender?: string;
  from?: string;
  to?: string;
  sort?: string;
  facets?: string;
}

export const search = (
  filters: SearchFilters,
  cursor?: string,
  limit = 50,
  signal?: AbortSignal,
) =>
  ask<type.HitPage>(
    `/search${queryOf({ ...filters, cursor, limit })}`,
    signal ? { signal } : {},
  );

// Where the text of a document's current version says what a query asks for.
export const getMatches = (id: string, query: string) =>
  ask<type.Matches>(`/documents/${id}/matches${queryOf({ q: query })}`);
// Where the words stand on a page that was read by its looks.
export const getWords = (id: string, page: number) =>
  ask<{ recognised: boolean; words: type.WordOnPage[] }>(`/documents/${id}/words${queryOf({ page })}`);
export const listSimilar = (id: string, limit = 20) =>
  ask<type.HitPage>(`/documents/${id}/similar${queryOf({ limit })}`);

export const suggest = (typed: string, signal: AbortSignal) =>
  ask<type.Suggestions>(`/search/suggest${queryOf({ q: typed })}`, { signal });

export const listEvents = (object: string) =>
  ask<type.Page<type.AuditEvent>>(`/audit${queryOf({ object, limit: 100 })}`);
export const listOrgUnits = () => ask<type.Page<type.OrgUnit>>("/org-units?limit=500");
