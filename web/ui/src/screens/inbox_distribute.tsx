// Handing items on, to a unit's inbox or into a person's basket, with a note and a deadline.
import { useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import { distribute, type InboundItem } from "../api/inbox.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { TextArea, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { PersonField } from "../components/person_field.tsx";
import type { Choice } from "../state/find_people.ts";
import { showToast } from "../state/toasts.ts";
import { post } from "../text/inbox.ts";
import { t } from "../text/messages.ts";

interface DistributeProps {
  items: readonly InboundItem[];
  onDone: (items: readonly InboundItem[]) => void;
  onClose: () => void;
}

export function Distribute({ items, onDone, onClose }: DistributeProps) {
  const [to, setTo] = useState<Choice>();
  const [note, setNote] = useState("");
  const [deadline, setDeadline] = useState("");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const words = post();
  const isGroup = to?.subject.kind === "group";
  const submit = async () => {
    setAsked(true);
    if (!to || isGroup) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await distribute({
        items: items.map(({ id, revision }) => ({ id, revision })),
        ...(to.subject.kind === "user"
          ? { user_id: to.subject.id }
          : { org_unit_id: to.subject.id }),
        note,
        ...(deadline && { deadline }),
      });
      showToast({ kind: "done", text: words.distributeDone(items.length, to.name) });
      onDone(items);
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  let missing: string | undefined;
  if (asked && !to) missing = words.distributeMissing;
  if (asked && isGroup) missing = words.distributeGroup;
  return (
    <Dialog title={words.distributeTitle(items.length)} onClose={onClose}>
      <Form failure={failure} onSubmit={() => void submit()}>
        <PersonField
          label={words.distributeTo}
          kinds="people_and_units"
          value={to}
          onChange={setTo}
          focus
          error={missing ?? failure?.fields["user_id"] ?? failure?.fields["org_unit_id"]}
        />
        <TextArea
          label={words.note}
          value={note}
          onInput={setNote}
          optional
          error={failure?.fields["note"]}
        />
        <TextField
          label={words.optionalDeadline}
          type="date"
          value={deadline}
          onInput={setDeadline}
          optional
          error={failure?.fields["deadline"]}
        />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t().common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            {words.distributeSubmit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
