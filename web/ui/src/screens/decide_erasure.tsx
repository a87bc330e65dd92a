// Asks before an erasure is released or withdrawn. The release names what goes, and takes a mark that
// it was looked at.
import { TriangleAlert } from "lucide-preact";
import { useId, useState } from "preact/hooks";
import {
  checkErasure,
  type Erasure,
  releaseErasure,
  withdrawErasure,
} from "../api/erasures.ts";
import { type Failure, failureOf } from "../api/failure.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { tied } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Icon } from "../components/icon.tsx";
import { useResource } from "../state/resource.ts";
import { showToast } from "../state/toasts.ts";
import { e } from "../text/erasure.ts";
import { t } from "../text/messages.ts";
import { ErasedObjects } from "./erased_objects.tsx";
import { ErasureSize } from "./propose_erasure.tsx";

interface DecideProps {
  erasure: Erasure;
  onClose: () => void;
  onDone: (next: Erasure) => void;
  // Shows again what was changed meanwhile.
  onReload: () => void;
}

// Sends it, once at a time; `done` is told when it is.
function useDecision({ erasure, onDone }: DecideProps, done: string, send: typeof releaseErasure) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const decide = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const next = await send(erasure.id, erasure.revision);
      showToast({ kind: "done", text: done });
      onDone(next);
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  return { busy, failure, decide };
}

interface ConfirmProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  error: string | undefined;
}

function Confirm({ checked, onChange, error }: ConfirmProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="choice" for={id}>
        <input
          id={id}
          type="checkbox"
          data-autofocus
          checked={checked}
          onChange={(event) => onChange(event.currentTarget.checked)}
          {...tied(id, error)}
        />
        {e().release.confirm}
      </label>
      {error && (
        <p id={`${id}-error`} class="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

// What it comes to now. Where that cannot be counted the names are enough: the server looks again.
function Size({ erasure }: { erasure: Erasure }) {
  const idsOf = (kind: "dossier" | "document") =>
    erasure.objects.filter((object) => object.kind === kind).map(({ id }) => id);
  const check = useResource(erasure.id, () =>
    checkErasure({ dossiers: idsOf("dossier"), documents: idsOf("document") }),
  );
  return check.value ? <ErasureSize check={check.value} /> : null;
}

export function ReleaseErasure(props: DecideProps) {
  const { erasure, onClose, onReload } = props;
  const [checked, setChecked] = useState(false);
  const [asked, setAsked] = useState(false);
  const words = e().release;
  const { busy, failure, decide } = useDecision(props, words.done, releaseErasure);
  const submit = () => {
    setAsked(true);
    if (checked) void decide();
  };
  return (
    <Dialog title={words.title} look="wide" onClose={onClose}>
      <Form failure={failure} onReload={onReload} onSubmit={submit}>
        <h3>{words.what}</h3>
        <ErasedObjects label={words.what} objects={erasure.objects} />
        <Size erasure={erasure} />
        <p class="notice red erase-warning">
          <Icon of={TriangleAlert} size={16} />
          <span>{words.text}</span>
        </p>
        <Confirm
          checked={checked}
          onChange={setChecked}
          error={asked && !checked ? words.confirmMissing : undefined}
        />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t().common.cancel}</Button>
          <Button kind="danger" type="submit" disabled={busy}>
            {words.submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

export function WithdrawErasure(props: DecideProps) {
  const words = e().withdraw;
  const { busy, failure, decide } = useDecision(props, words.done, withdrawErasure);
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <Form failure={failure} onReload={props.onReload} onSubmit={() => void decide()}>
        <p>{words.text}</p>
        <div class="dialog-actions">
          <Button onClick={props.onClose}>{t().common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            {words.submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
