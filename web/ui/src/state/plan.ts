// The filing plan, loaded once a session and shared by the tree, the palette and the breadcrumbs.
import { computed, signal } from "@preact/signals";
import { getFilePlan } from "../api/objects.ts";
import { type Failure, failureOf } from "../api/failure.ts";
import type { FilePlan, Unit } from "../api/types.ts";

export const plan = signal<FilePlan | null>(null);
export const planFailure = signal<Failure | null>(null);

// Where it is there already, an older one is better than none.
export async function loadPlan(): Promise<void> {
  planFailure.value = null;
  try {
    plan.value = await getFilePlan();
  } catch (error) {
    if (!plan.value) planFailure.value = failureOf(error);
  }
}

const byCode = (a: Unit, b: Unit) => a.code.localeCompare(b.code, "de", { numeric: true });

// Units by parent; those at the top under "".
export const childUnits = computed(() => {
  const children = new Map<string, Unit[]>();
  const units = plan.value?.units ?? [];
  const known = new Set(units.map((unit) => unit.id));
  for (const unit of units) {
    // A unit whose parent the asker may not see stands at the top.
    const parent = unit.parent && known.has(unit.parent) ? unit.parent : "";
    const list = children.get(parent);
    if (list) list.push(unit);
    else children.set(parent, [unit]);
  }
  for (const list of children.values()) list.sort(byCode);
  return children;
});

export const unitsById = computed(
  () => new Map((plan.value?.units ?? []).map((unit) => [unit.id, unit])),
);

// undefined: there is none, or not for the asker.
export function nameOfUnit(id: string): string | undefined {
  const unit = unitsById.value.get(id);
  return unit && `${unit.code} ${unit.title}`;
}

// From the top down to the unit itself.
export function pathOfUnit(id: string): Unit[] {
  const path: Unit[] = [];
  for (let unit = unitsById.value.get(id); unit; unit = unitsById.value.get(unit.parent ?? "")) {
    path.unshift(unit);
  }
  return path;
}

// How long what lies under the unit is kept and what then happens: its own rule or the nearest above.
export function rulesOfUnit(id: string): Pick<Unit, "retention" | "appraisal"> {
  const path = pathOfUnit(id);
  const retention = path.findLast((unit) => unit.retention)?.retention;
  const appraisal = path.findLast((unit) => unit.appraisal)?.appraisal;
  return { ...(retention && { retention }), ...(appraisal && { appraisal }) };
}
