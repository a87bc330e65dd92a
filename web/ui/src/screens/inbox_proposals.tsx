// Into which dossier: up to three proposals with their reasons, or another one by a few letters. The
// best is chosen already; nothing is filed by that.
import { Check, FolderOpen } from "lucide-preact";
import { useId } from "preact/hooks";
import type { FilingProposal, InboundItem } from "../api/inbox.ts";
import { Icon } from "../components/icon.tsx";
import { DossierField } from "../components/dossier_field.tsx";
import type { DossierChoice } from "../state/dossier_choices.ts";
import { pathOfUnit } from "../state/plan.ts";
import { post } from "../text/inbox.ts";

export const choiceOf = (proposal: FilingProposal): DossierChoice => ({
  id: proposal.dossier_id,
  reference: proposal.file_reference,
  title: proposal.title,
});

export function reasonText(proposal: FilingProposal): string {
  const words = post();
  const [first] = proposal.reasons;
  const has = (reason: FilingProposal["reasons"][number]) => proposal.reasons.includes(reason);
  if (first === "your_reference" || first === "reference_in_text") return words.reasons[first];
  if (has("same_sender") && has("similar")) return words.reasonsBoth;
  return first ? words.reasons[first] : "";
}

function Proposal(props: {
  name: string;
  number: number;
  proposal: FilingProposal;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { name, number, proposal, chosen, onChoose } = props;
  const path = pathOfUnit(proposal.unit_id)
    .map((unit, i, all) => (i < all.length - 1 ? `${unit.code} ${unit.title}` : unit.code))
    .join(" › ");
  return (
    <label class={chosen ? "proposal chosen" : "proposal"}>
      <input type="radio" name={name} checked={chosen} onChange={onChoose} />
      <span class="proposal-text">
        <span class="figures">{proposal.file_reference}</span>
        <strong>{proposal.title}</strong>
        <span class="meta">{path}</span>
        <span class="proposal-reason">
          <Icon of={Check} size={14} />
          <span>
            {reasonText(proposal)}
            {proposal.evidence && !proposal.reasons.includes("your_reference") && (
              <span class="meta"> · {post().evidence(proposal.evidence)}</span>
            )}
          </span>
        </span>
      </span>
      <kbd>{number}</kbd>
    </label>
  );
}

interface ProposalsProps {
  item: InboundItem;
  // undefined: not known yet.
  proposals: readonly FilingProposal[] | undefined;
  chosen: DossierChoice | undefined;
  onChoose: (choice: DossierChoice | undefined) => void;
  // Another dossier is looked for.
  isOpen: boolean;
  onOpen: (open: boolean) => void;
  error: string | undefined;
}

export function Proposals(props: ProposalsProps) {
  const { item, proposals, chosen, onChoose, isOpen, onOpen, error } = props;
  const words = post();
  const id = useId();
  const count = proposals?.length ?? 0;
  const isPending = item.text_state === "pending" && count === 0;
  return (
    <section class="proposals" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{words.proposals}</h2>
      {proposals && count === 0 && !isOpen && (
        <p class="meta">{isPending ? words.proposalsPending : words.noProposals}</p>
      )}
      <div class="proposal-box" role="radiogroup" aria-labelledby={`${id}-title`}>
        {proposals?.map((proposal, i) => (
          <Proposal
            key={proposal.dossier_id}
            name={id}
            number={i + 1}
            proposal={proposal}
            chosen={!isOpen && chosen?.id === proposal.dossier_id}
            onChoose={() => {
              onOpen(false);
              onChoose(choiceOf(proposal));
            }}
          />
        ))}
        {isOpen ? (
          <div class="proposal-other" data-other>
            <DossierField value={chosen} onChange={onChoose} error={error} />
            {count > 0 && (
              <button type="button" class="link-button" onClick={() => onOpen(false)}>
                {words.toProposals}
              </button>
            )}
          </div>
        ) : (
          <button type="button" class="proposal-more" onClick={() => onOpen(true)}>
            <Icon of={FolderOpen} size={16} />
            <span>{words.other}</span>
            <kbd>A</kbd>
          </button>
        )}
      </div>
      {!isOpen && error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}
