// A dossier: its head, its documents with filters and preview, its details, its history.
import { Ellipsis, Eraser, FolderOpen, Plus } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { getDossier, listOrgUnits } from "../api/objects.ts";
import type { Dossier, OrgUnit } from "../api/types.ts";
import { Breadcrumbs } from "../components/breadcrumbs.tsx";
import { Button } from "../components/button.tsx";
import { Chip } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { lazy } from "../components/lazy.tsx";
import { Popover } from "../components/popover.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { Tabs } from "../components/tabs.tsx";
import { askForUpload } from "../shell/commands.ts";
import { shownUnit } from "../shell/plan_tree.tsx";
import { useKeys } from "../state/keys.ts";
import { useLive } from "../state/live.ts";
import { pathOfUnit, rulesOfUnit } from "../state/plan.ts";
import { useMayDispose } from "../state/own_rights.ts";
import { forgetOpened, rememberOpened } from "../state/recent.ts";
import { useResource } from "../state/resource.ts";
import { uploadTarget } from "../state/ui.ts";
import { formatMonth, retentionText } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { Absent } from "./absent.tsx";
import { DossierDetails } from "./dossier_details.tsx";
import { DossierDocuments } from "./dossier_documents.tsx";
import { History } from "./history.tsx";

const ProposeErasure = lazy(
  async () => (await import("./propose_erasure.tsx")).ProposeErasure,
  "nothing",
);

type Tab = "documents" | "details" | "history";

function periodText(dossier: Dossier): string {
  if (!dossier.period_from) return "";
  const from = formatMonth(dossier.period_from);
  if (!dossier.period_to) return t().dossier.periodSince(from);
  return t().dossier.period(from, formatMonth(dossier.period_to));
}

// Only for whom there is something in it.
function Menu({ dossier }: { dossier: Dossier }) {
  const [asking, setAsking] = useState(false);
  if (!useMayDispose(dossier.id)) return null;
  return (
    <>
      <Popover
        label={t().common.more}
        buttonClass="icon-button"
        button={<Icon of={Ellipsis} />}
        align="end"
      >
        {(close) => (
          <div class="menu">
            <Button
              kind="ghost"
              icon={Eraser}
              onClick={() => {
                close();
                setAsking(true);
              }}
            >
              {t().common.erase}
            </Button>
          </div>
        )}
      </Popover>
      {asking && (
        <ProposeErasure kind="dossier" id={dossier.id} onClose={() => setAsking(false)} />
      )}
    </>
  );
}

function Head({ dossier, orgUnits }: { dossier: Dossier; orgUnits: OrgUnit[] }) {
  const units = pathOfUnit(dossier.unit_id);
  const rules = rulesOfUnit(dossier.unit_id);
  const lead = orgUnits.find((each) => each.id === dossier.lead_unit)?.name;
  const facts = [
    lead ? t().dossier.lead(lead) : "",
    periodText(dossier),
    retentionText(
      dossier.retention ?? rules.retention,
      dossier.appraisal ?? rules.appraisal,
    ),
  ];
  return (
    <header class="screen-head">
      <Breadcrumbs units={units} />
      <div class="title-row">
        <span class="title-icon">
          <Icon of={FolderOpen} size={26} />
        </span>
        <div class="title-text">
          <h1>{dossier.title}</h1>
          <p class="meta">
            <strong class="figures">{dossier.file_reference}</strong>
            {facts.filter(Boolean).join(" · ")}
          </p>
        </div>
        {dossier.status !== "open" && <Chip>{t().dossierStatuses[dossier.status]}</Chip>}
        {dossier.classification !== "normal" && (
          <Chip tone="amber">{t().classifications[dossier.classification]}</Chip>
        )}
        {dossier.status === "open" && (
          <Button kind="primary" icon={Plus} onClick={askForUpload} hint="U">
            {t().dossier.addDocument}
          </Button>
        )}
        <Menu dossier={dossier} />
      </div>
    </header>
  );
}

function OpenedDossier({ dossier }: { dossier: Dossier }) {
  const [tab, setTab] = useState<Tab>("documents");
  const [count, setCount] = useState<number>();
  const orgUnits = useResource("org-units", listOrgUnits);
  useEffect(() => {
    shownUnit.value = dossier.unit_id;
    rememberOpened({
      kind: "dossier",
      id: dossier.id,
      title: dossier.title,
      note: dossier.file_reference,
    });
    if (dossier.status === "open") {
      uploadTarget.value = { dossierId: dossier.id, reference: dossier.file_reference };
    }
    return () => {
      uploadTarget.value = null;
      shownUnit.value = "";
    };
  }, [dossier.id, dossier.status]);
  useKeys({ u: askForUpload, n: askForUpload });
  const words = t().dossier;
  return (
    <div class="dossier">
      <Head dossier={dossier} orgUnits={orgUnits.value?.items ?? []} />
      <Tabs
        label={dossier.title}
        tabs={[
          { name: "documents", label: words.documents, count },
          { name: "details", label: words.details },
          { name: "history", label: words.history },
        ]}
        chosen={tab}
        onChoose={setTab}
      >
        {tab === "documents" && <DossierDocuments dossier={dossier} onCount={setCount} />}
        {tab === "details" && <DossierDetails dossier={dossier} />}
        {tab === "history" && <History object={dossier.id} />}
      </Tabs>
    </div>
  );
}

export function DossierScreen({ id }: { id: string }) {
  const dossier = useResource(id, () => getDossier(id));
  useLive("dossier", id, dossier.reload);
  const isAbsent = dossier.failure?.status === 404;
  useEffect(() => {
    if (isAbsent) forgetOpened(id);
  }, [isAbsent, id]);
  if (isAbsent) return <Absent />;
  if (dossier.failure) return <FailureView failure={dossier.failure} onRetry={dossier.reload} />;
  if (!dossier.value) return <Skeleton rows={12} />;
  return <OpenedDossier dossier={dossier.value} />;
}
