// What can be decided on a task: one primary button, and returning, forwarding and asking somebody, each
// with a small form.
import { Check, PenLine } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Decision, Task } from "../api/workflow.ts";
import { Button } from "../components/button.tsx";
import { SelectField, TextArea } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { PersonField } from "../components/person_field.tsx";
import { useKeys } from "../state/keys.ts";
import { narrow } from "../state/narrow.ts";
import { nameOf, nameOfPerson } from "../state/people.ts";
import { returnTargets } from "../state/routing_chain.ts";
import { screenCommands } from "../state/ui.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";
import { type ActionsProps, type Deciding, type Mode, primaryOf, useDecision } from "./task_decision.ts";
import { TroubleNotice } from "./trouble_notice.tsx";

function ReturnTo({ routing, task, deciding }: ActionsProps & { deciding: Deciding }) {
  const words = w().decide;
  const stepId = routing.tasks.find((each) => each.id === task.id)?.step;
  const targets = returnTargets(routing, stepId);
  if (targets.length === 0) return null;
  return (
    <SelectField
      label={words.returnTo}
      value={deciding.draft.target}
      options={[
        { value: "", label: words.returnToInitiator(nameOfPerson(routing.initiator)) },
        ...targets.map((step) => ({
          value: step.id,
          label: `${nameOf(step.assignee)} (${t().directives[step.directive]})`,
        })),
      ]}
      onChange={(target) => deciding.change({ target })}
    />
  );
}

const commentLabels = (decision: Decision["decision"]): string => {
  const words = w().decide;
  if (decision === "return") return words.returnReason;
  if (decision === "consult") return words.question;
  return decision === "answer" ? words.answerText : words.comment;
};

const toLabels = (decision: Decision["decision"]): string => {
  const words = w().decide;
  if (decision === "consult") return words.consultWith;
  return decision === "delegate" ? words.delegateTo : words.assignTo;
};

function Fields(props: ActionsProps & { deciding: Deciding }) {
  const { draft, change, asked, trouble, decision, needs } = props.deciding;
  const words = w().decide;
  const fields = trouble?.kind === "failure" ? trouble.failure.fields : {};
  const [unfolded, setUnfolded] = useState(false);
  useEffect(() => {
    if (unfolded) document.querySelector<HTMLElement>(".task-actions textarea")?.focus();
  }, [unfolded]);
  // On a phone the room belongs to the document, until somebody has something to say.
  const isFolded =
    narrow.value && !unfolded && draft.mode === "primary" && !needs.comment && !draft.comment;
  const takesFocus = draft.mode !== "primary" && props.deciding.hasChosen;
  return (
    <>
      {decision === "return" && <ReturnTo {...props} />}
      {needs.to && (
        <PersonField
          label={toLabels(decision)}
          kinds={decision === "reassign" ? "people_and_units" : "people"}
          value={draft.to}
          onChange={(to) => change({ to })}
          focus={takesFocus}
          error={fields["to"] ?? (asked && !draft.to ? words.personMissing : undefined)}
        />
      )}
      {isFolded ? (
        <p>
          <button type="button" class="link-button" onClick={() => setUnfolded(true)}>
            {words.addComment}
          </button>
        </p>
      ) : (
        <TextArea
          label={commentLabels(decision)}
          value={draft.comment}
          optional={!needs.comment}
          onInput={(comment) => change({ comment })}
          focus={takesFocus && !needs.to}
          error={
            fields["comment"] ??
            (asked && needs.comment && !draft.comment.trim() ? words.commentMissing : undefined)
          }
        />
      )}
      {decision === "consult" && <p class="meta">{words.consultNote}</p>}
    </>
  );
}

function PrimaryButtons({ task, deciding, word }: { task: Task; deciding: Deciding; word: string }) {
  const words = w().decide;
  const isStep = task.kind === "step";
  const isSigned = deciding.decision === "sign";
  return (
    <div class="task-buttons">
      <Button
        kind="primary"
        type="submit"
        icon={isSigned ? PenLine : Check}
        disabled={deciding.busy}
        hint={`${t().keys.ctrl} ↵`}
      >
        {word}
      </Button>
      {isStep && task.directive !== "acknowledge" && (
        <Button onClick={() => deciding.choose("return")}>
          {words.return}
        </Button>
      )}
      {isStep && (
        <>
          <Button onClick={() => deciding.choose("delegate")}>{words.delegate}</Button>
          <Button onClick={() => deciding.choose("consult")}>{words.consult}</Button>
        </>
      )}
    </div>
  );
}

