// One erasure: who proposed and released it, what it names, how far it is, and what can be done.
import { ArrowLeft, Check, Circle, LoaderCircle } from "lucide-preact";
import { useState } from "preact/hooks";
import { type Erasure, getErasure } from "../api/erasures.ts";
import { session } from "../api/session.ts";
import { Button } from "../components/button.tsx";
import { Facts } from "../components/facts.tsx";
import { Icon } from "../components/icon.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { useAskAgain } from "../state/ask_again.ts";
import {
  isBlocked,
  isOwn,
  isRunning,
  nameOfErasure,
  type StepState,
  stepsOf,
  whoDid,
} from "../state/erasures.ts";
import { useKeys } from "../state/keys.ts";
import { useLive } from "../state/live.ts";
import { useResource } from "../state/resource.ts";
import { e } from "../text/erasure.ts";
import { formatSize, formatTime } from "../text/format.ts";
import { Absent } from "./absent.tsx";
import { ReleaseErasure, WithdrawErasure } from "./decide_erasure.tsx";
import { ErasedObjects } from "./erased_objects.tsx";
import { ErasureChip } from "./erasure_chip.tsx";

const stepIcons = { done: Check, now: LoaderCircle, ahead: Circle } as const;

function stepNote(state: StepState): string {
  if (state === "ahead") return "";
  return state === "done" ? e().detail.stepDone : e().detail.stepNow;
}

function Steps({ erasure }: { erasure: Erasure }) {
  return (
    <ol class="erase-steps" aria-label={e().detail.steps}>
      {stepsOf(erasure).map(([step, state]) => (
        <li key={step} class={state} aria-current={state === "now" ? "step" : undefined}>
          <Icon of={stepIcons[state]} size={16} />
          <span>{e().detail.step[step]}</span>
          <span class="hidden-text">{stepNote(state)}</span>
        </li>
      ))}
    </ol>
  );
}

function ErasureFacts({ erasure }: { erasure: Erasure }) {
  const words = e().detail;
  const at = (time: string | undefined, who: string) =>
    time ? [who, formatTime(time)].filter(Boolean).join(", ") : "";
  const began = erasure.documents > 0 || erasure.dossiers > 0;
  const left = erasure.documents_left_out;
  const { bytes_freed } = erasure;
  return (
    <Facts
      facts={[
        [words.reason, erasure.reason],
        [
          words.proposed,
          at(erasure.proposed_at, whoDid(erasure.proposed_by, erasure.proposed_for)),
        ],
        [words.released, at(erasure.released_at, whoDid(erasure.released_by, erasure.released_for))],
        [words.ended, at(erasure.ended_at, "")],
        [
          words.destroyed,
          began ? e().size(erasure.dossiers, erasure.documents, erasure.versions, "") : "",
        ],
        [words.leftOut, left > 0 ? words.leftOutCount(left) : ""],
        [words.freed, bytes_freed === undefined ? "" : formatSize(bytes_freed)],
      ]}
    />
  );
}

// What is to be known of the state it is in.
function Note({ erasure }: { erasure: Erasure }) {
  const words = e().detail;
  if (erasure.state === "proposed" && isOwn(erasure, session.value?.user.id)) {
    return <p class="notice">{words.own}</p>;
  }
  if (erasure.state === "proposed" && isBlocked(erasure)) {
    return <p class="notice amber">{words.blocked}</p>;
  }
  if (erasure.state === "freeing") return <p class="notice">{words.freeingNote}</p>;
  if (erasure.state === "done") return <p class="notice">{words.doneNote}</p>;
  if (erasure.state === "refused") return <p class="notice red">{words.refusedNote}</p>;
  return null;
}

type Asking = "release" | "withdraw" | undefined;

function Actions({ erasure, onAsk }: { erasure: Erasure; onAsk: (what: Asking) => void }) {
  const words = e().detail;
  const mayWithdraw = erasure.state === "proposed" || erasure.state === "released";
  const mayRelease = erasure.state === "proposed" && !isOwn(erasure, session.value?.user.id);
  if (!mayWithdraw) return null;
  return (
    <div class="erase-actions">
      {mayRelease && (
        <Button kind="primary" disabled={isBlocked(erasure)} onClick={() => onAsk("release")}>
          {words.release}
        </Button>
      )}
      <Button onClick={() => onAsk("withdraw")}>{words.withdraw}</Button>
    </div>
  );
}

interface OpenedProps {
  erasure: Erasure;
  onChange: (next: Erasure) => void;
  onReload: () => void;
}

function Opened({ erasure, onChange, onReload }: OpenedProps) {
  const [asking, setAsking] = useState<Asking>();
  const words = e().detail;
  const isOver = erasure.state === "done" || erasure.state === "refused";
  const label = isOver ? words.objectsDone : words.objects;
  const decided = {
    erasure,
    onClose: () => setAsking(undefined),
    onDone: (next: Erasure) => {
      setAsking(undefined);
      onChange(next);
    },
    onReload: () => {
      setAsking(undefined);
      onReload();
    },
  };
  return (
    <div class="erasure scroll" tabIndex={0} role="region" aria-label={nameOfErasure(erasure)}>
      <header class="screen-head">
        <a class="more-link" href={pathOf("erasures")}>
          <Icon of={ArrowLeft} size={14} />
          {words.toList}
        </a>
        <div class="title-row">
          <h1>{nameOfErasure(erasure)}</h1>
          <span role="status">
            <ErasureChip state={erasure.state} />
          </span>
        </div>
      </header>
      <div class="erasure-body">
        {erasure.state !== "withdrawn" && erasure.state !== "refused" && <Steps erasure={erasure} />}
        <Note erasure={erasure} />
        <Actions erasure={erasure} onAsk={setAsking} />
        <ErasureFacts erasure={erasure} />
        <section>
          <h2>{label}</h2>
          <ErasedObjects
            label={label}
            objects={erasure.objects}
            linked
            states={erasure.state !== "proposed"}
          />
        </section>
      </div>
      {asking === "release" && <ReleaseErasure {...decided} />}
      {asking === "withdraw" && <WithdrawErasure {...decided} />}
    </div>
  );
}

export function ErasureDetail({ id }: { id: string }) {
  const erasure = useResource(id, () => getErasure(id));
  useLive("erasure", id, erasure.reload);
  useAskAgain(erasure.value !== undefined && isRunning(erasure.value), erasure.reload);
  useKeys({ Escape: () => navigate(pathOf("erasures")) });
  if (erasure.failure?.status === 404) return <Absent />;
  if (erasure.failure) return <FailureView failure={erasure.failure} onRetry={erasure.reload} />;
  if (!erasure.value) return <Skeleton rows={8} />;
  return <Opened erasure={erasure.value} onChange={erasure.set} onReload={erasure.reload} />;
}
