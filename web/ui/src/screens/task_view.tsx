// One task: the document itself, and beside it what is asked, the chain of steps and the buttons.
import { ArrowLeft, ChevronDown, ChevronUp, Maximize2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { getDocument } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import { type Decision, getRouting, type Routing, type Task } from "../api/workflow.ts";
import { IconButton } from "../components/button.tsx";
import { DueChip } from "../components/due_chip.tsx";
import { Icon } from "../components/icon.tsx";
import { Split } from "../components/split.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { StepChain } from "../components/step_chain.tsx";
import { pathOf } from "../router/router.ts";
import { useLive } from "../state/live.ts";
import { narrow } from "../state/narrow.ts";
import { nameOf, nameOfPerson } from "../state/people.ts";
import { type Resource, useResource } from "../state/resource.ts";
import { askedBy, instructionOf } from "../state/routing_chain.ts";
import { formatTime } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";
import { DocumentViewer } from "../viewer/document_viewer.tsx";
import { TaskActions } from "./task_actions.tsx";

interface TaskViewProps {
  task: Task;
  // It has left the list meanwhile; what was typed is still shown.
  isGone: boolean;
  onDecided: (task: Task, decision: Decision["decision"]) => void;
  onNext: () => void;
  onStep: (by: 1 | -1) => void;
}

function Head({ task, onStep }: { task: Task; onStep: (by: 1 | -1) => void }) {
  const Title = narrow.value ? "h1" : "h2";
  return (
    <header class="task-document-head">
      <a class="icon-button narrow-only" href={pathOf("tasks")} aria-label={w().tasks.toList}>
        <Icon of={ArrowLeft} />
      </a>
      <div class="title-text">
        <Title>{task.subject || task.title}</Title>
        <p class="meta">
          <span class="figures">{task.file_reference}</span>
          {task.title !== task.subject && ` · ${task.title}`}
        </p>
      </div>
      <span class="wide-only step-buttons">
        <IconButton icon={ChevronUp} label={w().tasks.previous} onClick={() => onStep(-1)} />
        <IconButton icon={ChevronDown} label={w().tasks.following} onClick={() => onStep(1)} />
      </span>
      <a
        class="icon-button"
        href={pathOf("document", task.document_id)}
        aria-label={w().tasks.openDocument}
        title={w().tasks.openDocument}
      >
        <Icon of={Maximize2} />
      </a>
    </header>
  );
}

// As whom the reader acts is always said, and about which version.
function Capacity({ task, version }: { task: Task; version: string }) {
  const words = w().tasks;
  let text = words.ownName;
  if (task.on_behalf_of) text = words.forPerson(nameOfPerson(task.on_behalf_of));
  else if (task.holder && task.holder.kind !== "user") text = words.forUnit(nameOf(task.holder));
  return (
    <p class={task.on_behalf_of ? "capacity-line deputy" : "capacity-line"}>
      <span>{text}</span> <span>{version}</span>
    </p>
  );
}

function Asked({ task, version }: { task: Task; version: number | undefined }) {
  const words = w().tasks;
  const asked = askedBy(task);
  const isSigned =
    task.directive === "co_sign" || task.directive === "final_sign" || task.directive === "approve";
  const versionText =
    version === undefined || task.kind !== "step"
      ? ""
      : isSigned
        ? words.versionSeen(version)
        : words.versionDecided(version);
  return (
    <div class="task-asked-box">
      <p class="task-asked-head">
        <strong>{task.stage > 0 ? t().asked.of(asked, task.stage, task.stages) : asked}</strong>
        <DueChip due={task.due} />
      </p>
      <p class="meta">
        {t().asked.from(nameOfPerson(task.asked_by ?? task.initiator))}, {formatTime(task.opened)}
      </p>
      {task.question && (
        <>
          <p class="meta">{words.question(nameOfPerson(task.asked_by))}</p>
          <p class="quote">{task.question}</p>
        </>
      )}
      {task.kind === "step" && <p>{instructionOf(task)}</p>}
      <Capacity task={task} version={versionText} />
    </div>
  );
}

interface PaneProps extends TaskViewProps {
  document: Resource<Document>;
  routing: Resource<Routing>;
}

function Chain({ routing }: { routing: Resource<Routing> }) {
  const [open, setOpen] = useState(!narrow.value);
  if (!routing.value) return <Skeleton rows={3} look="card" />;
  return (
    <details class="task-chain" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{w().slip.steps}</summary>
      <StepChain routing={routing.value} />
    </details>
  );
}

function Pane(props: PaneProps) {
  const { task, isGone, document, routing, onDecided, onNext } = props;
  const failure = routing.failure ?? document.failure;
  const reload = () => {
    document.reload();
    routing.reload();
  };
  return (
    <section class="task-pane" data-pane tabIndex={-1} aria-label={w().tasks.pane}>
      <div class="scroll pad task-pane-body" role="region" aria-label={w().slip.title} tabIndex={0}>
        <Asked task={task} version={document.value?.version.number} />
        {isGone && (
          <p class="notice amber" role="status">
            <strong>{w().tasks.gone}</strong> {w().tasks.goneText}
          </p>
        )}
        {failure && !isGone ? (
          <FailureView failure={failure} onRetry={reload} />
        ) : (
          <Chain routing={routing} />
        )}
      </div>
      {document.value && routing.value && (
        <TaskActions
          task={task}
          document={document.value}
          routing={routing.value}
          onReload={reload}
          onNext={onNext}
          onDecided={(decision) => {
            if (decision === "consult") reload();
            onDecided(task, decision);
          }}
        />
      )}
    </section>
  );
}

export function TaskView(props: TaskViewProps) {
  const { task } = props;
  const document = useResource(task.document_id, () => getDocument(task.document_id));
  const routing = useResource(task.routing_id, () => getRouting(task.routing_id));
  // The document stays as it was read: what is signed is what was on the screen.
  useLive("routing", task.routing_id, routing.reload);
  return (
    <div class="task-view">
      <Split
        name="task"
        side="end"
        width={globalThis.innerWidth < 1200 ? 320 : 352}
        min={280}
        max={560}
        pane={<Pane {...props} document={document} routing={routing} />}
      >
        <section class="task-document" data-pane tabIndex={-1} aria-label={w().tasks.document}>
          <Head task={task} onStep={props.onStep} />
          {document.value ? (
            <DocumentViewer document={document.value} />
          ) : (
            <Skeleton rows={1} look="page" />
          )}
        </section>
      </Split>
    </div>
  );
}
