// Changing what is known of a document. A change by someone else meanwhile is told, and what was
// typed stays.
import { useState } from "preact/hooks";
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

const days = ["letter_date", "received_on", "sent_on"] as const;

export function DocumentForm({ document, onSaved, onReload, onClose }: FormProps) {
  const [values, setValues] = useState(() => valuesOf(document));
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const set = (next: Partial<typeof values>) => setValues({ ...values, ...next });
  const words = t().document;
  const error = (name: string) => failure?.fields[name];

  const save = async () => {
    setAsked(true);
    if (!values.subject.trim()) return;
    setBusy(true);
    setFailure(undefined);
    const recipients = values.recipients.split(";").map((each) => each.trim());
    const dates = Object.fromEntries(days.map((day) => [day, values[day] || null]));
    try {
      const next = await changeDocument(document.id, document.revision, {
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
    <Form look="scrolling" failure={failure} onReload={onReload} onSubmit={() => void save()}>
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
