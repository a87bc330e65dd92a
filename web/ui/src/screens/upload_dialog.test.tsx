import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, it } from "vitest";
import { uploadDialog } from "../state/ui.ts";
import { chooseLanguage } from "../text/messages.ts";
import { UploadDialog } from "./upload_dialog.tsx";

chooseLanguage("de");
afterEach(() => {
  cleanup();
  uploadDialog.value = null;
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
