import { useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import type { Document } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { FileField, TextField } from "../components/field.tsx";
import { showToast } from "../state/toasts.ts";
import { sendFile } from "../state/uploads.ts";
import { t } from "../text/messages.ts";

interface NewVersionProps {
  document: Document;
  onChange: (next: Document) => void;
  onClose: () => void;
}

export function NewVersion({ document, onChange, onClose }: NewVersionProps) {
  const [file, setFile] = useState<File>();
  const [comment, setComment] = useState("");
  const [percent, setPercent] = useState<number>();
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const words = t().document;

  const submit = async () => {
    setAsked(true);
    if (!file) return;
    setFailure(undefined);
    setPercent(0);
    try {
      const next = await sendFile({
        path: `/documents/${document.id}/versions`,
        metadata: { comment },
        file,
        revision: document.revision,
        onProgress: setPercent,
      });
      onChange(next);
      showToast({ kind: "done", text: words.versionAdded(next.version.number) });
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setPercent(undefined);
    }
  };

  return (
    <Dialog title={words.newVersionTitle} onClose={percent === undefined ? onClose : undefined}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {failure && (
          <div class="notice red" role="alert">
            <strong>{failure.headline}</strong> {failure.text}
          </div>
        )}
        <FileField
          label={words.chooseFile}
          chosen={file?.name}
          onFiles={(files) => setFile(files[0])}
          error={asked && !file ? words.fileMissing : undefined}
        />
        <TextField label={words.versionComment} value={comment} onInput={setComment} optional />
        {percent !== undefined && (
          <progress max={100} value={percent} aria-label={words.newVersionTitle} />
        )}
        <div class="dialog-actions">
          <Button onClick={onClose}>{t().common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={percent !== undefined}>
            {t().upload.submit(1)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
