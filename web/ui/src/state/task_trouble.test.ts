import { afterEach, expect, it, vi } from "vitest";
import { Failure } from "../api/failure.ts";
import type { Document } from "../api/types.ts";
import type { Routing, SlipEntry, Task } from "../api/workflow.ts";
import { routingSample } from "./routing_sample.ts";
import { type Seen, troubleOf } from "./task_trouble.ts";

const document = { id: "d1", version: { number: 1, sha256: "a" } } as Document;
const seen: Seen = { task: { id: "t2", routing_id: "r1" } as Task, document, routing: routingSample() };
const signature: SlipEntry = {
  act: "signed",
  at: "2026-11-20T09:00:00Z",
  by: "marit",
  version: { number: 1, sha256: "a" },
  older_version: false,
};
const moved = (): Routing => ({ ...routingSample(), slip: [...routingSample().slip, signature] });

function serve(routing: Routing | undefined, version = 1): void {
  vi.stubGlobal("fetch", async (url: string) => {
    if (!url.includes("/routings/")) {
      return Response.json({ ...document, version: { number: version, sha256: "b" } });
    }
    return routing ? Response.json(routing) : new Response("{}", { status: 404 });
  });
}
afterEach(() => vi.unstubAllGlobals());

const refused = (status: number) => new Failure("problem", status, {});

it("tells of a newer version", async () => {
  serve(moved(), 3);
  expect(await troubleOf(refused(412), seen)).toEqual({ kind: "newer", seen: 1, now: 3 });
});

it("tells what others did to the routing", async () => {
  serve(moved());
  expect(await troubleOf(refused(412), seen)).toEqual({ kind: "moved", entries: [signature] });
});

it("tells where there is nothing that was not seen", async () => {
  serve({ ...routingSample(), revision: 7 });
  expect(await troubleOf(refused(412), seen)).toEqual({ kind: "seen", revision: 7 });
});

it("tells that the task has ended, also where the routing can no longer be read", async () => {
  const ended = moved();
  for (const task of ended.tasks) if (task.id === "t2") task.state = "decided";
  serve(ended);
  expect(await troubleOf(refused(409), seen)).toEqual({ kind: "ended", entries: [signature] });
  serve(undefined);
  expect(await troubleOf(refused(404), seen)).toEqual({ kind: "ended", entries: [] });
});

it("leaves the server's word where the task is still open", async () => {
  serve(routingSample());
  const failure = refused(409);
  expect(await troubleOf(failure, seen)).toEqual({ kind: "failure", failure });
  expect((await troubleOf(refused(503), seen)).kind).toBe("failure");
});
