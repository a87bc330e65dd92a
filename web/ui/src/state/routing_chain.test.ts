import { expect, it } from "vitest";
import type { Routing, SlipEntry } from "../api/workflow.ts";
import {
  askedBy,
  consultationsOf,
  decisionOf,
  entriesSince,
  newestFirst,
  openTaskOf,
  returnTargets,
  stagesOf,
} from "./routing_chain.ts";
import { routingSample } from "./routing_sample.ts";

it("lets steps of a stage stand side by side", () => {
  const stages = stagesOf(routingSample());
  expect(stages.map((steps) => steps.map((step) => step.id))).toEqual([["s1", "s2"], ["s3"]]);
});

it("tells by what a step was done, and not what came before it was opened again", () => {
  const routing = routingSample();
  const [first, second] = routing.steps;
  if (!first || !second) throw new Error("steps");
  expect(decisionOf(routing, first)?.by).toBe("marit");
  expect(decisionOf(routing, second)).toBeUndefined();
  first.state = "open";
  expect(decisionOf(routing, first)).toBeUndefined();
});

it("finds the open task and the questions of a step", () => {
  const routing = routingSample();
  const second = routing.steps[1];
  if (!second) throw new Error("step");
  expect(openTaskOf(routing, second)?.id).toBe("t2");
  const consultations = consultationsOf(routing, second);
  expect(consultations.map((each) => each.answer?.comment)).toEqual(["Ja, gedeckt.", undefined]);
});

it("returns to earlier steps that were done", () => {
  const routing = routingSample();
  expect(returnTargets(routing, "s3").map((step) => step.id)).toEqual(["s1"]);
  expect(returnTargets(routing, "s2")).toEqual([]);
});

it("puts what runs before what ended, newest first", () => {
  const make = (id: string, state: Routing["state"], created: string) => ({
    ...routingSample(),
    id,
    state,
    created,
  });
  const order = newestFirst([
    make("a", "completed", "2026-11-20T08:00:00Z"),
    make("b", "running", "2026-11-01T08:00:00Z"),
    make("c", "returned", "2026-11-10T08:00:00Z"),
  ]);
  expect(order.map((routing) => routing.id)).toEqual(["c", "b", "a"]);
});

it("tells what happened since", () => {
  const seen = routingSample();
  const more: SlipEntry = {
    act: "signed",
    at: "2026-11-20T09:00:00Z",
    by: "hilde",
    step: "s2",
    version: { number: 1, sha256: "a" },
    older_version: false,
  };
  expect(entriesSince(seen, { ...seen, slip: [...seen.slip, more] })).toEqual([more]);
});

it("names what a task asks for", () => {
  expect(askedBy({ kind: "step", directive: "co_sign" })).toMatch(/Mitzeichnung|Co-signature/);
  expect(askedBy({ kind: "consultation", directive: "co_sign" })).toMatch(/Rücksprache|Consultation/);
});
