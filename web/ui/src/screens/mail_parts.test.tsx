import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { carrierOf, carrierOfItem, type Openable } from "../api/attachments.ts";
import type { Document } from "../api/types.ts";
import { runUndo, toasts } from "../state/toasts.ts";
import { chooseLanguage } from "../text/messages.ts";
import { AttachmentViewer } from "../viewer/attachment_viewer.tsx";
import { MailParts } from "./mail_parts.tsx";

const plan: Openable = { name: "Plan.pdf", mime_type: "application/pdf", number: 1, size: 2048 };
const note: Openable = { name: "Notiz.docx", mime_type: "application/msword", number: 2, size: 10 };
const carried = [plan, note, { name: "Nachricht", mime_type: "message/rfc822", number: 3, size: 0 }];

// Each test its own, for what was filed is remembered by document.
let count = 0;
let mail: Document;
let asked: string[];
let answers: Record<string, () => Response>;

beforeEach(() => {
  chooseLanguage("de");
  toasts.value = [];
  asked = [];
  count += 1;
  const stamp = { created: "2026-11-20T08:00:00Z", created_by: "u1" };
  mail = {
    id: `d${count}`,
    revision: 1,
    dossier_id: "a1",
    subject: "Zaunfrage",
    type: "letter",
    direction: "incoming",
    version: {
      id: "v1",
      number: 2,
      sha256: "00",
      size: 1,
      file_name: "zaun.eml",
      mime_type: "message/rfc822",
      comment: "",
      ...stamp,
    },
    text_state: "extracted",
    attachments: carried,
    mail: { to: [], cc: [] },
    modified: "2026-11-20T08:00:00Z",
    modified_by: "u1",
    ...stamp,
  };
  answers = {
    "GET /thread": () =>
      Response.json({
        items: [
          {
            document_id: "t1",
            dossier_id: "a1",
            subject: "Re: Zaun",
            from: "amt@example.org",
            sent_at: "2026-11-19T08:00:00Z",
            direction: "outgoing",
          },
        ],
      }),
    "GET /rights": () => Response.json({ rights: ["see", "read", "file"] }),
    "POST /document": () => Response.json({ ...mail, id: "neu", subject: "Plan" }),
    "DELETE /neu": () => Response.json({ ...mail, id: "neu" }),
    "GET /text": () => new Response("Zwei Meter", { headers: { "X-Text-State": "extracted" } }),
  };
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    const request = `${init?.method ?? "GET"} ${url.replace(/\?.*/, "")}`;
    asked.push(request);
    const known = Object.entries(answers).find(([each]) => {
      const [method = "", end = ""] = each.split(" ");
      return request.startsWith(method) && request.endsWith(end);
    });
    return known ? known[1]() : new Response("{}", { status: 404 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const list = (onOpen: (attachment: Openable) => void = () => undefined) => (
  <MailParts document={mail} shown={undefined} onOpen={onOpen} />
);

it("lists what a mail carries by name and size, and opens it", async () => {
  const opened: number[] = [];
  render(list((each) => opened.push(each.number)));
  await screen.findByText("Anlagen");
  expect(screen.getByText("2 KB", { exact: false })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Plan.pdf ansehen" }));
  expect(opened).toEqual([1]);
  expect(screen.getByRole("link", { name: "Plan.pdf herunterladen" }).getAttribute("href")).toBe(
    `/api/v1/documents/${mail.id}/versions/2/attachments/1/content`,
  );
  expect(screen.queryByRole("button", { name: "Nachricht ansehen" })).toBeNull();
  screen.getByText("Lässt sich nicht einzeln öffnen.", { exact: false });
});

it("makes an attachment a document of its own, once, and takes it back", async () => {
  render(list());
  const button = await screen.findByRole("button", {
    name: "Plan.pdf als eigenes Dokument ablegen",
  });
  fireEvent.click(button);
  fireEvent.click(button);
  const link = await screen.findByRole("link", { name: "Zum Dokument" });
  expect(link.getAttribute("href")).toContain("neu");
  const sent = asked.filter((each) => each.startsWith("POST"));
  expect(sent).toEqual([
    `POST /api/v1/documents/${mail.id}/versions/2/attachments/1/document`,
  ]);
  expect((button as HTMLButtonElement).disabled).toBe(true);
  const toast = toasts.value[0];
  expect(toast?.text).toBe("Als Dokument „Plan“ abgelegt");
  if (toast) await runUndo(toast);
  expect(asked).toContain("DELETE /api/v1/documents/neu");
  await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
});

it("says why it was not filed, and lets it be tried again", async () => {
  answers["POST /document"] = () =>
    Response.json({ title: "Nein", detail: "Die Akte ist geschlossen." }, { status: 409 });
  render(list());
  const button = await screen.findByRole("button", {
    name: "Plan.pdf als eigenes Dokument ablegen",
  });
  fireEvent.click(button);
  await waitFor(() => expect(toasts.value[0]?.kind).toBe("failed"));
  expect(toasts.value[0]?.text).toContain("Die Akte ist geschlossen.");
  await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
});

it("offers no filing to who may not, nor in the bin", async () => {
  answers["GET /rights"] = () => Response.json({ rights: ["see", "read"] });
  const { rerender } = render(list());
  await screen.findByText("Weitere Nachrichten dieses Verlaufs");
  expect(screen.queryByRole("button", { name: /ablegen/ })).toBeNull();
  answers["GET /rights"] = () => Response.json({ rights: ["see", "read", "file"] });
  mail = { ...mail, id: `${mail.id}b`, binned: { at: "2026-11-20T08:00:00Z", by: "u1" } };
  rerender(list());
  await screen.findByText("Weitere Nachrichten dieses Verlaufs");
  expect(screen.queryByRole("button", { name: /ablegen/ })).toBeNull();
});

it("names the other mails of the thread, and does without where they do not come", async () => {
  const { rerender } = render(list());
  const link = await screen.findByRole("link", { name: "Re: Zaun" });
  expect(link.getAttribute("href")).toContain("t1");
  screen.getByText("amt@example.org", { exact: false });
  answers["GET /thread"] = () => Response.json({ title: "x" }, { status: 503 });
  mail = { ...mail, id: `${mail.id}b` };
  rerender(list());
  await waitFor(() => expect(screen.queryByRole("link", { name: "Re: Zaun" })).toBeNull());
  screen.getByText("Anlagen");
});

it("hints at the same message in the same dossier, not in another, nor in the bin", async () => {
  const same = { document_id: "s1", subject: "Zaun", from: "", same_message: true };
  const answer = (dossier_id: string) => () =>
    Response.json({ items: [{ ...same, dossier_id, direction: "incoming" }] });
  const hint = () => screen.queryByText("liegt in dieser Akte noch einmal", { exact: false });
  answers["GET /thread"] = answer("a1");
  const { rerender } = render(list());
  await waitFor(() => expect(hint()).not.toBeNull());
  expect(hint()?.querySelector("a")?.getAttribute("href")).toContain("s1");
  answers["GET /thread"] = answer("a2");
  mail = { ...mail, id: `${mail.id}b` };
  rerender(list());
  await screen.findByRole("link", { name: "Zaun" });
  expect(hint()).toBeNull();
  answers["GET /thread"] = answer("a1");
  mail = { ...mail, id: `${mail.id}c`, binned: { at: "2026-11-20T08:00:00Z", by: "u1" } };
  rerender(list());
  await screen.findByRole("link", { name: "Zaun" });
  expect(hint()).toBeNull();
});

it("asks for no thread of what is no mail", async () => {
  const { mail: _, ...bare } = mail;
  mail = bare;
  render(list());
  await screen.findByRole("button", { name: "Plan.pdf als eigenes Dokument ablegen" });
  expect(asked.some((each) => each.endsWith("/thread"))).toBe(false);
});

it("shows an attachment by its text in the mail's place, and goes back", async () => {
  const closed = vi.fn();
  render(
    <AttachmentViewer
      carrier={carrierOf(mail)}
      document={mail}
      attachment={note}
      onClose={closed}
    />,
  );
  await screen.findByText("Zwei Meter");
  expect(asked).toContain(`GET /api/v1/documents/${mail.id}/versions/2/attachments/2/text`);
  expect(window.document.activeElement?.getAttribute("aria-label")).toBe("Anlage: Notiz.docx");
  fireEvent.click(await screen.findByRole("button", { name: "Als eigenes Dokument ablegen" }));
  await screen.findByRole("link", { name: "Zum Dokument" });
  fireEvent.click(screen.getByRole("button", { name: "Zurück" }));
  expect(closed).toHaveBeenCalledOnce();
});

it("shows a picture as it is", () => {
  const picture = { name: "", mime_type: "image/png", number: 4, size: 9 };
  render(
    <AttachmentViewer
      carrier={carrierOf(mail)}
      document={mail}
      attachment={picture}
      onClose={() => undefined}
    />,
  );
  expect(screen.getByRole("img", { name: "Anlage 5" }).getAttribute("src")).toBe(
    `/api/v1/documents/${mail.id}/versions/2/attachments/4/preview`,
  );
});

it("shows what an inbox item carries from there, and files nothing", async () => {
  render(
    <AttachmentViewer
      carrier={carrierOfItem("i1")}
      attachment={note}
      onClose={() => undefined}
    />,
  );
  await screen.findByText("Zwei Meter");
  expect(asked).toEqual(["GET /api/v1/inbox/i1/attachments/2/text"]);
  expect(screen.queryByRole("button", { name: "Als eigenes Dokument ablegen" })).toBeNull();
  expect(screen.getByRole("link", { name: "Herunterladen" }).getAttribute("href")).toBe(
    "/api/v1/inbox/i1/attachments/2/content",
  );
});
