// Who stands in for me and for whom I stand in, as far as it is not over.
import { computed, signal } from "@preact/signals";
import { type Failure, failureOf } from "../api/failure.ts";
import { session } from "../api/session.ts";
import { listSubstitutions, type Substitution } from "../api/workflow.ts";
import { today } from "../text/days.ts";

export const substitutions = signal<readonly Substitution[] | null>(null);
export const substitutionsFailure = signal<Failure | null>(null);

export async function loadSubstitutions(): Promise<void> {
  try {
    substitutions.value = (await listSubstitutions()).items;
    substitutionsFailure.value = null;
  } catch (error) {
    substitutionsFailure.value = failureOf(error);
  }
}

const byFirstDay = (a: Substitution, b: Substitution) => a.first_day.localeCompare(b.first_day);
const whose = (role: "absent" | "deputy") =>
  computed(() => {
    const me = session.value?.user.id;
    return (substitutions.value ?? []).filter((each) => each[role] === me).toSorted(byFirstDay);
  });

export const myAbsences = whose("absent");
export const myDeputyships = whose("deputy");

export const isRunning = ({ first_day, last_day }: Substitution, day = today()): boolean =>
  first_day <= day && day <= last_day;
