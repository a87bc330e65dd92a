// Erasures as the screens tell of them: what they are called, who may do what, and where they are.
import type { Erasure, ErasureObject, ErasureReason, ErasureState } from "../api/erasures.ts";
import { e } from "../text/erasure.ts";
import { nameOfPerson } from "./people.ts";

const running: ReadonlySet<ErasureState> = new Set(["released", "erasing", "freeing"]);
export const isRunning = ({ state }: Erasure): boolean => running.has(state);

export const nameOfObject = ({ kind, title, file_reference }: ErasureObject): string =>
  title ?? (file_reference ? `${e().gone[kind]} ${file_reference}` : e().gone[kind]);

// "Personalakte Feldmann und 3 weitere"
export function nameOfErasure({ objects }: Erasure): string {
  const [first, ...others] = objects;
  const name = first ? nameOfObject(first) : e().list;
  return others.length === 0 ? name : `${name} ${e().more(others.length)}`;
}

// Where it was done on behalf of somebody, both.
export function whoDid(by: string | undefined, onBehalfOf: string | undefined): string {
  const name = nameOfPerson(by);
  return onBehalfOf ? e().forPerson(name, nameOfPerson(onBehalfOf)) : name;
}

// What stands against an object while nothing has been done yet: its release waits for that.
export const isBlocked = ({ objects }: Erasure): boolean =>
  objects.some((object) => object.reasons.length > 0);

// Four eyes: neither who proposed it nor for whom it was proposed.
export const isOwn = (erasure: Erasure, user: string | undefined): boolean =>
  user !== undefined && (erasure.proposed_by === user || erasure.proposed_for === user);

export type StepState = "done" | "now" | "ahead";
export const erasureSteps = ["proposed", "released", "erasing", "freeing"] as const;
export type ErasureStep = (typeof erasureSteps)[number];

// How far each step is. What was withdrawn or refused has gone no further.
export function stepsOf({ state }: Erasure): [ErasureStep, StepState][] {
  if (state === "done") return erasureSteps.map((step) => [step, "done"]);
  // Once it is released the next step runs, whether or not its first commit is there.
  const now = state === "released" ? "erasing" : state;
  const at = erasureSteps.findIndex((step) => step === now);
  return erasureSteps.map((step, index) => {
    if (state === "proposed" && step === "proposed") return [step, "done"];
    if (index < at) return [step, "done"];
    return [step, index === at ? "now" : "ahead"];
  });
}

export const wordsOf = (reasons: readonly ErasureReason[]): string[] =>
  reasons.map((reason) => e().reasons[reason]);
