import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { render as draws } from "preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { FilingProposal, InboundItem, ProposedField } from "../api/inbox.ts";
import { onKeyDown } from "../state/keys.ts";
import { chooseLanguage } from "../text/messages.ts";
import { InboxPane } from "./inbox_pane.tsx";
import { reasonText } from "./inbox_proposals.tsx";

const item: InboundItem = {
  id: "i1",
  revision: 3,
  inbox_id: "b1",
  state: "received",
  subject: "Stellungnahme",
  sender: "Landratsamt",
  type: "letter",
  received_on: "2026-11-20",
  foreign_reference: "",
  note: "",
  receipt_stamp: { at: "2026-11-20T08:00:00Z", by: "u1", channel: "scan_folder" },
  file: { sha256: "00", size: 1, file_name: "a.pdf", mime_type: "application/pdf", pages: 2 },
  text_state: "extracted",
  rights: ["see", "read", "file", "edit"],
  modified: "2026-11-20T08:00:00Z",
  modified_by: "u1",
};
const proposal = (id: string, reasons: FilingProposal["reasons"]): FilingProposal => ({
  dossier_id: id,
  file_reference: `621.41-2026/${id}`,
  title: `Akte ${id}`,
  unit_id: "p1",
  reasons,
  evidence: "",
});
const proposals = [proposal("001", ["your_reference"]), proposal("002", ["same_sender", "similar"])];

let sent: { path: string; body: Record<string, unknown>; match: string | null }[];
let answer: () => Response;
const onFiled = vi.fn();
const onForward = vi.fn();

beforeEach(() => {
  chooseLanguage("de");
  document.addEventListener("keydown", onKeyDown);
  sent = [];
  answer = () => Response.json({ ...item, revision: 4, state: "filed" });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const match = new Headers(init.headers).get("If-Match");
    sent.push({ path, body: JSON.parse(String(init.body ?? "{}")) as Record<string, unknown>, match });
    return answer();
  });
});
afterEach(() => {
  cleanup();
  document.removeEventListener("keydown", onKeyDown);
  vi.unstubAllGlobals();
  onFiled.mockReset();
  onForward.mockReset();
  onField.mockReset();
});

const onField = vi.fn();
const show = (
  shown: InboundItem = item,
  known: FilingProposal[] | undefined = proposals,
  letter: ProposedField[] = [],
) =>
  render(
    <InboxPane
      item={shown}
      proposals={known}
      letter={letter}
      onField={onField}
      onFiled={onFiled}
      onDiscarded={() => undefined}
      onChanged={() => undefined}
      onForward={onForward}
      onReload={() => undefined}
    />,
  );
const press = (key: string, ctrlKey = false) =>
  fireEvent.keyDown(document.body, { key, ctrlKey });
const chosen = () =>
  screen.getAllByRole<HTMLInputElement>("radio").findIndex((radio) => radio.checked);

