// What the server suggests for what is being typed. Without suggestions the search still works.
import { suggest } from "../api/objects.ts";
import type { Suggestions } from "../api/types.ts";
import { useTypedAnswer } from "./typed_answer.ts";

const lettersMin = 2;

// undefined while there is nothing to choose from.
export const useSuggestions = (open: boolean, typed: string): Suggestions | undefined =>
  useTypedAnswer(open && typed.trim().length >= lettersMin ? typed : "", suggest);
