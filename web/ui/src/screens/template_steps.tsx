// The steps of a template, with a field for each place that it leaves open.
import type { Failure } from "../api/failure.ts";
import type { NewStep, RoutingTemplate } from "../api/workflow.ts";
import { PersonField } from "../components/person_field.tsx";
import type { Choice } from "../state/find_people.ts";
import { nameOf } from "../state/people.ts";
import { t } from "../text/messages.ts";
import { w } from "../text/workflow.ts";

// By "stage/step".
export type Places = Record<string, Choice | undefined>;

const placeOf = (stage: number, step: number) => `${stage}/${step}`;

// The places that have to be filled, in the order in which the server wants them.
export const openPlaces = (template: RoutingTemplate): string[] =>
  template.stages.flatMap((stage, i) =>
    stage.steps.flatMap((step, j) => (step.assignee ? [] : [placeOf(i, j)])),
  );

// Errors name the people by their place in the list that was sent.
function errorAt(failure: Failure | undefined, index: number): string | undefined {
  const places = failure?.places ?? {};
  return places[`stages/0/steps/${index}/assignee`] ?? places[`assignees/${index}`];
}

interface StepsProps {
  template: RoutingTemplate;
  places: Places;
  onChange: (next: Places) => void;
  asked: boolean;
  failure: Failure | undefined;
}

export function TemplateSteps({ template, places, onChange, asked, failure }: StepsProps) {
  const open = openPlaces(template);
  const field = (step: NewStep, place: string) => (
    <PersonField
      label={`${t().directives[step.directive]}: ${w().start.assignee}`}
      kinds="people_and_units"
      value={places[place]}
      onChange={(choice) => onChange({ ...places, [place]: choice })}
      error={
        errorAt(failure, open.indexOf(place)) ??
        (asked && !places[place] ? w().decide.personMissing : undefined)
      }
    />
  );
  return (
    <ol class="template-steps" aria-label={w().start.steps}>
      {template.stages.map((stage, i) => (
        <li key={i} class={stage.steps.length > 1 ? "stage side-by-side" : "stage"}>
          {stage.steps.length > 1 && <p class="meta">{w().slip.besides(stage.steps.length)}</p>}
          {stage.steps.map((step, j) => (
            <div key={j} class="template-step">
              {step.assignee ? (
                <p>
                  <strong>{nameOf(step.assignee)}</strong>{" "}
                  <span class="meta">{t().directives[step.directive]}</span>
                </p>
              ) : (
                field(step, placeOf(i, j))
              )}
              <p class="meta">
                {[
                  step.instruction,
                  step.due_days !== undefined && w().slip.dueDays(step.due_days),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}
