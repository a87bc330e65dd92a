// Asks before something is done to a routing: perhaps to whom, and a word about it.
import { useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import type { Assignee } from "../api/workflow.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { TextArea } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { PersonField } from "../components/person_field.tsx";
import type { Choice } from "../state/find_people.ts";
import { showToast } from "../state/toasts.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";

export interface SlipQuestion {
  title: string;
  text: string;
  submit: string;
  asksWho: boolean;
  // What is told when it is done.
  done: string;
  run: (answer: { comment: string; to: Assignee | undefined }) => Promise<unknown>;
}

interface SlipDialogProps {
  question: SlipQuestion;
  onClose: () => void;
  onDone: () => void;
  // Shows again what was changed meanwhile.
  onReload: () => void;
}

export function SlipDialog({ question, onClose, onDone, onReload }: SlipDialogProps) {
  const [comment, setComment] = useState("");
  const [to, setTo] = useState<Choice>();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const submit = async () => {
    setAsked(true);
    if (question.asksWho && !to) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await question.run({ comment: comment.trim(), to: to?.subject });
      showToast({ kind: "done", text: question.done });
      onDone();
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={question.title} onClose={onClose}>
      {question.text && <p>{question.text}</p>}
      <Form
        failure={failure}
        onReload={() => {
          onClose();
          onReload();
        }}
        onSubmit={() => void submit()}
      >
        {question.asksWho && (
          <PersonField
            label={w().decide.assignTo}
            kinds="people_and_units"
            value={to}
            onChange={setTo}
            focus
            error={failure?.fields["to"] ?? (asked && !to ? w().decide.personMissing : undefined)}
          />
        )}
        <TextArea
          label={w().decide.comment}
          value={comment}
          onInput={setComment}
          optional
          focus={!question.asksWho}
          error={failure?.fields["comment"]}
        />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t().common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            {question.submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
