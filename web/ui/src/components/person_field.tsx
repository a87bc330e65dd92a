// A person (or an office) by a few letters of the name.
import { type Choice, findChoices, type Kinds } from "../state/find_people.ts";
import { w } from "../text/workflow.ts";
import { ChoiceField, type ChoiceKind } from "./choice_field.tsx";
import { Initials } from "./initials.tsx";
import { MarkedWords } from "./marks.tsx";

interface PersonFieldProps {
  label: string;
  value: Choice | undefined;
  // undefined while what stands there names nobody.
  onChange: (next: Choice | undefined) => void;
  kinds?: Kinds;
  error?: string | undefined;
  focus?: boolean;
}

const people = (kinds: Kinds): ChoiceKind<Choice> => ({
  keyOf: (choice) => choice.subject.id,
  nameOf: (choice) => choice.name,
  find: (text) => findChoices(text, kinds),
  lettersMin: 0,
  render: (choice, query) => (
    <>
      <Initials name={choice.name} />
      <span class="choice-text">
        <span>
          <MarkedWords text={choice.name} query={query} />
        </span>
        <span class="meta">{choice.note}</span>
      </span>
    </>
  ),
  words: w().person,
});

export function PersonField({ label, value, onChange, kinds = "people", error, focus }: PersonFieldProps) {
  return (
    <ChoiceField
      label={label}
      kind={people(kinds)}
      value={value}
      onChange={onChange}
      error={error}
      focus={focus}
    />
  );
}
