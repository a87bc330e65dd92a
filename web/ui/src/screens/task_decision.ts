// Deciding a task: what was typed so far, what is still missing, and what is told where the decision was not
// taken. What was typed stays until it is, also beyond another task.
import { useState } from "preact/hooks";
import { failureOf } from "../api/failure.ts";
import type { Document } from "../api/types.ts";
import { type Decision, decideTask, type Routing, type Task } from "../api/workflow.ts";
import type { Choice } from "../state/find_people.ts";
import { type Seen, type Trouble, troubleOf } from "../state/task_trouble.ts";
import { showToast } from "../state/toasts.ts";
import { w } from "../text/workflow.ts";

// What is told of a decision that was not taken.
type Told = Exclude<Trouble, { kind: "seen" }>;

// Decides on what was seen. Where the record changed, but nothing that was not seen, it goes out again.
async function decideSeen(seen: Seen, decision: Decision): Promise<Told | undefined> {
  let { revision } = seen.routing;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await decideTask(seen.task.id, revision, decision);
      return undefined;
    } catch (error) {
      const trouble = await troubleOf(error, seen);
      if (trouble.kind !== "seen") return trouble;
      if (attempt === attemptsMax) return { kind: "failure", failure: failureOf(error) };
      revision = trouble.revision;
    }
  }
}

export type Mode = "primary" | "return" | "delegate" | "consult";

interface Draft {
  mode: Mode;
  comment: string;
  to: Choice | undefined;
  target: string;
}

const attemptsMax = 3;
const drafts = new Map<string, Draft>();
const noDraft: Draft = { mode: "primary", comment: "", to: undefined, target: "" };

// What the primary button does.
export function primaryOf(task: Task): { word: string; decision: Decision["decision"] } {
  const words = w().decide;
  switch (task.kind) {
    case "consultation":
      return { word: words.answer, decision: "answer" };
    case "rework":
      return { word: words.rework, decision: "done" };
    case "reassign":
      return { word: words.reassign, decision: "reassign" };
    case "step": {
      const directive = task.directive ?? "process";
      const isDone = directive === "process" || directive === "acknowledge";
      return { word: words[directive], decision: isDone ? "done" : "sign" };
    }
  }
}

interface Needs {
  comment: boolean;
  to: boolean;
}

const needsOf = (decision: Decision["decision"]): Needs => ({
  comment: decision === "return" || decision === "consult" || decision === "answer",
  to: decision === "delegate" || decision === "consult" || decision === "reassign",
});

export interface ActionsProps {
  task: Task;
  document: Document;
  routing: Routing;
  // Decided: the task has gone, or (consultation) goes on.
  onDecided: (decision: Decision["decision"]) => void;
  onReload: () => void;
  onNext: () => void;
}

function useDraft(task: Task) {
  const [draft, setDraft] = useState<Draft>(() => drafts.get(task.id) ?? noDraft);
  const change = (next: Partial<Draft>) => {
    const whole = { ...draft, ...next };
    drafts.set(task.id, whole);
    setDraft(whole);
  };
  const clear = () => {
    drafts.delete(task.id);
    setDraft(noDraft);
  };
  return { draft, change, clear };
}

export function useDecision(props: ActionsProps) {
  const { task, document, routing, onDecided, onReload } = props;
  const { draft, change, clear } = useDraft(task);
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const [trouble, setTrouble] = useState<Told>();
  // A draft that is only shown again takes no focus.
  const [hasChosen, setHasChosen] = useState(false);
  const decision = draft.mode === "primary" ? primaryOf(task).decision : draft.mode;
  const needs = needsOf(decision);

  const decide = async () => {
    setAsked(true);
    if (busy || (needs.comment && !draft.comment.trim()) || (needs.to && !draft.to)) return;
    setBusy(true);
    setTrouble(undefined);
    const { number, sha256 } = document.version;
    const comment = draft.comment.trim();
    const told = await decideSeen({ task, document, routing }, {
      decision,
      version: { number, sha256 },
      ...(comment ? { comment } : {}),
      ...(task.on_behalf_of ? { on_behalf_of: task.on_behalf_of } : {}),
      ...(decision === "return" && draft.target ? { target: draft.target } : {}),
      ...(needs.to && draft.to ? { to: draft.to.subject } : {}),
    });
    setBusy(false);
    setTrouble(told);
    if (told) return;
    clear();
    setAsked(false);
    const { done, doneWith } = w().decide;
    showToast({ kind: "done", text: doneWith(done[decision], task.subject || task.title) });
    onDecided(decision);
  };
  const choose = (mode: Mode) => {
    setAsked(false);
    setHasChosen(true);
    change({ mode });
  };
  const goOn = () => {
    setTrouble(undefined);
    onReload();
  };
  return { draft, change, decide, choose, goOn, busy, asked, hasChosen, trouble, decision, needs };
}

export type Deciding = ReturnType<typeof useDecision>;
