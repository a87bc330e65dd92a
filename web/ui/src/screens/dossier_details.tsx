import type { Dossier } from "../api/types.ts";
import { Facts } from "../components/facts.tsx";
import { ScrollRegion } from "../components/scroll_region.tsx";
import { pathOfUnit, rulesOfUnit } from "../state/plan.ts";
import { formatDate, formatTime, retentionText } from "../text/format.ts";
import { t } from "../text/messages.ts";

export function DossierDetails({ dossier }: { dossier: Dossier }) {
  const unit = pathOfUnit(dossier.unit_id).at(-1);
  const rules = rulesOfUnit(dossier.unit_id);
  const words = t().dossier;
  const period = [dossier.period_from, dossier.period_to].map(formatDate).filter(Boolean);
  return (
    <ScrollRegion label={words.details}>
      <Facts
        facts={[
          [t().column.reference, dossier.file_reference],
          [t().column.unit, unit ? `${unit.code} ${unit.title}` : ""],
          [t().column.status, t().dossierStatuses[dossier.status]],
          [t().files.description, dossier.description],
          [words.filterPeriod, period.join(" – ")],
          [words.medium, t().media[dossier.medium]],
          [words.paper, dossier.paper_location],
          [words.classification, t().classifications[dossier.classification]],
          [
            words.retention,
            retentionText(
              dossier.retention ?? rules.retention,
              dossier.appraisal ?? rules.appraisal,
            ),
          ],
          [words.keywords, dossier.keywords?.join(", ")],
          [words.holds, dossier.holds?.map((hold) => hold.reason).join("; ")],
          [words.created, formatTime(dossier.created)],
          [t().column.modified, formatTime(dossier.modified)],
        ]}
      />
    </ScrollRegion>
  );
}
