// The filing plan as a tree: units from the plan, dossiers asked for when a leaf is opened.
import { signal } from "@preact/signals";
import { Folder } from "lucide-preact";
import { useEffect, useRef } from "preact/hooks";
import { listDossiers } from "../api/objects.ts";
import type { Dossier, Unit } from "../api/types.ts";
import { FailureView, Skeleton } from "../components/states.tsx";
import { Tree, type TreeNode } from "../components/tree.tsx";
import { navigate, pathOf, place } from "../router/router.ts";
import { useLiveList } from "../state/live.ts";
import { childUnits, loadPlan, pathOfUnit, plan, planFailure, unitsById } from "../state/plan.ts";
import { showFailure } from "../state/toasts.ts";
import { t } from "../text/messages.ts";

const expanded = signal<ReadonlySet<string>>(new Set());
const dossiers = signal<ReadonlyMap<string, Dossier[]>>(new Map());
// Which dossier's unit the current screen belongs to, told by the screen.
export const shownUnit = signal("");

// More stand in the unit's own list.
const dossiersMax = 50;

async function loadDossiers(unit: string): Promise<void> {
  try {
    const page = await listDossiers(unit, undefined, dossiersMax);
    dossiers.value = new Map(dossiers.value).set(unit, page.items);
  } catch (error) {
    showFailure(error);
  }
}

// A new dossier shows in the tree at once.
export function refreshDossiers(unit: string): void {
  if (dossiers.peek().has(unit)) void loadDossiers(unit);
}

const unitNode = (unit: Unit): TreeNode => ({
  id: unit.id,
  code: unit.code,
  label: unit.title,
  expandable: true,
});

// "621.41-2026/014" under "621.41" is "2026/014".
const shortReference = (dossier: Dossier, unit: Unit | undefined) =>
  unit && dossier.file_reference.startsWith(`${unit.code}-`)
    ? dossier.file_reference.slice(unit.code.length + 1)
    : dossier.file_reference;

function childrenOf(id: string): TreeNode[] | undefined {
  const below = childUnits.value.get(id);
  if (below) return below.map(unitNode);
  return dossiers.value.get(id)?.map((dossier) => ({
    id: dossier.id,
    code: shortReference(dossier, unitsById.value.get(id)),
    label: dossier.title,
    icon: Folder,
    expandable: false,
  }));
}

function toggle(id: string, open: boolean): void {
  const next = new Set(expanded.value);
  if (open) next.add(id);
  else next.delete(id);
  expanded.value = next;
  if (open && !childUnits.value.has(id) && !dossiers.value.has(id)) void loadDossiers(id);
}

function select(id: string): void {
  if (!unitsById.value.has(id)) {
    navigate(pathOf("dossier", id));
    return;
  }
  toggle(id, true);
  navigate(pathOf("unit", id));
}

function useRevealed(unit: string): void {
  const planTitle = plan.value?.title;
  useEffect(() => {
    if (!unit || !planTitle) return;
    for (const each of pathOfUnit(unit)) if (!expanded.peek().has(each.id)) toggle(each.id, true);
  }, [unit, planTitle]);
}

// Of the units whose dossiers stand in the tree.
function useLiveDossiers(): void {
  const changed = useRef(new Set<string>());
  useLiveList(
    ({ object, id, change }) => {
      const isListed = object === "unit" && change === "dossiers" && dossiers.peek().has(id ?? "");
      if (isListed) changed.current.add(id ?? "");
      return isListed;
    },
    () => {
      const units = changed.current.size > 0 ? changed.current : dossiers.peek().keys();
      for (const unit of units) refreshDossiers(unit);
      changed.current = new Set();
    },
  );
}

export function PlanTree() {
  const { page, id } = place.value;
  useLiveDossiers();
  const unit = page === "unit" ? id : shownUnit.value;
  useRevealed(unit);
  if (planFailure.value) {
    return <FailureView failure={planFailure.value} onRetry={() => void loadPlan()} />;
  }
  if (!plan.value) return <Skeleton rows={9} look="row" />;
  return (
    <Tree
      label={t().nav.plan}
      roots={(childUnits.value.get("") ?? []).map(unitNode)}
      childrenOf={childrenOf}
      expanded={expanded.value}
      onToggle={toggle}
      selected={page === "dossier" || page === "unit" ? id : ""}
      onSelect={select}
    />
  );
}
