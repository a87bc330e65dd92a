// Which window is open above the page, and what the current screen offers to it.
import { signal } from "@preact/signals";

export interface Command {
  id: string;
  text: string;
  run: () => void;
}

// What can be done on the current screen alone; the palette offers it first.
export const screenCommands = signal<readonly Command[]>([]);

export const paletteOpen = signal(false);
export const helpOpen = signal(false);

// The dossier into which an upload goes from the current screen; null: none is open.
export interface UploadTarget {
  dossierId: string;
  reference: string;
}
export const uploadTarget = signal<UploadTarget | null>(null);

// Files dropped or to be chosen, waiting for their subjects; null: the dialog is shut.
export const uploadDialog = signal<{ target: UploadTarget; files: File[] } | null>(null);
