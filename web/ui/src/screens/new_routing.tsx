// Sends a document round: by a template, with somebody for each of its open places, or by steps put
// together here, one after the other or side by side.
import { Plus } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import type { Document } from "../api/types.ts";
import {
  listRoutingTemplates,
  type NewRouting as Wanted,
  type NewStage,
  type Routing,
  type RoutingTemplate,
  startRouting,
} from "../api/workflow.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { useResource } from "../state/resource.ts";
import { loadTasks } from "../state/tasks.ts";
import { showToast } from "../state/toasts.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";
import { newRow, type Row, StepRows } from "./step_rows.tsx";
import { openPlaces, type Places, TemplateSteps } from "./template_steps.tsx";

// Rows marked "beside" join the stage of the row before.
export function stagesFrom(rows: readonly Row[]): NewStage[] {
  const stages: NewStage[] = [];
  rows.forEach((row, i) => {
    const step = {
      directive: row.directive,
      ...(row.who && { assignee: row.who.subject }),
      ...(row.instruction.trim() && { instruction: row.instruction.trim() }),
      ...(row.due && { due_on: row.due }),
    };
    const last = stages.at(-1);
    if (row.beside && i > 0 && last) last.steps.push(step);
    else stages.push({ steps: [step] });
  });
  return stages;
}

// Which row a stage's step came from: the server's errors name stage and step.
export function rowAt(rows: readonly Row[], stage: number, step: number): number {
  const before = stagesFrom(rows)
    .slice(0, stage)
    .reduce((sum, each) => sum + each.steps.length, 0);
  return before + step;
}

// The server's errors by row and field.
function rowErrors(rows: readonly Row[], failure: Failure | undefined): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [place, text] of Object.entries(failure?.places ?? {})) {
    const found = /^stages\/(\d+)(?:\/steps\/(\d+)(?:\/(\w+))?)?$/.exec(place);
    if (!found) continue;
    const row = rowAt(rows, Number(found[1]), Number(found[2] ?? 0));
    errors[`${row}/${found[3] ?? "assignee"}`] = text;
  }
  return errors;
}

interface NewRoutingProps {
  document: Document;
  onStarted: (routing: Routing) => void;
  onClose: () => void;
}

// What is sent again unchanged, after the line broke, carries the same key and starts once.
function useIdempotencyKey() {
  const last = useRef({ body: "", key: "" });
  return (wanted: Wanted): string => {
    const body = JSON.stringify(wanted);
    if (last.current.body !== body) last.current = { body, key: crypto.randomUUID() };
    return last.current.key;
  };
}

function isComplete(template: RoutingTemplate | undefined, rows: Row[], places: Places): boolean {
  if (!template) return rows.every((row) => row.who !== undefined);
  return openPlaces(template).every((place) => places[place] !== undefined);
}

export function NewRouting({ document, onStarted, onClose }: NewRoutingProps) {
  const templates = useResource("routing-templates", listRoutingTemplates);
  const [way, setWay] = useState("");
  const [title, setTitle] = useState("");
  const [rows, setRows] = useState<Row[]>(() => [newRow()]);
  const [places, setPlaces] = useState<Places>({});
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const keyFor = useIdempotencyKey();
  const words = w().start;
  const template = templates.value?.items.find((each) => each.id === way);

  const submit = async () => {
    setAsked(true);
    if (busy || !isComplete(template, rows, places)) return;
    setBusy(true);
    setFailure(undefined);
    const wanted: Wanted = {
      document_id: document.id,
      ...(title.trim() && { title: title.trim() }),
      ...(template
        ? {
            template_id: template.id,
            assignees: openPlaces(template).flatMap((place) => places[place]?.subject ?? []),
          }
        : { stages: stagesFrom(rows) }),
    };
    try {
      const routing = await startRouting(wanted, keyFor(wanted));
      showToast({ kind: "done", text: words.started });
      void loadTasks();
      onStarted(routing);
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={words.title} look="wide" onClose={onClose}>
      <p class="meta">{document.subject}</p>
      <Form failure={failure} onSubmit={() => void submit()}>
        <SelectField
          label={words.way}
          value={way}
          focus
          options={[
            { value: "", label: words.ownWay },
            ...(templates.value?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(next) => {
            setWay(next);
            setPlaces({});
            setAsked(false);
          }}
        />
        {templates.failure && <p class="notice">{words.templatesFailed}</p>}
        {template ? (
          <TemplateSteps
            template={template}
            places={places}
            onChange={setPlaces}
            asked={asked}
            failure={failure}
          />
        ) : (
          <>
            <StepRows
              rows={rows}
              onChange={setRows}
              asked={asked}
              errors={rowErrors(rows, failure)}
            />
            <p>
              <Button icon={Plus} onClick={() => setRows([...rows, newRow()])}>
                {words.add}
              </Button>
            </p>
          </>
        )}
        <TextField
          label={words.name}
          value={title}
          onInput={setTitle}
          optional
          error={failure?.fields["title"]}
        />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t().common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            {words.submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
