// What is said of an item, prefilled from what is known; it goes into the dossier with it.
import type { InboundFields, InboundItem, LetterFieldName, ProposedField } from "../api/inbox.ts";
import { documentTypes, type DocumentType } from "../api/types.ts";
import { DueChip } from "../components/due_chip.tsx";
import { optionsOf, SelectField, TextArea, TextField } from "../components/field.tsx";
import { post } from "../text/inbox.ts";
import { t } from "../text/messages.ts";

export interface ItemValues {
  subject: string;
  sender: string;
  type: DocumentType;
  foreign_reference: string;
  letter_date: string;
  received_on: string;
  deadline: string;
  note: string;
}

export const valuesOf = (item: InboundItem): ItemValues => ({
  subject: item.subject,
  sender: item.sender,
  type: item.type,
  foreign_reference: item.foreign_reference,
  letter_date: item.letter_date ?? "",
  received_on: item.received_on ?? "",
  deadline: item.deadline ?? "",
  note: item.note,
});

export const fieldsOf = (values: ItemValues): InboundFields => ({
  ...values,
  subject: values.subject.trim(),
  letter_date: values.letter_date || null,
  received_on: values.received_on || null,
  deadline: values.deadline || null,
});

interface FieldsProps {
  values: ItemValues;
  // What was read out of the letter.
  letter: readonly ProposedField[];
  // A field that stands in the letter is gone to.
  onField: (proposed: ProposedField) => void;
  onChange: (next: Partial<ItemValues>) => void;
  errorOf: (name: keyof ItemValues) => string | undefined;
}

export function ItemFields({ values, letter, onField, onChange, errorOf }: FieldsProps) {
  const words = post();
  const told = (name: LetterFieldName) => {
    const proposed = letter.find(({ field, value }) => field === name && value === values[name]);
    return {
      hint: proposed && words.readIn(proposed),
      onFocus: proposed?.page ? () => onField(proposed) : undefined,
    };
  };
  return (
    <>
      <TextArea
        label={words.subject}
        value={values.subject}
        onInput={(subject) => onChange({ subject })}
        error={errorOf("subject")}
      />
      <TextField
        label={words.sender}
        value={values.sender}
        onInput={(sender) => onChange({ sender })}
        error={errorOf("sender")}
        {...told("sender")}
      />
      <div class="two">
        <SelectField
          label={words.type}
          value={values.type}
          options={optionsOf(documentTypes, t().types)}
          onChange={(type) => onChange({ type })}
          error={errorOf("type")}
          {...told("type")}
        />
        <TextField
          label={words.foreignReference}
          value={values.foreign_reference}
          onInput={(foreign_reference) => onChange({ foreign_reference })}
          error={errorOf("foreign_reference")}
          {...told("foreign_reference")}
        />
      </div>
      <div class="two">
        <TextField
          label={words.letterDate}
          type="date"
          value={values.letter_date}
          onInput={(letter_date) => onChange({ letter_date })}
          error={errorOf("letter_date")}
          {...told("letter_date")}
        />
        <TextField
          label={words.receivedOn}
          type="date"
          value={values.received_on}
          onInput={(received_on) => onChange({ received_on })}
          error={errorOf("received_on")}
        />
      </div>
      <div class="inbox-deadline">
        <TextField
          label={words.deadline}
          type="date"
          value={values.deadline}
          onInput={(deadline) => onChange({ deadline })}
          error={errorOf("deadline")}
          {...told("deadline")}
        />
        <DueChip due={values.deadline || undefined} />
      </div>
      <TextArea
        label={words.note}
        value={values.note}
        onInput={(note) => onChange({ note })}
        error={errorOf("note")}
        optional
      />
    </>
  );
}
