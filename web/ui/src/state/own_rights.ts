// Whether I may have an object destroyed, so that nobody is offered what is not his to do. The server
// decides again when it is asked.
import { getOwnRights } from "../api/erasures.ts";
import { useResource } from "./resource.ts";

export function useMayDispose(object: string): boolean {
  const rights = useResource(`rights-${object}`, () => getOwnRights(object));
  return rights.value?.rights.includes("dispose") ?? false;
}
