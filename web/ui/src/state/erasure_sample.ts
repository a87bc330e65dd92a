// For tests: an erasure that Hilde has proposed.
import type { Erasure } from "../api/erasures.ts";

export const erasureSample = (): Erasure => ({
  id: "e1",
  revision: 3,
  state: "proposed",
  reason: "Aufbewahrung abgelaufen",
  objects: [
    {
      kind: "dossier",
      id: "d1",
      state: "waiting",
      title: "Stellenausschreibung Bauhof",
      file_reference: "030.3-2022/001",
      reasons: [],
    },
  ],
  proposed_at: "2026-11-20T10:15:00Z",
  proposed_by: "hilde",
  dossiers: 0,
  documents: 0,
  documents_left_out: 0,
  versions: 0,
  bytes_to_free: 0,
});
