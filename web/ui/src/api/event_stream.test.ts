import { afterEach, expect, it, vi } from "vitest";
import { EventParser, readEvents, type StreamEvent } from "./event_stream.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const parsed = (...pieces: string[]) => {
  const events: StreamEvent[] = [];
  const parser = new EventParser((event) => events.push(event));
  for (const piece of pieces) parser.push(piece);
  return events;
};

it("puts events together from pieces of any size and leaves out comments", () => {
  const text = ':\n\nid: 7\nevent: change\ndata: {"a":\ndata: 1}\n\n:\n\ndata: x\n\nevent: half';
  const whole = [
    { id: "7", name: "change", data: '{"a":\n1}' },
    { id: "", name: "message", data: "x" },
  ];
  expect(parsed(text)).toEqual(whole);
  expect(parsed(...text)).toEqual(whole);
});

function streamOf(...pieces: string[]) {
  const bytes = pieces.map((piece) => new TextEncoder().encode(piece));
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of bytes) controller.enqueue(piece);
      controller.close();
    },
  });
}

it("says where it left off and ends with the stream", async () => {
  const fetched = vi.fn(async () => new Response(streamOf("data: ü\n", "\n")));
  vi.stubGlobal("fetch", fetched);
  const give = vi.fn();
  await readEvents({ lastId: "7", give, signal: new AbortController().signal });
  expect(give).toHaveBeenCalledExactlyOnceWith({ id: "", name: "message", data: "ü" });
  const [, init] = fetched.mock.calls[0] as unknown as [string, { headers: object }];
  expect(init.headers).toMatchObject({ "Last-Event-ID": "7" });
});

it("tells a refusal with its status", async () => {
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 401 }));
  const reading = readEvents({ lastId: "", give: vi.fn(), signal: new AbortController().signal });
  await expect(reading).rejects.toMatchObject({ status: 401 });
});

it("gives up a line that has gone silent", async () => {
  vi.useFakeTimers();
  vi.stubGlobal(
    "fetch",
    (_: string, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      }),
  );
  const reading = readEvents({ lastId: "", give: vi.fn(), signal: new AbortController().signal });
  const outcome = expect(reading).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(60_000);
  await outcome;
});
