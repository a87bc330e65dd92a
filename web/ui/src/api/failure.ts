// What went wrong, in words that a clerk can act on.
import { t } from "../text/messages.ts";
import type { Problem } from "./types.ts";

export class Failure extends Error {
  readonly kind: "offline" | "problem" | "aborted";
  readonly status: number;
  readonly title: string;
  // The server's id of the request, to be told to the administrator.
  readonly requestId: string;
  // Messages by field ("subject"), from the problem's JSON pointers.
  readonly fields: Record<string, string>;
  // The same by the whole pointer ("stages/0/steps/1/assignee").
  readonly places: Record<string, string>;

  constructor(kind: Failure["kind"], status: number, problem: Partial<Problem>) {
    super(problem.detail ?? "");
    this.kind = kind;
    this.status = status;
    this.title = problem.title ?? "";
    this.requestId = problem.request_id ?? "";
    this.fields = {};
    this.places = {};
    for (const field of problem.errors ?? []) {
      const place = field.pointer.replace(/^\//, "");
      this.places[place] = field.detail;
      this.fields[place.split("/")[0] ?? ""] = field.detail;
    }
  }

  // It may be over in a moment: no line, or the server cannot at present (503).
  get isPassing(): boolean {
    return this.kind === "offline" || this.status === 503;
  }

  get headline(): string {
    if (this.kind === "offline") return t().failure.offlineTitle;
    return this.title || t().failure.unknownTitle;
  }

  get text(): string {
    if (this.kind === "offline") return t().failure.offlineText;
    if (this.status === 412) return t().failure.staleText;
    return this.message;
  }
}

export const offlineFailure = () => new Failure("offline", 0, {});

export function problemFailure(status: number, body: string): Failure {
  try {
    return new Failure("problem", status, JSON.parse(body) as Problem);
  } catch {
    return new Failure("problem", status, {});
  }
}

// Whatever was thrown, as a Failure.
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("problem", 0, { detail: error instanceof Error ? error.message : "" });
}
