// Sending documents round: the objects of web/api/openapi.yaml by the same names, and one function for
// each thing asked of the server.
import { ask, queryOf } from "./client.ts";
import type { Page } from "./types.ts";

export const directives = ["co_sign", "final_sign", "approve", "process", "acknowledge"] as const;
export type Directive = (typeof directives)[number];

export interface Assignee {
  kind: "user" | "group" | "org_unit";
  id: string;
}

export interface VersionMark {
  number: number;
  sha256: string;
}

export type TaskKind = "step" | "consultation" | "rework" | "reassign";
export type TaskState = "open" | "decided" | "delegated" | "superseded" | "lapsed";
export type StepState = "waiting" | "open" | "stuck" | "done" | "cancelled";
export type RoutingState = "running" | "returned" | "completed" | "withdrawn";

export interface Task {
  id: string;
  kind: TaskKind;
  routing_id: string;
  revision: number;
  initiator: string;
  // Of its step, from 1; 0: the task has no step.
  stage: number;
  stages: number;
  document_id: string;
  subject: string;
  file_reference: string;
  version: VersionMark;
  title: string;
  directive?: Directive;
  instruction?: string;
  holder?: Assignee;
  on_behalf_of?: string;
  opened: string;
  due?: string;
  asked_by?: string;
  question?: string;
}

export interface RoutingStep {
  id: string;
  stage: number;
  directive: Directive;
  assignee?: Assignee;
  instruction?: string;
  due_on?: string;
  due_days?: number;
  state: StepState;
}

export interface RoutingTask {
  id: string;
  kind: TaskKind;
  state: TaskState;
  step?: string;
  holder?: Assignee;
  opened: string;
  ended?: string;
  due?: string;
  asked_by?: string;
  question?: string;
  // The asker may decide it.
  own: boolean;
  on_behalf_of?: string;
}

export type Act =
  | "started"
  | "done"
  | "signed"
  | "returned"
  | "delegated"
  | "consulted"
  | "answered"
  | "resumed"
  | "reassigned"
  | "taken_over"
  | "withdrawn";

export interface SlipEntry {
  act: Act;
  at: string;
  by: string;
  on_behalf_of?: string;
  step?: string;
  version: VersionMark;
  older_version: boolean;
  to?: Assignee;
  target?: string;
  comment?: string;
}

export interface Routing {
  id: string;
  revision: number;
  document_id: string;
  title: string;
  template_id?: string;
  state: RoutingState;
  version: VersionMark;
  initiator: string;
  is_initiator: boolean;
  created: string;
  ended?: string;
  steps: RoutingStep[];
  tasks: RoutingTask[];
  slip: SlipEntry[];
}

export interface MovedRouting {
  id: string;
  revision: number;
  document_id: string;
  state: RoutingState;
}

export interface NewStep {
  directive: Directive;
  assignee?: Assignee;
  instruction?: string;
  due_on?: string;
  due_days?: number;
}

export interface NewStage {
  steps: NewStep[];
}

export interface RoutingTemplate {
  id: string;
  name: string;
  stages: NewStage[];
}

export interface NewRouting {
  document_id: string;
  title?: string;
  template_id?: string;
  assignees?: Assignee[];
  stages?: NewStage[];
}

export interface Decision {
  decision: "done" | "sign" | "return" | "delegate" | "consult" | "answer" | "reassign";
  version?: VersionMark;
  comment?: string;
  on_behalf_of?: string;
  target?: string;
  to?: Assignee;
}

export interface Person {
  id: string;
  display_name: string;
  org_unit?: string;
  // Only while a substitution is running.
  absence?: { until: string; deputies: string[] };
}

export interface SubstitutionFields {
  deputy: string;
  first_day: string;
  last_day: string;
}

export interface Substitution extends SubstitutionFields {
  id: string;
  revision: number;
  absent: string;
}

const post = (json: unknown, revision?: number) => ({
  method: "POST" as const,
  json,
  ...(revision === undefined ? {} : { revision }),
});

export const listTasks = (cursor?: string, limit = 50) =>
  ask<Page<Task>>(`/tasks${queryOf({ cursor, limit })}`);
// The revision is the routing's, as it was seen.
export const decideTask = (id: string, revision: number, decision: Decision) =>
  ask<MovedRouting>(`/tasks/${id}/decision`, post(decision, revision));

export const getRouting = (id: string) => ask<Routing>(`/routings/${id}`);
export const listRoutings = (document: string) =>
  ask<Page<Routing>>(`/routings${queryOf({ document, limit: 100 })}`);
export const listRoutingTemplates = () =>
  ask<Page<RoutingTemplate>>("/routing-templates?limit=200");
// Sent again with the same key, it starts once.
export const startRouting = (routing: NewRouting, key: string) =>
  ask<Routing>("/routings", { ...post(routing), headers: { "Idempotency-Key": key } });
export const withdrawRouting = (
  id: string,
  revision: number,
  body: { comment?: string; on_behalf_of?: string },
) => ask<MovedRouting>(`/routings/${id}/withdraw`, post(body, revision));
export const reassignStep = (
  id: string,
  revision: number,
  body: { step: string; to: Assignee; comment?: string; on_behalf_of?: string },
) => ask<MovedRouting>(`/routings/${id}/reassign`, post(body, revision));
export const takeOverRouting = (id: string, revision: number) =>
  ask<MovedRouting>(`/routings/${id}/take-over`, { method: "POST", revision });

export const findPeople = (q: string, limit = 8) =>
  ask<Page<Person>>(`/people${queryOf({ q, limit })}`);
// Those who left are among them, for their names stand in the records. At most 100 ids.
export const getPeople = (ids: string[]) =>
  ask<Page<Person>>(`/people${queryOf({ ids: ids.join(",") })}`);
// For system administrators.
export const listGroups = () => ask<Page<{ id: string; name: string }>>("/groups?limit=500");

export const listSubstitutions = () => ask<Page<Substitution>>("/substitutions");
export const createSubstitution = (fields: SubstitutionFields) =>
  ask<Substitution>("/substitutions", post(fields));
export const removeSubstitution = (id: string, revision: number) =>
  ask<void>(`/substitutions/${id}`, { method: "DELETE", revision });
