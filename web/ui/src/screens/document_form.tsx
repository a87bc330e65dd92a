// Changing what is known of a document. A change by someone else meanwhile is told and waits until it
// is taken over; what was typed stays.
import { useEffect, useRef, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import { changeDocument } from "../api/objects.ts";
import { directions, type Document, documentTypes } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { optionsOf, SelectField, TextArea, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { showToast } from "../state/toasts.ts";
import { t } from "../text/messages.ts";

interface FormProps {
  document: Document;
  onSaved: (next: Document) => void;
  onReload: () => void;
  onClose: () => void;
}

const valuesOf = (document: Document) => ({
  subject: document.subject,
  type: document.type,
  direction: document.direction,
  sender: document.sender ?? "",
  recipients: (document.recipients ?? []).join("; "),
  letter_date: document.letter_date ?? "",
  received_on: document.received_on ?? "",
  sent_on: document.sent_on ?? "",
  foreign_reference: document.foreign_reference ?? "",
  business_reference: document.business_reference ?? "",
});

type Values = ReturnType<typeof valuesOf>;

// What was typed, over what the others wrote meanwhile.
export function takenOver(typed: Values, from: Document, to: Document): Values {
  const before: Record<string, string> = valuesOf(from);
  const mine = Object.entries(typed).filter(([name, value]) => value !== before[name]);
  return { ...valuesOf(to), ...Object.fromEntries(mine) };
}

const days = ["letter_date", "received_on", "sent_on"] as const;

export function DocumentForm({ document, onSaved, onReload, onClose }: FormProps) {
  const [values, setValues] = useState(() => valuesOf(document));
  // What the form stands on; saving another revision would undo unseen what others did.
  const [seen, setSeen] = useState(document);
  const isWanted = useRef(false);
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const set = (next: Partial<typeof values>) => setValues({ ...values, ...next });
  const words = t().document;
  const isOld = document.revision !== seen.revision;
  const takeOver = () => {
    setValues(takenOver(values, seen, document));
    setSeen(document);
    setFailure(undefined);
  };
  // Asked for after a refusal: then it need not be asked for a second time.
  const reload = () => {
    isWanted.current = true;
    if (isOld) takeOver();
    else onReload();
  };
  useEffect(() => {
    if (!isWanted.current || !isOld) return;
    isWanted.current = false;
    takeOver();
  }, [document.revision]);
  const error = (name: string) => failure?.fields[name];

  const save = async () => {
    setAsked(true);
    if (!values.subject.trim()) return;
    setBusy(true);
    setFailure(undefined);
    const recipients = values.recipients.split(";").map((each) => each.trim());
    const dates = Object.fromEntries(days.map((day) => [day, values[day] || null]));
    try {
      const next = await changeDocument(document.id, seen.revision, {
        ...values,
        ...dates,
        recipients: recipients.filter(Boolean),
      });
      showToast({ kind: "done", text: words.saved });
      onSaved(next);
    } catch (caught) {
      setFailure(failureOf(caught));
      setBusy(false);
    }
  };

  const missing = asked && !values.subject.trim() ? words.subjectMissing : undefined;
  return (
    <Form look="scrolling" failure={failure} onReload={reload} onSubmit={() => void save()}>
      {isOld && !failure && (
        <p class="notice amber" role="status">
          {words.changedMeanwhile}{" "}
          <button type="button" class="link-button" onClick={takeOver}>
            {words.takeOver}
          </button>
        </p>
      )}
      <TextArea
        label={t().column.subject}
        value={values.subject}
        onInput={(subject) => set({ subject })}
        error={missing ?? error("subject")}
      />
      <div class="two">
        <SelectField
          label={t().column.type}
          value={values.type}
          options={optionsOf(documentTypes, t().types)}
          onChange={(type) => set({ type })}
        />
        <SelectField
          label={words.direction}
          value={values.direction}
          options={optionsOf(directions, t().directions)}
          onChange={(direction) => set({ direction })}
        />
      </div>
      <TextField
        label={words.sender}
        value={values.sender}
        onInput={(sender) => set({ sender })}
        error={error("sender")}
      />
      <TextField
        label={words.recipients}
        value={values.recipients}
        onInput={(recipients) => set({ recipients })}
        error={error("recipients")}
      />
      <div class="two">
        <TextField
          label={words.letterDate}
          type="date"
          value={values.letter_date}
          onInput={(letter_date) => set({ letter_date })}
          error={error("letter_date")}
        />
        <TextField
          label={words.receivedOn}
          type="date"
          value={values.received_on}
          onInput={(received_on) => set({ received_on })}
          error={error("received_on")}
        />
      </div>
      <div class="two">
        <TextField
          label={words.foreign}
          value={values.foreign_reference}
          onInput={(foreign_reference) => set({ foreign_reference })}
          error={error("foreign_reference")}
        />
        <TextField
          label={words.own}
          value={values.business_reference}
          onInput={(business_reference) => set({ business_reference })}
          error={error("business_reference")}
        />
      </div>
      <div class="dialog-actions">
        <Button onClick={onClose}>{t().common.cancel}</Button>
        <Button kind="primary" type="submit" disabled={busy}>
          {t().common.save}
        </Button>
      </div>
    </Form>
  );
}
