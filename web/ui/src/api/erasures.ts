// Destroying for good: the objects of web/api/openapi.yaml by the same names, and one function for each
// thing asked of the server.
import { ask, queryOf } from "./client.ts";
import type { Page } from "./types.ts";

export type ErasureState =
  | "proposed"
  | "released"
  | "erasing"
  | "freeing"
  | "done"
  | "withdrawn"
  | "refused";

export type ErasureReason =
  | "on_hold"
  | "dossier_open"
  | "routing_open"
  | "in_other_erasure"
  | "documents_left"
  | "absent";

export interface ErasureObject {
  kind: "dossier" | "document";
  id: string;
  state: "waiting" | "destroyed" | "left_out";
  // While it is there.
  title?: string;
  file_reference?: string;
  reasons: ErasureReason[];
}

// What it comes to. `bytes` are of the files; what other documents share is not freed.
export interface ErasureCheck {
  possible: boolean;
  objects: ErasureObject[];
  dossiers: number;
  documents: number;
  versions: number;
  bytes: number;
  complete: boolean;
}

export interface Erasure {
  id: string;
  revision: number;
  state: ErasureState;
  reason: string;
  objects: ErasureObject[];
  proposed_at: string;
  proposed_by: string;
  proposed_for?: string;
  released_at?: string;
  released_by?: string;
  released_for?: string;
  ended_at?: string;
  // Destroyed so far.
  dossiers: number;
  documents: number;
  documents_left_out: number;
  versions: number;
  bytes_to_free: number;
  // Only once they are seen to have left the disk.
  bytes_freed?: number;
}

export interface ErasureObjects {
  dossiers: string[];
  documents: string[];
}

export const checkErasure = (objects: ErasureObjects) =>
  ask<ErasureCheck>("/erasures/check", { method: "POST", json: objects });
// Sent again with the same key, it proposes once.
export const proposeErasure = (objects: ErasureObjects, reason: string, key: string) =>
  ask<Erasure>("/erasures", {
    method: "POST",
    json: { ...objects, reason },
    headers: { "Idempotency-Key": key },
  });
export const listErasures = (cursor?: string) =>
  ask<Page<Erasure>>(`/erasures${queryOf({ cursor, limit: 50 })}`);
export const getErasure = (id: string) => ask<Erasure>(`/erasures/${id}`);
export const releaseErasure = (id: string, revision: number) =>
  ask<Erasure>(`/erasures/${id}/release`, { method: "POST", revision });
export const withdrawErasure = (id: string, revision: number) =>
  ask<Erasure>(`/erasures/${id}/withdraw`, { method: "POST", revision });

// What the list of rights that holds for the object lets me do.
export const getOwnRights = (object: string) =>
  ask<{ rights: string[] }>(`/rights${queryOf({ object })}`);
