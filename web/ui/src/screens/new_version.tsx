import { useRef, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import { type Begun, sendFile } from "../api/send_file.ts";
import type { Document } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { FileField, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { showToast } from "../state/toasts.ts";
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
  const begun = useRef<Begun | undefined>(undefined);
  const words = t().document;

  const choose = (files: File[]) => {
    begun.current = undefined;
    setFile(files[0]);
  };

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
        begun: begun.current,
        onBegun: (next) => {
          begun.current = next;
        },
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
      <Form failure={failure} onSubmit={() => void submit()}>
        <FileField
          label={words.chooseFile}
          focus
          chosen={file?.name}
          onFiles={choose}
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
      </Form>
    </Dialog>
  );
}
