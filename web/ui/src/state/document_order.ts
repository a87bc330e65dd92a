// In which order a dossier's documents are listed: a column, behind a minus where it descends. It
// stands in the address, so that reloading and going back keep it.
import { navigate, pathOf, place } from "../router/router.ts";

export const documentOrders = [
  "-filed",
  "filed",
  "subject",
  "-subject",
  "-date",
  "date",
  "-received",
  "received",
  "reference",
  "-reference",
  "type",
  "-type",
  "status",
  "-status",
  "-modified",
  "modified",
] as const;
export type DocumentOrder = (typeof documentOrders)[number];

const usual: DocumentOrder = "-filed";

export function documentOrder(): DocumentOrder {
  const asked = place.value.query.get("sort");
  return documentOrders.find((order) => order === asked) ?? usual;
}

export function chooseOrder(dossier: string, order: string): void {
  const sort = order === usual ? "" : order;
  navigate(pathOf("dossier", dossier, { sort }), "replace");
}
