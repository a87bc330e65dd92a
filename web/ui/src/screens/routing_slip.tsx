// The slip of a document (Laufzettel): each time it was sent round, the chain of its steps, everything that
// was noted, and what its initiator may do.
import { ArrowRight, Route, Undo2, UserRoundCheck } from "lucide-preact";
import { useState } from "preact/hooks";
import { session } from "../api/session.ts";
import {
  reassignStep,
  type Routing,
  type RoutingStep,
  type SlipEntry,
  takeOverRouting,
  withdrawRouting,
} from "../api/workflow.ts";
import { Button } from "../components/button.tsx";
import { Chip, type Tone } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { ScrollRegion } from "../components/scroll_region.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { EntryFacts, StepChain } from "../components/step_chain.tsx";
import { pathOf } from "../router/router.ts";
import { nameOf, nameOfPerson } from "../state/people.ts";
import { type Resource, useResource } from "../state/resource.ts";
import { askedBy, hasEnded, newestFirst } from "../state/routing_chain.ts";
import { hasLeft } from "../state/routings.ts";
import { loadTasks } from "../state/tasks.ts";
import { showFailure, showToast } from "../state/toasts.ts";
import { formatTime } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";
import { SlipDialog, type SlipQuestion } from "./slip_dialog.tsx";

const tones: Record<Routing["state"], Tone> = {
  running: "cyan",
  returned: "amber",
  completed: "green",
  withdrawn: "neutral",
};

function Entry({ entry }: { entry: SlipEntry }) {
  const words = w().slip;
  return (
    <li>
      <p>
        <strong>{nameOfPerson(entry.by)}</strong> {words.acts[entry.act]}
        {entry.to && ` ${words.to(nameOf(entry.to))}`}
      </p>
      <p class="step-line">
        <EntryFacts entry={entry} />
      </p>
      {entry.comment && <p class="quote">{entry.comment}</p>}
    </li>
  );
}

// The initiator's acts are his deputy's, too, who says for whom.
const behalfOf = (routing: Routing) =>
  routing.initiator === session.value?.user.id ? {} : { on_behalf_of: routing.initiator };

// What is left to do with a routing, by whom it is shown to.
function OwnTask({ routing }: { routing: Routing }) {
  const own = routing.tasks.filter((task) => task.own && task.state === "open");
  return (
    <>
      {own.map((task) => {
        const directive = routing.steps.find((step) => step.id === task.step)?.directive;
        const asked = askedBy({ kind: task.kind, ...(directive && { directive }) });
        return (
          <p key={task.id} class="own-task">
            <Icon of={UserRoundCheck} />
            <span>
              {w().slip.yours}: <strong>{asked}</strong>
              {task.on_behalf_of && ` ${t().asked.deputyFor(nameOfPerson(task.on_behalf_of))}`}
            </span>
            <a class="more-link" href={pathOf("task", task.id)}>
              {w().slip.toTask} <Icon of={ArrowRight} size={14} />
            </a>
          </p>
        );
      })}
    </>
  );
}

// Offered where the initiator has left and something waits for him.
function TakeOver({ routing, onChange }: { routing: Routing; onChange: () => void }) {
  const name = nameOfPerson(routing.initiator);
  const key = name === "…" ? "" : `left-${routing.initiator}-${name}`;
  const left = useResource(key, () => hasLeft(routing.initiator));
  if (!left.value) return null;
  const takeOver = async () => {
    try {
      await takeOverRouting(routing.id, routing.revision);
      showToast({ kind: "done", text: w().slip.tookOver });
    } catch (error) {
      showFailure(error);
    }
    onChange();
  };
  return (
    <div class="notice amber">
      <p>{w().slip.takeOverText(name)}</p>
      <Button onClick={() => void takeOver()}>{w().slip.takeOver}</Button>
    </div>
  );
}

interface CardProps {
  routing: Routing;
  onChange: () => void;
}

