// Absences: who stands in for me, and for whom I stand in.
import { Plus, UserRoundCheck, X } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import { createSubstitution, removeSubstitution, type Substitution } from "../api/workflow.ts";
import { Button, IconButton } from "../components/button.tsx";
import { Chip } from "../components/chip.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Icon } from "../components/icon.tsx";
import { PersonField } from "../components/person_field.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import type { Choice } from "../state/find_people.ts";
import { nameOfPerson } from "../state/people.ts";
import {
  isRunning,
  loadSubstitutions,
  myAbsences,
  myDeputyships,
  substitutions,
  substitutionsFailure,
} from "../state/substitutions.ts";
import { showFailure, showToast } from "../state/toasts.ts";
import { today } from "../text/days.ts";
import { formatDate } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";

const fieldsOf = ({ deputy, first_day, last_day }: Substitution) => ({ deputy, first_day, last_day });

async function remove(substitution: Substitution): Promise<void> {
  try {
    await removeSubstitution(substitution.id, substitution.revision);
    showToast({
      kind: "done",
      text: w().substitution.removed,
      undo: async () => {
        await createSubstitution(fieldsOf(substitution));
        await loadSubstitutions();
      },
    });
  } catch (error) {
    showFailure(error);
  }
  await loadSubstitutions();
}

function Row({ substitution, mine }: { substitution: Substitution; mine: "absent" | "deputy" }) {
  const words = w().substitution;
  const name = nameOfPerson(mine === "absent" ? substitution.deputy : substitution.absent);
  return (
    <li class="line">
      <Icon of={UserRoundCheck} />
      <span class="line-text">
        <span class="line-title">
          {mine === "absent" ? words.represents(name) : words.forPerson(name)}
        </span>
        <span class="meta figures">
          {formatDate(substitution.first_day)} – {formatDate(substitution.last_day)}
        </span>
      </span>
      {isRunning(substitution) && <Chip tone="green">{words.running}</Chip>}
      {mine === "absent" && (
        <IconButton icon={X} label={words.remove(name)} onClick={() => void remove(substitution)} />
      )}
    </li>
  );
}

interface Values {
  deputy: Choice | undefined;
  first: string;
  last: string;
}

function missingIn(values: Values): Record<string, string> {
  const words = w().substitution;
  const missing: Record<string, string> = {};
  if (!values.deputy) missing["deputy"] = words.deputyMissing;
  if (!values.first) missing["first_day"] = words.dayMissing;
  if (!values.last) missing["last_day"] = words.dayMissing;
  else if (values.last < values.first) missing["last_day"] = words.lastBeforeFirst;
  return missing;
}

function NewAbsence() {
  const blank = (): Values => ({ deputy: undefined, first: today(), last: "" });
  const [values, setValues] = useState<Values>(blank);
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const words = w().substitution;
  const set = (next: Partial<Values>) => setValues({ ...values, ...next });
  const missing = asked ? missingIn(values) : {};
  const error = (name: string) => missing[name] ?? failure?.fields[name];

  const submit = async () => {
    setAsked(true);
    if (!values.deputy || Object.keys(missingIn(values)).length > 0) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await createSubstitution({
        deputy: values.deputy.subject.id,
        first_day: values.first,
        last_day: values.last,
      });
      showToast({ kind: "done", text: words.entered });
      setValues(blank());
      setAsked(false);
      // The field for the person begins anew, too.
      setRound((n) => n + 1);
      await loadSubstitutions();
    } catch (caught) {
      setFailure(failureOf(caught));
    }
    setBusy(false);
  };
  return (
    <section class="new-absence" aria-labelledby="new-absence">
      <h2 id="new-absence">{words.enter}</h2>
      <Form failure={failure} onSubmit={() => void submit()}>
        <PersonField
          key={round}
          label={words.deputy}
          value={values.deputy}
          onChange={(deputy) => set({ deputy })}
          error={error("deputy")}
        />
        <div class="two">
          <TextField
            label={words.firstDay}
            type="date"
            value={values.first}
            onInput={(first) => set({ first })}
            error={error("first_day")}
          />
          <TextField
            label={words.lastDay}
            type="date"
            value={values.last}
            onInput={(last) => set({ last })}
            error={error("last_day")}
          />
        </div>
        <p>
          <Button kind="primary" type="submit" icon={Plus} disabled={busy}>
            {words.submit}
          </Button>
        </p>
      </Form>
    </section>
  );
}

interface ListProps {
  title: string;
  empty: string;
  list: readonly Substitution[];
  mine: "absent" | "deputy";
}

function List({ title, empty, list, mine }: ListProps) {
  return (
    <section>
      <h2>{title}</h2>
      {list.length === 0 ? (
        <p class="meta">{empty}</p>
      ) : (
        <ul class="lines">
          {list.map((each) => (
            <Row key={each.id} substitution={each} mine={mine} />
          ))}
        </ul>
      )}
    </section>
  );
}

export function Substitutions() {
  const words = w().substitution;
  useEffect(() => void loadSubstitutions(), []);
  let body = <Skeleton rows={4} />;
  if (substitutionsFailure.value) {
    body = (
      <FailureView
        failure={substitutionsFailure.value}
        onRetry={() => void loadSubstitutions()}
      />
    );
  } else if (substitutions.value) {
    body = (
      <div class="substitution-lists">
        <List
          title={words.absences}
          empty={words.absencesEmpty}
          list={myAbsences.value}
          mine="absent"
        />
        <List
          title={words.deputyships}
          empty={words.deputyshipsEmpty}
          list={myDeputyships.value}
          mine="deputy"
        />
      </div>
    );
  }
  return (
    <div class="substitutions scroll">
      <header class="screen-head">
        <h1>{t().nav.substitutions}</h1>
        <p class="meta">{words.lead}</p>
      </header>
      <div class="substitution-columns">
        {body}
        <NewAbsence />
      </div>
    </div>
  );
}
