import { cleanup, render, screen } from "@testing-library/preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Document, TextState } from "../api/types.ts";
import { chooseLanguage } from "../text/messages.ts";
import { DocumentViewer } from "./document_viewer.tsx";

const document: Document = {
  id: "d1",
  revision: 4,
  dossier_id: "a1",
  subject: "Streusalz",
  type: "letter",
  direction: "incoming",
  version: {
    id: "v1",
    number: 1,
    sha256: "00",
    size: 1,
    file_name: "brief.eml",
    mime_type: "application/octet-stream",
    created: "2026-11-20T08:00:00Z",
    created_by: "u1",
    comment: "",
  },
  text_state: "pending",
  created: "2026-11-20T08:00:00Z",
  created_by: "u1",
  modified: "2026-11-20T08:00:00Z",
  modified_by: "u1",
};

let asked: string[];
let now: Document;
let text: [string, TextState];

beforeEach(() => {
  chooseLanguage("de");
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  asked = [];
  now = document;
  text = ["", "pending"];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url.replace("/api/v1/documents/", ""));
    if (!url.endsWith("/text")) return Response.json(now);
    const [words, state] = text;
    const headers = { "X-Text-State": state };
    return new Response(words || null, { status: words ? 200 : 204, headers });
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const read = (state: TextState): Document => ({
  ...document,
  text_state: state,
  version: { ...document.version, mime_type: "message/rfc822" },
});
const twoSeconds = () => act(() => void vi.advanceTimersByTime(2000));

it("loads the text of a document that was opened before it was made", async () => {
  const heard: TextState[] = [];
  const onFresh = (fresh: Document) => heard.push(fresh.text_state);
  render(<DocumentViewer document={document} onFresh={onFresh} />);
  await screen.findByText("Der Text wird gerade gelesen", { exact: false });
  await twoSeconds();
  await vi.waitFor(() => expect(heard).toEqual(["pending"]));
  now = read("extracted");
  text = ["Die ganze Nachricht", "extracted"];
  await twoSeconds();
  await screen.findByText("Die ganze Nachricht");
  expect(heard).toEqual(["pending", "extracted"]);
  const before = asked.length;
  await twoSeconds();
  await twoSeconds();
  expect(asked.length).toBe(before);
});

it("adds what is recognised meanwhile and leaves what is read where it is", async () => {
  now = read("recognising");
  text = ["Seite eins", "recognising"];
  render(<DocumentViewer document={now} />);
  const first = await screen.findByText("Seite eins");
  const reading = first.closest<HTMLElement>(".viewer-scroll");
  reading?.focus();
  await twoSeconds();
  const reads = () => asked.filter((each) => each.endsWith("/text")).length;
  expect(reads()).toBe(1);
  now = read("extracted");
  text = ["Seite eins\fSeite zwei", "extracted"];
  await twoSeconds();
  await screen.findByText("Seite zwei");
  expect(screen.getByText("Seite eins")).toBe(first);
  expect(window.document.activeElement).toBe(reading);
  expect(reads()).toBe(2);
});

it("tells nobody of a document that is shown no more, nor of an older one", async () => {
  const onFresh = vi.fn();
  const { unmount } = render(<DocumentViewer document={document} onFresh={onFresh} />);
  now = { ...read("extracted"), revision: 3 };
  await twoSeconds();
  await vi.waitFor(() => expect(asked.filter((each) => each === "d1").length).toBeGreaterThan(1));
  let answer: (response: Response) => void = () => undefined;
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (answer = resolve)));
  await twoSeconds();
  unmount();
  answer(Response.json(read("extracted")));
  await Promise.resolve();
  expect(onFresh).not.toHaveBeenCalled();
});
