// What I may do with an object, so that nobody is offered what is not his to do. The server
// decides again when it is asked.
import { getOwnRights } from "../api/erasures.ts";
import { useResource } from "./resource.ts";

function useRight(object: string, right: "dispose" | "file"): boolean {
  const rights = useResource(`rights-${object}`, () => getOwnRights(object));
  return rights.value?.rights.includes(right) ?? false;
}

export const useMayDispose = (object: string): boolean => useRight(object, "dispose");
// A document's stand for those to its dossier.
export const useMayFile = (object: string): boolean => useRight(object, "file");
