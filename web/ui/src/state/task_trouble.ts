// Why a decision was not taken, in terms of what happened meanwhile: there is a newer version than the
// one that was seen, the routing moved on, or the task has ended.
import { failureOf, type Failure } from "../api/failure.ts";
import { getDocument } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { getRouting, type Routing, type SlipEntry, type Task } from "../api/workflow.ts";
import { entriesSince } from "./routing_chain.ts";

export type Trouble =
  | { kind: "newer"; seen: number; now: number }
  | { kind: "moved"; entries: SlipEntry[] }
  | { kind: "ended"; entries: SlipEntry[] }
  // The record changed, but nothing that the reader has not seen: the routing took note of the version that
  // is on the screen. The decision can go out again with the record's new revision.
  | { kind: "seen"; revision: number }
  | { kind: "failure"; failure: Failure };

export interface Seen {
  task: Task;
  document: Document;
  routing: Routing;
}

// undefined where it is absent for the asker: with its last task, reading it may end, too.
async function readable<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.status === 404 || failure.status === 403) return undefined;
    throw failure;
  }
}

const meanwhile = new Set([403, 404, 409, 412]);

export async function troubleOf(error: unknown, seen: Seen): Promise<Trouble> {
  const failure = failureOf(error);
  if (!meanwhile.has(failure.status)) return { kind: "failure", failure };
  try {
    const routing = await readable(getRouting(seen.task.routing_id));
    const task = routing?.tasks.find((each) => each.id === seen.task.id);
    const entries = routing ? entriesSince(seen.routing, routing) : [];
    if (task?.state !== "open" || !task.own) return { kind: "ended", entries };
    if (failure.status !== 412) return { kind: "failure", failure };
    const document = await readable(getDocument(seen.document.id));
    const now = document?.version.number ?? 0;
    const before = seen.document.version.number;
    if (now > before) return { kind: "newer", seen: before, now };
    if (routing && entries.length === 0) return { kind: "seen", revision: routing.revision };
    return { kind: "moved", entries };
  } catch (again) {
    return { kind: "failure", failure: failureOf(again) };
  }
}