it("hints at what came before, and at nothing else", () => {
  const show = (shown: InboundItem) =>
    render(
      <InboxPane
        item={shown}
        proposals={proposals}
        letter={[]}
        onField={onField}
        onFiled={onFiled}
        onDiscarded={vi.fn()}
        onChanged={vi.fn()}
        onForward={onForward}
        onReload={vi.fn()}
      />,
    );
  show(item);
  expect(screen.queryByText(/schon einmal eingegangen/)).toBeNull();
  cleanup();
  show({ ...item, duplicate_of: "i0" });
  expect(screen.getByText(/schon einmal eingegangen/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Früheren Eingang ansehen" }).getAttribute("href")).toBe(
    "/inbox/i0",
  );
});

it("says where the same message lies already", () => {
  show({
    ...item,
    filed_before: { document_id: "d7", dossier_id: "a1", file_reference: "621.41-2026/014" },
  });
  expect(screen.getByText(/Vermutlich liegt diese Nachricht schon in der Akte 621.41-2026\/014/)).toBeTruthy();
  const link = screen.getByRole("link", { name: "Dokument ansehen" });
  expect(link.getAttribute("href")).toBe("/documents/d7");
});

it("files the preselected dossier by one key, with what the fields say", async () => {
  show();
  expect(chosen()).toBe(0);
  expect(screen.getByText("„Ihr Zeichen“ im Schreiben stimmt überein")).toBeTruthy();
  press("Enter", true);
  await waitFor(() => expect(onFiled).toHaveBeenCalledOnce());
  expect(sent).toHaveLength(1);
  expect(sent[0]?.path).toBe("/api/v1/inbox/i1/file");
  expect(sent[0]?.match).toBe('"3"');
  expect(sent[0]?.body).toMatchObject({ dossier_id: "001", subject: "Stellungnahme", deadline: null });
});

// As browsers do: what is drawn is on the screen before the effects that may wait have run.
it("heeds a key that comes as soon as the proposals are drawn", async () => {
  const place = document.body.appendChild(document.createElement("div"));
  const draw = (known: FilingProposal[] | undefined) =>
    draws(
      <InboxPane
        item={item}
        proposals={known}
        letter={[]}
        onField={vi.fn()}
        onFiled={onFiled}
        onDiscarded={vi.fn()}
        onChanged={vi.fn()}
        onForward={onForward}
        onReload={vi.fn()}
      />,
      place,
    );
  draw(undefined);
  draw(proposals);
  for (let turn = 0; turn < 5; ++turn) await Promise.resolve();
  press("Enter", true);
  expect(sent.map((each) => each.path)).toEqual(["/api/v1/inbox/i1/file"]);
  draws(null, place);
  place.remove();
});

it("takes another proposal by its number, and hands on by W", () => {
  show();
  press("2");
  expect(chosen()).toBe(1);
  press("9");
  expect(chosen()).toBe(1);
  press("w");
  expect(onForward).toHaveBeenCalledOnce();
});

it("asks for a dossier where none is proposed", async () => {
  show(item, []);
  press("Enter", true);
  expect((await screen.findByRole("alert")).textContent).toContain("Bitte eine Akte wählen");
  expect(sent).toEqual([]);
});

it("keeps what was typed when somebody else has changed the item", async () => {
  const { rerender } = show();
  fireEvent.input(screen.getByLabelText("Betreff"), { target: { value: "Neuer Betreff" } });
  rerender(
    <InboxPane
      item={{ ...item, revision: 4, sender: "Kreisbauamt" }}
      proposals={proposals}
      letter={[]}
      onField={onField}
      onFiled={onFiled}
      onDiscarded={() => undefined}
      onChanged={() => undefined}
      onForward={onForward}
      onReload={() => undefined}
    />,
  );
  fireEvent.click(screen.getByText("Neuen Stand übernehmen"));
  expect(screen.getByLabelText<HTMLTextAreaElement>("Betreff").value).toBe("Neuer Betreff");
  expect(screen.getByLabelText<HTMLInputElement>("Absender").value).toBe("Kreisbauamt");
});

const readOut = (field: ProposedField["field"], value: string): ProposedField => ({
  field,
  value,
  source: "text",
  page: 2,
  quote: value,
  boxes: [],
});
const bare: InboundItem = { ...item, sender: "", type: "other" };
const letter = [readOut("sender", "Landratsamt"), readOut("type", "notice"), readOut("deadline", "2026-12-18")];
const fieldOf = (name: string) => screen.getByLabelText<HTMLInputElement>(name);

it("fills what the letter says into empty fields, says so, and sends it with the filing alone", async () => {
  show(bare, proposals, letter);
  expect(fieldOf("Absender").value).toBe("Landratsamt");
  expect(fieldOf("Frist").value).toBe("2026-12-18");
  const hint = document.getElementById(fieldOf("Absender").getAttribute("aria-describedby") ?? "");
  expect(hint?.textContent).toBe("aus dem Schreiben, Seite 2");
  expect(sent, "nothing is set by itself").toEqual([]);
  expect(screen.queryByText("Änderungen speichern")).toBeNull();
  fireEvent.focus(fieldOf("Absender"));
  expect(onField).toHaveBeenCalledWith(letter[0]);
  fireEvent.input(fieldOf("Absender"), { target: { value: "Kreisbauamt" } });
  expect(fieldOf("Absender").getAttribute("aria-describedby"), "it is his word now").toBeNull();
  press("Enter", true);
  await waitFor(() => expect(onFiled).toHaveBeenCalledOnce());
  expect(sent[0]?.body).toMatchObject({ sender: "Kreisbauamt", type: "notice", deadline: "2026-12-18" });
});

it("leaves alone what stands there, and what was typed before the letter was read", () => {
  show(item, proposals, letter);
  expect(fieldOf("Absender").value).toBe("Landratsamt");
  expect(fieldOf("Dokumentart").value).toBe("letter");
  cleanup();
  const { rerender } = show(bare);
  fireEvent.input(fieldOf("Absender"), { target: { value: "Ich" } });
  rerender(
    <InboxPane
      item={bare}
      proposals={proposals}
      letter={letter}
      onField={onField}
      onFiled={onFiled}
      onDiscarded={() => undefined}
      onChanged={() => undefined}
      onForward={onForward}
      onReload={() => undefined}
    />,
  );
  expect(fieldOf("Absender").value).toBe("Ich");
  expect(fieldOf("Frist").value).toBe("2026-12-18");
});

// Draws it again, as when the item or the letter came anew.
const redraw = (
  rerender: ReturnType<typeof show>["rerender"],
  shown: InboundItem,
  known: ProposedField[] | undefined,
) =>
  rerender(
    <InboxPane
      item={shown}
      proposals={proposals}
      letter={known}
      onField={onField}
      onFiled={onFiled}
      onDiscarded={() => undefined}
      onChanged={() => undefined}
      onForward={onForward}
      onReload={() => undefined}
    />,
  );

it("keeps what the letter says while it is asked for anew", () => {
  const { rerender } = show(bare, proposals, letter);
  redraw(rerender, bare, undefined);
  expect(fieldOf("Absender").value).toBe("Landratsamt");
  expect(fieldOf("Frist").value).toBe("2026-12-18");
});

it("fills nothing again that was cleared, whenever the letter comes", () => {
  const { rerender } = show(bare, proposals, letter);
  fireEvent.input(fieldOf("Absender"), { target: { value: "" } });
  redraw(rerender, bare, undefined);
  redraw(rerender, bare, [readOut("sender", "Landratsamt Musterkreis"), ...letter.slice(1)]);
  expect(fieldOf("Absender").value).toBe("");
  expect(fieldOf("Frist").value).toBe("2026-12-18");
});

it("fills nothing again that was cleared and saved", async () => {
  const saved = { ...bare, revision: 4, type: "notice" as const, deadline: "2026-12-18" };
  answer = () => Response.json(saved);
  const { rerender } = show(bare, proposals, letter);
  fireEvent.input(fieldOf("Absender"), { target: { value: "" } });
  fireEvent.click(screen.getByText("Änderungen speichern"));
  await waitFor(() => expect(screen.queryByText("Änderungen speichern")).toBeNull());
  expect(sent[0]?.body).toMatchObject({ sender: "", type: "notice", deadline: "2026-12-18" });
  redraw(rerender, saved, [...letter]);
  expect(fieldOf("Absender").value).toBe("");
  expect(fieldOf("Frist").value).toBe("2026-12-18");
});

it("files and hands on nothing that the virus scanner found something in", () => {
  show({ ...item, malware: "Win.Test.EICAR_HDB-1" });
  expect(screen.getByRole("note").textContent).toContain("Win.Test.EICAR_HDB-1");
  press("Enter", true);
  press("w");
  expect(onForward).not.toHaveBeenCalled();
  expect(sent).toEqual([]);
  expect(screen.getByText("Verwerfen")).toBeTruthy();
});

it("offers nothing to do to who may only see it", () => {
  show({ ...item, rights: ["see", "read"] });
  press("Enter", true);
  expect(screen.queryByRole("button")).toBeNull();
  expect(sent).toEqual([]);
});

it("says why in the words of the weightiest reason", () => {
  expect(reasonText(proposal("1", ["same_sender", "similar"]))).toBe(
    "Gleicher Absender, gleiches Thema",
  );
  expect(reasonText(proposal("1", ["similar"]))).toBe("Gleiches Thema");
  expect(reasonText(proposal("1", ["reference_in_text", "similar"]))).toBe(
    "Das Aktenzeichen steht im Schreiben",
  );
});

it("says what the invoice says for machines, in its fields and as its data", () => {
  const ofInvoice = (field: ProposedField["field"], value: string): ProposedField => ({
    field,
    value,
    source: "invoice",
    quote: "",
    boxes: [],
  });
  const invoice = {
    kind: "invoice" as const,
    number: "RE 7",
    amount: "2670.3",
    currency: "EUR",
    due_on: "2026-12-04",
  };
  show({ ...bare, invoice }, proposals, [
    ofInvoice("foreign_reference", "RE 7"),
    ofInvoice("deadline", "2026-12-04"),
  ]);
  expect(fieldOf("Fremdes Zeichen").value).toBe("RE 7");
  expect(fieldOf("Frist").value).toBe("2026-12-04");
  expect(screen.getAllByText("aus den Rechnungsdaten")).toHaveLength(2);
  fireEvent.focus(fieldOf("Frist"));
  expect(onField).not.toHaveBeenCalled();
  const data = screen.getByRole("region", { name: "Rechnungsdaten" });
  expect(data.textContent?.replace(/\s/gu, " ")).toContain("Zahlbetrag2.670,30 €");
  cleanup();
  show(bare);
  expect(screen.queryByRole("region", { name: "Rechnungsdaten" })).toBeNull();
});