function SideButtons({ deciding }: { deciding: Deciding }) {
  const words = w().decide;
  const submits = {
    return: words.submitReturn,
    delegate: words.submitDelegate,
    consult: words.submitConsult,
    primary: "",
  };
  return (
    <div class="dialog-actions">
      <Button onClick={() => deciding.choose("primary")}>{t().common.cancel}</Button>
      <Button kind="primary" type="submit" disabled={deciding.busy} hint={`${t().keys.ctrl} ↵`}>
        {submits[deciding.draft.mode]}
      </Button>
    </div>
  );
}

// The palette offers what the buttons do.
function useTaskCommands(task: Task, deciding: Deciding, word: string): void {
  const { draft, choose, decide } = deciding;
  useEffect(() => {
    const words = w().decide;
    const subject = task.subject || task.title;
    const offer = (id: string, text: string, run: () => void) => ({
      id: `task-${id}`,
      text: `${text}: ${subject}`,
      run,
    });
    const isStep = task.kind === "step";
    const side = (mode: Mode) => offer(mode, words[mode as "return"], () => choose(mode));
    screenCommands.value = [
      offer("primary", word, () => (draft.mode === "primary" ? void decide() : choose("primary"))),
      ...(isStep && task.directive !== "acknowledge" ? [side("return")] : []),
      ...(isStep ? [side("delegate"), side("consult")] : []),
    ];
    return () => {
      screenCommands.value = [];
    };
  });
}

export function TaskActions(props: ActionsProps) {
  const { task } = props;
  const deciding = useDecision(props);
  const { draft, choose, decide, trouble } = deciding;
  const { word } = primaryOf(task);
  const frame = useRef<HTMLDivElement>(null);
  const isStep = task.kind === "step";
  // A side form begins in its first field; back among the buttons the focus is on the first.
  const opened = useRef(draft.mode);
  useEffect(() => {
    if (opened.current === draft.mode) return;
    opened.current = draft.mode;
    const wanted = draft.mode === "primary" ? ".button.primary" : "[data-autofocus]";
    frame.current?.querySelector<HTMLElement>(wanted)?.focus();
  }, [draft.mode]);
  const isSide = draft.mode !== "primary";
  const back = () => choose("primary");
  // Keys of the page rest while somebody types.
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSide || event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    back();
  };
  const arm = () => {
    if (isSide) back();
    frame.current?.querySelector<HTMLElement>(".button.primary")?.focus();
  };
  useKeys({
    // A signature cannot be taken back: the key leads to the button, and Enter confirms.
    m: arm,
    "Ctrl+Enter": () => void decide(),
    ...(isSide && { Escape: back }),
    ...(isStep && { w: () => choose("delegate") }),
    ...(isStep && task.directive !== "acknowledge" && { r: () => choose("return") }),
  });
  useTaskCommands(task, deciding, word);
  if (trouble?.kind === "ended") {
    return (
      <div class="task-actions">
        <TroubleNotice trouble={trouble} typed={draft.comment} onGoOn={props.onNext} />
      </div>
    );
  }
  return (
    <div class="task-actions" ref={frame} onKeyDown={onKeyDown}>
      {trouble && trouble.kind !== "failure" && (
        <TroubleNotice trouble={trouble} typed={draft.comment} onGoOn={deciding.goOn} />
      )}
      <Form
        failure={trouble?.kind === "failure" ? trouble.failure : undefined}
        onSubmit={() => void decide()}
      >
        <Fields {...props} deciding={deciding} />
        {draft.mode === "primary" ? (
          <PrimaryButtons task={task} deciding={deciding} word={word} />
        ) : (
          <SideButtons deciding={deciding} />
        )}
      </Form>
    </div>
  );
}
