// The words of destroying for good, apart from the others: they are loaded with the screens that need
// them.
import { erasureDe, type ErasureMessages } from "./erasure_de.ts";
import { erasureEn } from "./erasure_en.ts";
import { language } from "./messages.ts";

const words = { de: erasureDe, en: erasureEn };

export const e = (): ErasureMessages => words[language.value];
