import { useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import { openDossier } from "../api/objects.ts";
import type { Unit } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { TextArea, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { refreshDossiers } from "../shell/plan_tree.tsx";
import { showToast } from "../state/toasts.ts";
import { t } from "../text/messages.ts";

export function NewDossier({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const words = t().files;

  const submit = async () => {
    setAsked(true);
    if (!title.trim()) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const dossier = await openDossier({ unit_id: unit.id, title: title.trim(), description });
      refreshDossiers(unit.id);
      showToast({ kind: "done", text: words.opened(dossier.file_reference) });
      onClose();
      navigate(pathOf("dossier", dossier.id));
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };

  const missing = asked && !title.trim() ? words.titleMissing : undefined;
  return (
    <Dialog title={words.openTitle(`${unit.code} ${unit.title}`)} onClose={onClose}>
      <Form failure={failure} onSubmit={() => void submit()}>
        <TextField
          label={words.dossierTitle}
          value={title}
          onInput={setTitle}
          focus
          error={missing ?? failure?.fields["title"]}
        />
        <TextArea
          label={words.description}
          value={description}
          onInput={setDescription}
          optional
          error={failure?.fields["description"]}
        />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t().common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            {words.openSubmit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
