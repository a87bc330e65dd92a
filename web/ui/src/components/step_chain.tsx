// The way of a document as a chain: who is asked for what, how far it is, who did it, when, for whom
// and for which version. Steps side by side stand in one link.
import {
  Check,
  Circle,
  CircleDot,
  type LucideIcon,
  MessageCircleQuestionMark,
  Minus,
  TriangleAlert,
} from "lucide-preact";
import type { ComponentChildren } from "preact";
import type { Routing, RoutingStep, SlipEntry, StepState } from "../api/workflow.ts";
import { nameOf, nameOfPerson } from "../state/people.ts";
import { consultationsOf, decisionOf, instructionOf, openTaskOf, stagesOf } from "../state/routing_chain.ts";
import { formatNear } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";
import { Chip } from "./chip.tsx";
import { DueChip } from "./due_chip.tsx";
import { Icon } from "./icon.tsx";

const icons: Record<StepState, LucideIcon> = {
  waiting: Circle,
  open: CircleDot,
  stuck: TriangleAlert,
  done: Check,
  cancelled: Minus,
};

// "gezeichnet · Fr, 20.11. · Version 2", and where it was for an older one, that.
export function EntryFacts({ entry }: { entry: SlipEntry }) {
  const words = w().slip;
  const isVersioned = entry.act === "signed" || entry.act === "done";
  return (
    <>
      <span class="meta">
        {[formatNear(entry.at), isVersioned && !entry.older_version && words.version(entry.version.number)]
          .filter(Boolean)
          .join(" · ")}
      </span>
      {entry.on_behalf_of && (
        <span class="acted-for">{words.actedFor(nameOfPerson(entry.on_behalf_of))}</span>
      )}
      {entry.older_version && (
        <span title={words.olderNote}>
          <Chip tone="amber" icon={TriangleAlert}>
            {words.older(entry.version.number)}
          </Chip>
        </span>
      )}
    </>
  );
}

function Consultations({ routing, step }: { routing: Routing; step: RoutingStep }) {
  const words = w().slip;
  return (
    <>
      {consultationsOf(routing, step).map(({ task, answer }) => (
        <div key={task.id} class="consultation">
          <Icon of={MessageCircleQuestionMark} size={14} />
          <div>
            <p class="meta">{words.asks(nameOfPerson(task.asked_by), nameOf(task.holder))}</p>
            <p class="quote">{task.question}</p>
            {answer ? (
              <p class="quote answer">
                {answer.comment} <EntryFacts entry={answer} />
              </p>
            ) : (
              task.state === "open" && <p class="meta">{words.openQuestion}</p>
            )}
          </div>
        </div>
      ))}
    </>
  );
}

interface StepProps {
  routing: Routing;
  step: RoutingStep;
  actions: ((step: RoutingStep) => ComponentChildren) | undefined;
}

function Step({ routing, step, actions }: StepProps) {
  const words = w().slip;
  const decision = decisionOf(routing, step);
  const task = openTaskOf(routing, step);
  const isStep = task?.kind === "step";
  const who = decision ? nameOfPerson(decision.by) : nameOf((isStep && task.holder) || step.assignee);
  const word = decision?.act === "signed" ? words.signed : words.stepStates[step.state];
  const instruction = instructionOf(step);
  return (
    <div class={`step ${step.state}`}>
      <span class="step-mark">
        <Icon of={icons[step.state]} size={14} />
      </span>
      <div class="step-text">
        <p class="step-head">
          <strong>{who}</strong>
          {step.state === "open" && <DueChip due={task?.due} />}
          {step.state === "waiting" && <DueChip due={step.due_on} />}
        </p>
        <p class="step-line">
          <span class="meta">
            {t().directives[step.directive]} · <span class={`state-${step.state}`}>{word}</span>
          </span>
          {decision && <EntryFacts entry={decision} />}
          {isStep && <span class="meta">{words.since(formatNear(task.opened))}</span>}
        </p>
        {step.state === "waiting" && !step.due_on && step.due_days !== undefined && (
          <p class="meta">{words.dueDays(step.due_days)}</p>
        )}
        {instruction && step.state !== "done" && <p class="step-instruction">{instruction}</p>}
        {decision?.comment && <p class="quote">{decision.comment}</p>}
        <Consultations routing={routing} step={step} />
        {actions?.(step)}
      </div>
    </div>
  );
}

interface StepChainProps {
  routing: Routing;
  // What can be done with a step; stands below it.
  actions?: (step: RoutingStep) => ComponentChildren;
}

export function StepChain({ routing, actions }: StepChainProps) {
  return (
    <ol class="chain" aria-label={w().slip.steps}>
      {stagesOf(routing).map((steps) => (
        <li key={steps[0]?.id} class={steps.length > 1 ? "stage side-by-side" : "stage"}>
          {steps.length > 1 && <p class="meta">{w().slip.besides(steps.length)}</p>}
          {steps.map((step) => (
            <Step key={step.id} routing={routing} step={step} actions={actions} />
          ))}
        </li>
      ))}
    </ol>
  );
}