function questionFor(routing: Routing, step: RoutingStep | undefined): SlipQuestion {
  const words = w().slip;
  const behalf = behalfOf(routing);
  if (!step) {
    return {
      title: words.withdrawTitle,
      text: words.withdrawText,
      submit: words.withdraw,
      asksWho: false,
      done: words.withdrawn,
      run: ({ comment }) =>
        withdrawRouting(routing.id, routing.revision, { ...behalf, ...(comment && { comment }) }),
    };
  }
  return {
    title: words.reassignTitle(t().directives[step.directive]),
    text: step.instruction ?? "",
    submit: words.reassign,
    asksWho: true,
    done: words.reassigned,
    run: ({ comment, to }) =>
      reassignStep(routing.id, routing.revision, {
        step: step.id,
        to: to ?? { kind: "user", id: "" },
        ...behalf,
        ...(comment && { comment }),
      }),
  };
}

function RoutingBody({ routing, onChange }: CardProps) {
  const [question, setQuestion] = useState<SlipQuestion>();
  const words = w().slip;
  const runs = !hasEnded(routing);
  const mayRule = routing.is_initiator && runs;
  const reassigning = (step: RoutingStep) =>
    mayRule && (step.state === "open" || step.state === "stuck") ? (
      <button
        type="button"
        class="link-button"
        onClick={() => setQuestion(questionFor(routing, step))}
      >
        {words.reassign}
      </button>
    ) : null;
  return (
    <>
      {routing.state === "returned" && (
        <p class="notice amber">{words.rework(nameOfPerson(routing.initiator))}</p>
      )}
      <OwnTask routing={routing} />
      {runs && !routing.is_initiator && <TakeOver routing={routing} onChange={onChange} />}
      <StepChain routing={routing} actions={reassigning} />
      <details class="slip-entries">
        <summary>
          {words.entries} <span class="count">{routing.slip.length}</span>
        </summary>
        <ol>
          {routing.slip.map((entry, i) => (
            <Entry key={i} entry={entry} />
          ))}
        </ol>
      </details>
      {mayRule && (
        <Button icon={Undo2} onClick={() => setQuestion(questionFor(routing, undefined))}>
          {words.withdraw}
        </Button>
      )}
      {question && (
        <SlipDialog
          question={question}
          onClose={() => setQuestion(undefined)}
          onDone={() => {
            setQuestion(undefined);
            onChange();
          }}
          onReload={onChange}
        />
      )}
    </>
  );
}

function RoutingCard({ routing, isFirst, onChange }: CardProps & { isFirst: boolean }) {
  const words = w().slip;
  const head = (
    <>
      <span class="routing-title">{routing.title}</span>
      <Chip tone={tones[routing.state]}>{words.states[routing.state]}</Chip>
    </>
  );
  const started = (
    <p class="meta">
      {words.started(nameOfPerson(routing.initiator), formatTime(routing.created))}
    </p>
  );
  if (hasEnded(routing)) {
    return (
      <details class="routing ended" open={isFirst}>
        <summary>{head}</summary>
        {started}
        <RoutingBody routing={routing} onChange={onChange} />
      </details>
    );
  }
  return (
    <section class="routing" aria-label={routing.title}>
      <h2 class="routing-head">{head}</h2>
      {started}
      <RoutingBody routing={routing} onChange={onChange} />
    </section>
  );
}

interface SlipProps {
  routings: Resource<Routing[]>;
  // Absent where the document cannot be sent round.
  onSend: (() => void) | undefined;
}

export function RoutingSlip({ routings, onSend }: SlipProps) {
  if (routings.failure) {
    return <FailureView failure={routings.failure} onRetry={routings.reload} />;
  }
  if (!routings.value) return <Skeleton rows={3} look="card" />;
  const words = w().slip;
  if (routings.value.length === 0) {
    return (
      <Empty icon={Route} title={words.empty} text={words.emptyText}>
        {onSend && (
          <Button icon={Route} onClick={onSend} hint="W">
            {w().start.submit}
          </Button>
        )}
      </Empty>
    );
  }
  const changed = () => {
    routings.reload();
    void loadTasks();
  };
  return (
    <ScrollRegion label={words.title}>
      <div class="slip">
        {newestFirst(routings.value).map((routing, i) => (
          <RoutingCard key={routing.id} routing={routing} isFirst={i === 0} onChange={changed} />
        ))}
      </div>
    </ScrollRegion>
  );
}
