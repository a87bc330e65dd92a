// Attachments on their way to being documents of their own, and what became of them: the list and
// the viewer show the same.
import { signal } from "@preact/signals";
import { fileAttachment, type Openable } from "../api/attachments.ts";
import { binDocument } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { carried } from "../text/attachments.ts";
import { showFailure, showToast } from "./toasts.ts";

// By document and number: "filing", or the new document's id. Only of this visit; the history of a
// document tells where it came from.
const filed = signal<ReadonlyMap<string, string>>(new Map());

const keyOf = (document: Document, attachment: Openable) =>
  `${document.id} ${document.version.number} ${attachment.number}`;

function set(key: string, value: string | undefined): void {
  const next = new Map(filed.value);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  filed.value = next;
}

export const filingOf = (document: Document, attachment: Openable): string | undefined =>
  filed.value.get(keyOf(document, attachment));

export async function makeDocument(document: Document, attachment: Openable): Promise<void> {
  const key = keyOf(document, attachment);
  if (filed.value.has(key)) return;
  set(key, "filing");
  try {
    const made = await fileAttachment(document, attachment);
    set(key, made.id);
    showToast({
      kind: "done",
      text: carried().filed(made.subject),
      undo: async () => {
        await binDocument(made.id, made.revision);
        set(key, undefined);
      },
    });
  } catch (error) {
    set(key, undefined);
    showFailure(error);
  }
}
