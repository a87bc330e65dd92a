// What the stories of sending documents round share: four people at once, each in a browser context of
// their own, letters of their own, and where things are on the screen of tasks.
import { newPage, signIn } from "./browser.mjs";

const names = { sender: "m.lindqvist", clerk: "j.keller", deputy: "h.brandt", mayor: "b.oezdemir" };

// They are signed in; each has a page, its context, and the faults that were seen there.
export async function gather(browser, server, roles = names) {
  const people = {};
  for (const [role, name] of Object.entries(roles)) {
    const user = server.users.find((each) => each.name === name);
    const opened = await newPage(browser, server.url, { width: 1440, theme: "light" });
    opened.page.setDefaultTimeout(15_000);
    await signIn(opened.page, server.url, user);
    people[role] = opened;
  }
  return people;
}

// A letter of its own for each story, filed by the sender over the interface.
export async function fileLetter(page, dossier, subject) {
  return page.evaluate(
    async ([dossier_id, text]) => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      const form = new FormData();
      const metadata = { dossier_id, subject: text, type: "letter", direction: "outgoing", channel: "upload" };
      form.append("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
      form.append("file", new File([`${text}, erste Fassung`], "schreiben.txt", { type: "text/plain" }));
      const answer = await fetch("/api/v1/documents", {
        method: "POST",
        headers: { "X-CSRF-Token": csrf_token },
        body: form,
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()).id;
    },
    [dossier, subject],
  );
}

export const row = (page, subject) => page.getByRole("option").filter({ hasText: subject });
export const pane = (page) => page.getByRole("region", { name: "Schritte und Entscheidung" });
export const button = (page, name) => pane(page).getByRole("button", { name });
export const toast = (page, text) => page.locator(".toast").filter({ hasText: text }).first().waitFor();

export async function choosePerson(field, page, text) {
  await field.click();
  await field.fill(text);
  await page.getByRole("option").filter({ hasText: text }).first().click();
}

export async function openTask(page, url, subject) {
  await page.goto(`${url}/tasks`);
  await row(page, subject).first().click();
  await pane(page).getByRole("list", { name: "Schritte" }).waitFor();
}
