// What a routing's record tells, put together for those who look at it. Pure.
import type { Act, Directive, Routing, RoutingStep, RoutingTask, SlipEntry, Task } from "../api/workflow.ts";
import { t } from "../text/messages.ts";

// Steps that stand side by side share a stage.
export function stagesOf(routing: Routing): RoutingStep[][] {
  const stages = new Map<number, RoutingStep[]>();
  for (const step of routing.steps) {
    const stage = stages.get(step.stage);
    if (stage) stage.push(step);
    else stages.set(step.stage, [step]);
  }
  return [...stages].toSorted(([a], [b]) => a - b).map(([, steps]) => steps);
}

const decides = (act: Act) => act === "signed" || act === "done";

// By what a step was done. A step that was opened again has been decided before, but is not done.
export function decisionOf(routing: Routing, step: RoutingStep): SlipEntry | undefined {
  if (step.state !== "done") return undefined;
  return routing.slip.findLast((entry) => entry.step === step.id && decides(entry.act));
}

export const openTaskOf = (routing: Routing, step: RoutingStep): RoutingTask | undefined =>
  routing.tasks.find(
    (task) => task.step === step.id && task.state === "open" && task.kind !== "consultation",
  );

export interface Consultation {
  task: RoutingTask;
  answer: SlipEntry | undefined;
}

// The questions asked at a step; an answer ends its question's task at the same moment.
export function consultationsOf(routing: Routing, step: RoutingStep): Consultation[] {
  return routing.tasks
    .filter((task) => task.step === step.id && task.kind === "consultation")
    .map((task) => ({
      task,
      answer: routing.slip.find(
        (entry) => entry.act === "answered" && entry.step === step.id && entry.at === task.ended,
      ),
    }));
}

export const hasEnded = (routing: Routing): boolean =>
  routing.state === "completed" || routing.state === "withdrawn";

// Those that run before those that ended, newest first.
export function newestFirst(routings: readonly Routing[]): Routing[] {
  const order = (routing: Routing) => (hasEnded(routing) ? 1 : 0);
  return routings.toSorted((a, b) => order(a) - order(b) || b.created.localeCompare(a.created));
}

// Where a task may be returned to: earlier steps that were done. The initiator stands beside them.
export function returnTargets(routing: Routing, stepId: string | undefined): RoutingStep[] {
  const stage = routing.steps.find((step) => step.id === stepId)?.stage ?? 0;
  return routing.steps.filter(
    (step) => step.stage < stage && step.state === "done" && step.directive !== "acknowledge",
  );
}

// What people did since the routing was looked at.
export const entriesSince = (seen: Routing, now: Routing): SlipEntry[] =>
  now.slip.slice(seen.slip.length);

// What is to be done, where that says more than the directive.
export function instructionOf(step: { directive?: Directive; instruction?: string }): string {
  const text = step.instruction ?? "";
  return step.directive && text === t().directives[step.directive] ? "" : text;
}

// What a task asks for: the directive of its step, or what else it is.
export const askedBy = (task: Pick<Task, "kind" | "directive">): string =>
  task.kind === "step" && task.directive ? t().directives[task.directive] : t().asked[task.kind];
