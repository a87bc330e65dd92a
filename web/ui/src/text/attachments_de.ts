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
  filedTwice: "Dieselbe Nachricht liegt in dieser Akte noch einmal:",
  wasThere: (subject: string) => `„${subject}“ lag schon in dieser Akte.`,
  wereThere: (n: number) => `${n} der abgelegten Nachrichten lagen schon in dieser Akte.`,
  showEarlier: "Die frühere ansehen",
};

export type AttachmentMessages = typeof attachmentsDe;
