// A dossier by a few letters of its title or reference.
import { type DossierChoice, findDossiers } from "../state/dossier_choices.ts";
import { post } from "../text/inbox.ts";
import { ChoiceField, type ChoiceKind } from "./choice_field.tsx";
import { MarkedWords } from "./marks.tsx";

interface DossierFieldProps {
  value: DossierChoice | undefined;
  // undefined while what stands there names none.
  onChange: (next: DossierChoice | undefined) => void;
  error?: string | undefined;
}

const dossiers = (): ChoiceKind<DossierChoice> => ({
  keyOf: (choice) => choice.id,
  nameOf: (choice) => `${choice.reference} ${choice.title}`,
  find: findDossiers,
  lettersMin: 2,
  render: (choice, query) => (
    <span class="choice-text">
      <span>
        <MarkedWords text={choice.title} query={query} />
      </span>
      <span class="meta figures">{choice.reference}</span>
    </span>
  ),
  words: { hint: post().dossierHint, none: post().dossierNone, found: post().dossierFound },
});

export function DossierField({ value, onChange, error }: DossierFieldProps) {
  return (
    <ChoiceField
      label={post().dossier}
      kind={dossiers()}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
