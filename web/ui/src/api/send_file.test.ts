// A server of paper: it takes pieces of one upload, and its line breaks where the test says.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Begun, type FileForm, inOneRequestMax, sendFile } from "./send_file.ts";

const size = inOneRequestMax + 1000;
const uploadPath = "/api/v1/uploads/u1";

let asked: string[] = [];
let received = 0;
// How many bytes of the next piece arrive before the line breaks; undefined: it holds.
let breaksAfter: number | undefined;
let losesAnswer = false;
// How many bytes of an earlier request the server writes only after it was asked for the offset.
let lateBytes = 0;
let filedWith: FormData[] = [];

class FakeRequest {
  upload = new EventTarget();
  status = 0;
  responseText = "";
  private method = "";
  private path = "";
  private headers: Record<string, string> = {};
  private readonly events = new EventTarget();
  open(method: string, path: string) {
    this.method = method;
    this.path = path;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  addEventListener(name: string, listener: () => void) {
    this.events.addEventListener(name, listener);
  }
  send(body: Blob | FormData) {
    asked.push(`${this.method} ${this.path} ${this.headers["Upload-Offset"] ?? ""}`.trim());
    queueMicrotask(() => this.answer(body));
  }
  private answer(body: Blob | FormData) {
    let breaks = losesAnswer;
    this.status = 204;
    if (body instanceof FormData) {
      filedWith.push(body);
      this.status = 201;
      this.responseText = '{"id":"d1"}';
      losesAnswer = false;
    } else if (lateBytes > 0) {
      this.status = 409;
      received += lateBytes;
      lateBytes = 0;
    } else {
      breaks = breaksAfter !== undefined;
      received += breaksAfter ?? body.size;
      breaksAfter = undefined;
    }
    this.events.dispatchEvent(new Event(breaks ? "error" : "load"));
  }
}

beforeEach(() => {
  asked = [];
  received = 0;
  breaksAfter = undefined;
  losesAnswer = false;
  lateBytes = 0;
  filedWith = [];
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  vi.stubGlobal(
    "fetch",
    vi.fn(async (path: string, init: RequestInit) => {
      asked.push(`${init.method ?? "GET"} ${path}`);
      if (init.method === "POST") {
        return new Response(null, { status: 201, headers: { Location: uploadPath } });
      }
      return new Response(null, { status: 200, headers: { "Upload-Offset": String(received) } });
    }),
  );
});
afterEach(() => vi.unstubAllGlobals());

function formOf(bytes: number): FileForm & { percents: number[] } {
  const percents: number[] = [];
  const form: FileForm & { percents: number[] } = {
    path: "/documents",
    metadata: { subject: "Lageplan" },
    file: new File([new Uint8Array(bytes)], "lageplan.pdf"),
    key: "k1",
    percents,
    onBegun: (begun: Begun | undefined) => {
      form.begun = begun;
    },
    onProgress: (percent) => percents.push(percent),
  };
  return form;
}

async function metadataOf(form: FormData | undefined): Promise<unknown> {
  const part = form?.get("metadata");
  return part instanceof Blob ? JSON.parse(await part.text()) : undefined;
}

it("sends a small file with its metadata", async () => {
  await sendFile(formOf(10));
  expect(asked).toEqual(["POST /api/v1/documents"]);
  expect(filedWith[0]?.get("file")).toBeInstanceOf(File);
});

it("sends a larger file ahead and names it", async () => {
  const form = formOf(size);
  await sendFile(form);
  expect(asked).toEqual(["POST /api/v1/uploads", `PATCH ${uploadPath} 0`, "POST /api/v1/documents"]);
  expect(received).toBe(size);
  expect(await metadataOf(filedWith[0])).toEqual({ subject: "Lageplan", upload: "u1" });
  expect(form.percents.at(-1)).toBe(100);
});

it("sends only the rest after the line broke", async () => {
  const form = formOf(size);
  breaksAfter = 700_000;
  await expect(sendFile(form)).rejects.toMatchObject({ kind: "offline" });
  asked = [];
  form.percents.length = 0;
  await sendFile(form);
  expect(asked).toEqual([`HEAD ${uploadPath}`, `PATCH ${uploadPath} 700000`, "POST /api/v1/documents"]);
  expect(received).toBe(size);
  expect(form.percents[0]).toBe(Math.floor((700_000 / size) * 100));
});

it("asks again for the same document where only the answer was lost", async () => {
  const form = formOf(size);
  losesAnswer = true;
  await expect(sendFile(form)).rejects.toMatchObject({ kind: "offline" });
  asked = [];
  await sendFile(form);
  expect(asked).toEqual(["POST /api/v1/documents"]);
  expect(await metadataOf(filedWith[1])).toEqual(await metadataOf(filedWith[0]));
});

it("asks for the offset again where the server was late to write", async () => {
  const form = formOf(size);
  form.begun = { path: "/uploads/u1", isWhole: false };
  lateBytes = 5000;
  await sendFile(form);
  expect(asked.slice(0, 4)).toEqual([
    `HEAD ${uploadPath}`,
    `PATCH ${uploadPath} 0`,
    `HEAD ${uploadPath}`,
    `PATCH ${uploadPath} 5000`,
  ]);
  expect(received).toBe(size);
});
