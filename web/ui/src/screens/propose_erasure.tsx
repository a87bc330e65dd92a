// Asks the server what an erasure would come to, shows it, and proposes it with a reason.
import { TriangleAlert } from "lucide-preact";
import { useMemo, useState } from "preact/hooks";
import { checkErasure, type ErasureCheck, proposeErasure } from "../api/erasures.ts";
import { type Failure, failureOf } from "../api/failure.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { TextArea } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Icon } from "../components/icon.tsx";
import { FailureView } from "../components/states.tsx";
import { useResource } from "../state/resource.ts";
import { showToast } from "../state/toasts.ts";
import { e } from "../text/erasure.ts";
import { formatSize } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { ErasedObjects } from "./erased_objects.tsx";

// What it comes to, in figures.
export function ErasureSize({ check }: { check: ErasureCheck }) {
  const { dossiers, documents, versions, bytes } = check;
  return (
    <>
      <p class="figures">{e().size(dossiers, documents, versions, formatSize(bytes))}</p>
      {!check.complete && <p class="meta">{e().atLeast}</p>}
    </>
  );
}

interface FormProps {
  check: ErasureCheck;
  onClose: () => void;
}

function ProposalForm({ check, onClose }: FormProps) {
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const key = useMemo(() => crypto.randomUUID(), []);
  const words = e().propose;
  const idsOf = (kind: "dossier" | "document") =>
    check.objects.filter((object) => object.kind === kind).map(({ id }) => id);
  const submit = async () => {
    setAsked(true);
    if (!reason.trim()) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const objects = { dossiers: idsOf("dossier"), documents: idsOf("document") };
      await proposeErasure(objects, reason.trim(), key);
      showToast({ kind: "done", text: words.done });
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  const missing = asked && !reason.trim() ? words.reasonMissing : undefined;
  return (
    <Form failure={failure} onSubmit={() => void submit()}>
      <h3>{words.what}</h3>
      <ErasedObjects label={words.what} objects={check.objects} />
      <ErasureSize check={check} />
      <p class="notice amber erase-warning">
        <Icon of={TriangleAlert} size={16} />
        <span>
          {words.warning} <strong>{words.second}</strong>
        </span>
      </p>
      <TextArea
        label={words.reason}
        value={reason}
        onInput={setReason}
        focus
        error={missing ?? failure?.fields["reason"]}
      />
      <p class="meta">{words.reasonNote}</p>
      <div class="dialog-actions">
        <Button onClick={onClose}>{t().common.cancel}</Button>
        <Button kind="primary" type="submit" disabled={busy}>
          {words.submit}
        </Button>
      </div>
    </Form>
  );
}

function Refusal({ check, onClose }: FormProps) {
  const words = e().propose;
  return (
    <div class="form">
      <h3>{words.against}</h3>
      <ErasedObjects label={words.against} objects={check.objects} />
      <ErasureSize check={check} />
      <div class="dialog-actions">
        <Button onClick={onClose}>{t().common.close}</Button>
      </div>
    </div>
  );
}

interface ProposeProps {
  kind: "dossier" | "document";
  id: string;
  onClose: () => void;
}

export function ProposeErasure({ kind, id, onClose }: ProposeProps) {
  const check = useResource(id, () =>
    checkErasure({
      dossiers: kind === "dossier" ? [id] : [],
      documents: kind === "document" ? [id] : [],
    }),
  );
  let body = <p role="status">{e().propose.checking}</p>;
  if (check.failure) {
    body = <FailureView failure={check.failure} onRetry={check.reload} />;
  } else if (check.value) {
    const Body = check.value.possible ? ProposalForm : Refusal;
    body = <Body check={check.value} onClose={onClose} />;
  }
  return (
    <Dialog title={e().propose.title} look="wide" onClose={onClose}>
      {body}
    </Dialog>
  );
}
