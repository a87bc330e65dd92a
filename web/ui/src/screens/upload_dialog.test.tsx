import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { uploads } from "../state/uploads.ts";
import { uploadDialog } from "../state/ui.ts";
import { chooseLanguage } from "../text/messages.ts";
import { UploadDialog } from "./upload_dialog.tsx";

vi.mock("../api/send_file.ts", () => ({ sendFile: () => new Promise(() => undefined) }));

chooseLanguage("de");
afterEach(() => {
  cleanup();
  uploadDialog.value = null;
  uploads.value = [];
});

const fileOf = (name: string) => new File(["x"], name);
const focused = () => document.activeElement;

function open(files: File[]): void {
  render(<UploadDialog />);
  act(() => {
    uploadDialog.value = { target: { dossierId: "a1", reference: "621.41-2026/014" }, files };
  });
}

function choose(files: File[]): void {
  const input = screen.getByLabelText("Dateien wählen");
  Object.defineProperty(input, "files", { value: files, configurable: true });
  fireEvent.change(input);
}

it("begins with choosing files, and goes on to the subject of the first", () => {
  open([]);
  expect(focused()).toBe(screen.getByLabelText("Dateien wählen"));
  choose([fileOf("Lageplan.pdf"), fileOf("Antrag.pdf")]);
  expect(focused()).toBe(screen.getByLabelText("Betreff für Lageplan.pdf"));
  choose([fileOf("Statik.pdf")]);
  expect(focused()).toBe(screen.getByLabelText("Betreff für Statik.pdf"));
});

it("begins with the subject where files were dropped", () => {
  open([fileOf("Lageplan.pdf")]);
  expect(focused()).toBe(screen.getByLabelText("Betreff für Lageplan.pdf"));
});

it("keeps the focus when a file is taken out", () => {
  open([fileOf("Lageplan.pdf"), fileOf("Antrag.pdf")]);
  fireEvent.click(screen.getByLabelText("Entfernen: Lageplan.pdf"));
  expect(focused()).toBe(screen.getByLabelText("Betreff für Antrag.pdf"));
  fireEvent.click(screen.getByLabelText("Entfernen: Antrag.pdf"));
  expect(focused()).toBe(screen.getByLabelText("Dateien wählen"));
});

it("leads to the subject that is missing", () => {
  open([fileOf("Lageplan.pdf"), fileOf("Antrag.pdf")]);
  const subject = screen.getByLabelText("Betreff für Antrag.pdf");
  fireEvent.input(subject, { target: { value: " " } });
  fireEvent.submit(document.querySelector("form") as HTMLFormElement);
  expect(focused()).toBe(subject);
});

const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);
const sent = () => uploads.value.map((each) => each.metadata);

it("leaves to a mail what nobody typed, and to no other file", () => {
  open([fileOf("AW_ Zaun.eml"), fileOf("Lageplan_neu.pdf")]);
  const subject = screen.getByLabelText<HTMLInputElement>(/Betreff für AW_ Zaun.eml/);
  expect(subject.value).toBe("");
  const hint = document.getElementById(subject.getAttribute("aria-describedby") ?? "");
  expect(hint?.textContent).toBe("Betreff, Absender und Datum kommen aus der Nachricht.");
  submit();
  expect(sent()).toMatchObject([
    { dossier_id: "a1", from_mail: true, direction: "incoming" },
    { dossier_id: "a1", subject: "Lageplan neu", type: "letter" },
  ]);
  expect(sent()[0]).not.toHaveProperty("subject");
  expect(sent()[0]).not.toHaveProperty("type");
});

it("sends with a mail what was typed and chosen", () => {
  open([fileOf("a.MSG")]);
  const type = screen.getByLabelText<HTMLSelectElement>("Dokumentart");
  expect(type.value).toBe("email");
  fireEvent.input(screen.getByLabelText(/Betreff für a.MSG/), { target: { value: "Zaun" } });
  fireEvent.change(type, { target: { value: "application" } });
  submit();
  expect(sent()).toMatchObject([{ subject: "Zaun", type: "application", from_mail: true }]);
});
