// A place in the filing plan: what lies below it. Where the side has no room for the tree, the tree
// itself is the screen (or its left pane).
import { FolderOpen, FolderPlus } from "lucide-preact";
import { useState } from "preact/hooks";
import { listDossiers } from "../api/objects.ts";
import type { Dossier, Unit } from "../api/types.ts";
import { Breadcrumbs } from "../components/breadcrumbs.tsx";
import { Button } from "../components/button.tsx";
import { Chip } from "../components/chip.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import type { Column } from "../components/grid_head.tsx";
import { VirtualList } from "../components/virtual_list.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { PlanTree } from "../shell/plan_tree.tsx";
import { useKeys } from "../state/keys.ts";
import { useLiveList } from "../state/live.ts";
import { narrow } from "../state/narrow.ts";
import { usePaged } from "../state/paged.ts";
import { childUnits, pathOfUnit, plan, rulesOfUnit, unitsById } from "../state/plan.ts";
import { formatDate, retentionText } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { NewDossier } from "./new_dossier.tsx";
import { Absent } from "./absent.tsx";
import { UnitSearch } from "./unit_search.tsx";

function columns(): Column<Dossier>[] {
  return [
    {
      name: "reference",
      label: t().column.reference,
      render: (dossier) => <span class="figures">{dossier.file_reference}</span>,
    },
    {
      name: "title",
      label: t().column.title,
      render: (dossier) => <a href={pathOf("dossier", dossier.id)}>{dossier.title}</a>,
    },
    {
      name: "status",
      label: t().column.status,
      render: (dossier) => (
        <Chip tone={dossier.status === "open" ? "green" : "neutral"} icon={FolderOpen}>
          {t().dossierStatuses[dossier.status]}
        </Chip>
      ),
    },
    {
      name: "modified",
      label: t().column.modified,
      render: (dossier) => <span class="figures">{formatDate(dossier.modified)}</span>,
    },
  ];
}

function SubUnits({ units }: { units: Unit[] }) {
  return (
    <section class="sub-units" aria-label={t().files.units}>
      <ul class="lines">
        {units.map((unit) => (
          <li key={unit.id}>
            <a class="line" href={pathOf("unit", unit.id)}>
              <span class="figures unit-code">{unit.code}</span>
              <span class="line-text">{unit.title}</span>
              <span class="meta wide-only">{retentionText(unit.retention, unit.appraisal)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function DossierList({ unit, onNew }: { unit: Unit; onNew: () => void }) {
  const list = usePaged(unit.id, (cursor) => listDossiers(unit.id, cursor));
  useLiveList(
    ({ object, id, change }) => object === "unit" && id === unit.id && change === "dossiers",
    () => list.refresh(),
  );
  if (list.failure && list.items.length === 0) {
    return <FailureView failure={list.failure} onRetry={() => list.retry()} />;
  }
  if (!list.hasBegun) return <Skeleton rows={6} />;
  if (list.length === 0) {
    return (
      <Empty icon={FolderOpen} title={t().files.empty}>
        {unit.leaf && (
          <Button icon={FolderPlus} onClick={onNew}>
            {t().files.open}
          </Button>
        )}
      </Empty>
    );
  }
  return (
    <VirtualList
      label={t().files.dossiers}
      look="dossiers"
      columns={columns()}
      list={list}
      rowHeight={narrow.value ? 56 : 40}
      keyOf={(dossier) => dossier.id}
      onOpen={(dossier) => navigate(pathOf("dossier", dossier.id))}
    />
  );
}

function UnitView({ unit }: { unit: Unit }) {
  const [asking, setAsking] = useState(false);
  const below = childUnits.value.get(unit.id) ?? [];
  const rules = rulesOfUnit(unit.id);
  const ask = () => unit.leaf && setAsking(true);
  useKeys({ n: ask, Escape: () => history.back() });
  return (
    <>
      <header class="screen-head">
        <Breadcrumbs units={pathOfUnit(unit.id).slice(0, -1)} />
        <div class="title-row">
          <h1>
            <span class="figures">{unit.code}</span> {unit.title}
          </h1>
          {unit.leaf && (
            <Button kind="primary" icon={FolderPlus} onClick={ask}>
              {t().files.open}
            </Button>
          )}
        </div>
        <p class="meta">{retentionText(rules.retention, rules.appraisal)}</p>
      </header>
      <UnitSearch unit={unit} />
      {below.length > 0 ? <SubUnits units={below} /> : <DossierList unit={unit} onNew={ask} />}
      {asking && <NewDossier unit={unit} onClose={() => setAsking(false)} />}
    </>
  );
}

export function Files({ id }: { id: string }) {
  const unit = unitsById.value.get(id);
  return (
    <div class={id ? "files has-unit" : "files"}>
      <section class="files-tree scroll" aria-labelledby="files-tree-title" data-pane>
        <h1 id="files-tree-title">{plan.value?.title ?? t().nav.plan}</h1>
        <PlanTree />
      </section>
      <div class="files-main" data-pane tabIndex={-1}>
        {id === "" && (
          <Empty icon={FolderOpen} heading="h1" title={t().files.title} text={t().files.lead} />
        )}
        {id !== "" && !plan.value && <Skeleton rows={8} />}
        {id !== "" && plan.value && (unit ? <UnitView key={id} unit={unit} /> : <Absent />)}
      </div>
    </div>
  );
}
