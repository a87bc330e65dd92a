import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import type { Document } from "../api/types.ts";
import { chooseLanguage } from "../text/messages.ts";
import { DocumentForm } from "./document_form.tsx";

chooseLanguage("de");
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const read = {
  id: "1",
  revision: 3,
  subject: "Anschreiben",
  type: "letter",
  direction: "incoming",
  sender: "Haller",
} as Document;
const nothing = () => undefined;
const form = (document: Document) => (
  <DocumentForm document={document} onSaved={nothing} onReload={nothing} onClose={nothing} />
);
const valueOf = (label: string) => (screen.getByLabelText(label) as HTMLInputElement).value;

it("leaves what is typed alone when the document changes, until its new state is taken over", async () => {
  const sent = vi.fn(async () => new Response(JSON.stringify(read)));
  vi.stubGlobal("fetch", sent);
  const ifMatch = () =>
    ((sent.mock.calls.at(-1) as unknown[])[1] as { headers: Headers }).headers.get("If-Match");
  const { rerender } = render(form(read));
  const sender = screen.getByLabelText("Absender");
  fireEvent.input(sender, { target: { value: "Haller & Co" } });
  sender.focus();
  rerender(form({ ...read, revision: 4, subject: "Neuer Betreff", sender: "Anders" }));
  expect(valueOf("Absender")).toBe("Haller & Co");
  expect(valueOf("Betreff")).toBe("Anschreiben");
  expect(document.activeElement).toBe(sender);
  expect(screen.getByRole("status").textContent).toContain("Inzwischen geändert");
  // Saved as it stands it is refused by the server, for it says what it stands on.
  fireEvent.submit(document.querySelector("form") as HTMLFormElement);
  await waitFor(() => expect(sent).toHaveBeenCalledTimes(1));
  expect(ifMatch()).toBe('"3"');
});

it("takes the new state over under what was typed", async () => {
  const sent = vi.fn(async () => new Response(JSON.stringify(read)));
  vi.stubGlobal("fetch", sent);
  const { rerender } = render(form(read));
  fireEvent.input(screen.getByLabelText("Absender"), { target: { value: "Haller & Co" } });
  rerender(form({ ...read, revision: 4, subject: "Neuer Betreff", sender: "Anders" }));
  fireEvent.click(screen.getByText("Neuen Stand übernehmen"));
  expect(valueOf("Absender")).toBe("Haller & Co");
  expect(valueOf("Betreff")).toBe("Neuer Betreff");
  expect(screen.queryByRole("status")).toBeNull();
  fireEvent.submit(document.querySelector("form") as HTMLFormElement);
  await waitFor(() => expect(sent).toHaveBeenCalledTimes(1));
  const init = (sent.mock.calls[0] as unknown[])[1] as { headers: Headers };
  expect(init.headers.get("If-Match")).toBe('"4"');
});
