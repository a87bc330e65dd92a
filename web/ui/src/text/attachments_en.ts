// The words of what a mail carries, and of its thread, in English.
import type { AttachmentMessages } from "./attachments_de.ts";

export const attachmentsEn: AttachmentMessages = {
  title: "Attachments",
  open: (name: string) => `View ${name}`,
  download: (name: string) => `Download ${name}`,
  file: "File as a document of its own",
  fileNamed: (name: string) => `File ${name} as a document of its own`,
  filed: (subject: string) => `Filed as document “${subject}”`,
  toDocument: "To the document",
  unnamed: (n: number) => `Attachment ${n}`,
  notAlone: "Cannot be opened by itself. Download the whole file.",
  back: "Back",
  view: (name: string) => `Attachment: ${name}`,
  thread: "Other messages of this thread",
  filedTwice: "The same message lies in this dossier once more:",
  wasThere: (subject: string) => `“${subject}” was in this dossier already.`,
  wereThere: (n: number) => `${n} of the messages filed were in this dossier already.`,
  showEarlier: "Show the earlier one",
};
