// The words of sending documents round, apart from the others: they are loaded with the screens that
// need them.
import { language } from "./messages.ts";
import { workflowDe, type WorkflowMessages } from "./workflow_de.ts";
import { workflowEn } from "./workflow_en.ts";

const words = { de: workflowDe, en: workflowEn };

export const w = (): WorkflowMessages => words[language.value];
