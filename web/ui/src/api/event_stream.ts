// Server-sent events over fetch. Unlike EventSource it tells why a stream was refused, and lets us
// notice a line that has gone silent.
import { base } from "./client.ts";
import { problemFailure } from "./failure.ts";

export interface StreamEvent {
  id: string;
  name: string;
  data: string;
}

// The server gives a sign of life every 15 seconds.
const silenceMs = 45_000;

// Takes the text in pieces of any size and gives whole events.
export class EventParser {
  private rest = "";
  private readonly give: (event: StreamEvent) => void;

  constructor(give: (event: StreamEvent) => void) {
    this.give = give;
  }

  push(text: string): void {
    const blocks = (this.rest + text).split("\n\n");
    this.rest = blocks.pop() ?? "";
    for (const block of blocks) this.read(block);
  }

  private read(block: string): void {
    const event: StreamEvent = { id: "", name: "message", data: "" };
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      const field = line.slice(0, Math.max(colon, 0));
      const value = line.slice(colon + 1).replace(/^ /, "");
      if (field === "id") event.id = value;
      if (field === "event") event.name = value;
      if (field === "data") data.push(value);
    }
    // A comment has no data.
    if (data.length > 0) this.give({ ...event, data: data.join("\n") });
  }
}

interface Reading {
  // The last event that was received, "" at first.
  lastId: string;
  give: (event: StreamEvent) => void;
  signal: AbortSignal;
}

// Reads events until the stream ends. Throws a Failure where the server refuses it, another error
// where the line breaks, falls silent or `signal` says so.
export async function readEvents({ lastId, give, signal }: Reading): Promise<void> {
  const own = new AbortController();
  const stop = () => own.abort();
  signal.addEventListener("abort", stop);
  let silence = setTimeout(stop, silenceMs);
  try {
    const headers = { Accept: "text/event-stream", ...(lastId && { "Last-Event-ID": lastId }) };
    const response = await fetch(`${base}/events`, { headers, signal: own.signal });
    if (!response.ok) throw problemFailure(response.status, await response.text());
    const reader = response.body?.getReader();
    if (!reader) return;
    const decoder = new TextDecoder();
    const parser = new EventParser(give);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(stop, silenceMs);
      parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", stop);
  }
}
