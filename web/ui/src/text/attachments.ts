// The words of what a mail carries, apart from the others: they are loaded with its list.
import { attachmentsDe, type AttachmentMessages } from "./attachments_de.ts";
import { attachmentsEn } from "./attachments_en.ts";
import { language } from "./messages.ts";

const words = { de: attachmentsDe, en: attachmentsEn };

export const carried = (): AttachmentMessages => words[language.value];

export const nameOf = (attachment: { name: string; number?: number }): string =>
  attachment.name || carried().unnamed((attachment.number ?? 0) + 1);
