// The words of what a mail carries, and of its thread, in German.
export const attachmentsDe = {
  title: "Anlagen",
  open: (name: string) => `${name} ansehen`,
  download: (name: string) => `${name} herunterladen`,
  file: "Als eigenes Dokument ablegen",
  fileNamed: (name: string) => `${name} als eigenes Dokument ablegen`,
  filed: (subject: string) => `Als Dokument „${subject}“ abgelegt`,
  toDocument: "Zum Dokument",
  unnamed: (n: number) => `Anlage ${n}`,
  notAlone: "Lässt sich nicht einzeln öffnen. Laden Sie die ganze Datei herunter.",
  back: "Zurück",
  view: (name: string) => `Anlage: ${name}`,
  thread: "Weitere Nachrichten dieses Verlaufs",
};

export type AttachmentMessages = typeof attachmentsDe;
