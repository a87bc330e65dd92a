// A mail that was put into a dossier where the same message lies already: a hint, for the Message-ID
// is a stranger's word. It is known once the server has read the file, some moments after filing.
import { listThread, type ThreadMail } from "../api/attachments.ts";
import { getDocument } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { pathOf } from "../router/router.ts";
import { carried } from "../text/attachments.ts";
import { showToast } from "./toasts.ts";

const askAgainMs = 2000;
// Whoever waits longer is told by the document's own page.
const asksMax = 30;

// The same message in the same dossier, as far as the asker may read it.
export const sameIn = (document: Document, thread: readonly ThreadMail[]): ThreadMail | undefined =>
  thread.find((mail) => mail.same_message && mail.dossier_id === document.dossier_id);

async function earlierThan(filed: Document): Promise<ThreadMail | undefined> {
  for (let asks = 0; asks < asksMax; asks += 1) {
    const now = await getDocument(filed.id);
    if (now.text_state !== "pending") {
      return now.mail ? sameIn(now, (await listThread(now.id)).items) : undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
  return undefined;
}

// Of mails that were filed just now.
export async function hintAtSameMails(filed: readonly Document[]): Promise<void> {
  const found: { subject: string; earlier: ThreadMail }[] = [];
  for (const document of filed) {
    // Where it cannot be asked nothing is said: filing has worked.
    const earlier = await earlierThan(document).catch(() => undefined);
    if (earlier) found.push({ subject: document.subject, earlier });
  }
  const [first] = found;
  if (!first) return;
  const words = carried();
  showToast({
    kind: "hint",
    text: found.length === 1 ? words.wasThere(first.subject) : words.wereThere(found.length),
    link: { href: pathOf("document", first.earlier.document_id), text: words.showEarlier },
  });
}
