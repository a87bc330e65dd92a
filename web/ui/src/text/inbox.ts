// The words of the inbox, apart from the others: they are loaded with its screen.
import { inboxDe, type InboxMessages } from "./inbox_de.ts";
import { inboxEn } from "./inbox_en.ts";
import { language } from "./messages.ts";

const words = { de: inboxDe, en: inboxEn };

export const post = (): InboxMessages => words[language.value];
