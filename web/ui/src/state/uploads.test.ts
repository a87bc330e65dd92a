import { afterEach, expect, it, vi } from "vitest";
import { offlineFailure } from "../api/failure.ts";
import { type FileForm, sendFile } from "../api/send_file.ts";
import { hintAtSameMails } from "./same_mail.ts";
import { addUploads, filed, uploads } from "./uploads.ts";

vi.mock("../api/send_file.ts", () => ({ sendFile: vi.fn() }));
vi.mock("./same_mail.ts", () => ({ hintAtSameMails: vi.fn() }));
const sent = vi.mocked(sendFile);
const hinted = vi.mocked(hintAtSameMails);

afterEach(() => {
  uploads.value = [];
  sent.mockReset();
});

const letter = {
  file: new File(["x"], "antrag.pdf"),
  metadata: {
    dossier_id: "a1",
    subject: "Antrag",
    type: "letter",
    direction: "incoming",
    channel: "upload",
  },
} as const;
const states = () => uploads.value.map((each) => each.state);

it("sends one after the other and tells which dossier changed", async () => {
  const answers: (() => void)[] = [];
  sent.mockImplementation(() => new Promise((resolve) => answers.push(() => resolve({} as never))));
  addUploads([letter, letter]);
  expect(states()).toEqual(["running", "waiting"]);
  answers[0]?.();
  await vi.waitFor(() => expect(states()).toEqual(["done", "running"]));
  answers[1]?.();
  await vi.waitFor(() => expect(states()).toEqual(["done", "done"]));
  expect(filed.value.dossier).toBe("a1");
});

it("goes on where it was, with the same key, once the device is online", async () => {
  sent.mockImplementationOnce(async (form: FileForm) => {
    form.onBegun?.({ path: "/uploads/u1", isWhole: false });
    form.onProgress(40);
    throw offlineFailure();
  });
  addUploads([letter]);
  await vi.waitFor(() => expect(states()).toEqual(["failed"]));
  expect(uploads.value[0]?.percent).toBe(40);
  sent.mockResolvedValueOnce({} as never);
  dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(states()).toEqual(["done"]));
  const [first, second] = sent.mock.calls.map(([form]) => form);
  expect(second?.begun).toEqual({ path: "/uploads/u1", isWhole: false });
  expect(second?.key).toBe(first?.key);
});

it("asks of mails that went into a dossier whether they were there, and of nothing else", async () => {
  const mail = { ...letter, file: new File(["x"], "Zaun.eml") };
  const inInbox = { file: new File(["x"], "Zaun.eml"), metadata: { inbox_id: "b1" } };
  sent.mockResolvedValueOnce({ id: "d1" } as never);
  sent.mockResolvedValueOnce({ id: "d2" } as never);
  sent.mockResolvedValueOnce({ id: "i1" } as never);
  addUploads([letter, mail, inInbox]);
  await vi.waitFor(() => expect(states()).toEqual(["done", "done", "done"]));
  await vi.waitFor(() => expect(hinted.mock.calls).toEqual([[[{ id: "d2" }]]]));
});
