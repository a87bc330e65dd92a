// Searches kept under a name: the list with what is new in each, and keeping the one on the screen.
import { Bookmark, BookmarkCheck, BookmarkPlus, PenLine, Trash2 } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import {
  createSavedSearch,
  removeSavedSearch,
  replaceSavedSearch,
  type SavedSearch,
} from "../api/saved_searches.ts";
import { Button } from "../components/button.tsx";
import { Chip } from "../components/chip.tsx";
import { Dialog } from "../components/dialog.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Icon } from "../components/icon.tsx";
import { Popover } from "../components/popover.tsx";
import { nameOfUnit } from "../state/plan.ts";
import {
  fieldsOf,
  loadSavedSearches,
  lookAt,
  pathOfSaved,
  savedAs,
  savedCounts,
  savedSearches,
  type ShownSearch,
  shownOf,
} from "../state/saved_searches.ts";
import { showFailure, showToast } from "../state/toasts.ts";
import { t } from "../text/messages.ts";

function SavedRow({ saved }: { saved: SavedSearch }) {
  const count = savedCounts.value.get(saved.id);
  const words = t().saved;
  const unit = nameOfUnit(saved.unit ?? "");
  const notes = [unit && words.inUnit(unit), count && words.hits(count.hits, count.more_hits)];
  return (
    <li>
      <a class="card" href={pathOfSaved(saved)}>
        <span class="card-icon">
          <Icon of={Bookmark} />
        </span>
        <span class="card-text">
          <strong>{saved.name}</strong>
          <span class="meta">{notes.filter(Boolean).join(" · ")}</span>
        </span>
        {count && count.new_hits > 0 && (
          <Chip tone="accent">{words.fresh(count.new_hits, count.more_new_hits)}</Chip>
        )}
      </a>
    </li>
  );
}

// Nothing where nothing is saved.
export function SavedSearches() {
  if (savedSearches.value.length === 0) return null;
  return (
    <section class="saved-searches" aria-labelledby="saved-searches">
      <h2 id="saved-searches">{t().saved.title}</h2>
      <ul class="cards">
        {savedSearches.value.map((saved) => (
          <SavedRow key={saved.id} saved={saved} />
        ))}
      </ul>
    </section>
  );
}

const nameMax = 100;

// Its words, and the place in the filing plan that it is narrowed to.
function proposedName({ q, unit }: ShownSearch): string {
  const place = nameOfUnit(unit);
  const parts = [q, place && (q ? t().saved.inUnit(place) : place)];
  return parts.filter(Boolean).join(" ").slice(0, nameMax);
}

interface NameDialogProps {
  shown: ShownSearch;
  // The one to be renamed.
  saved?: SavedSearch | undefined;
  onClose: () => void;
}

function NameDialog({ shown, saved, onClose }: NameDialogProps) {
  const words = t().saved;
  const [name, setName] = useState(saved?.name ?? proposedName(shown));
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const submit = async () => {
    setAsked(true);
    if (!name.trim()) return;
    setBusy(true);
    setFailure(undefined);
    try {
      if (saved) await replaceSavedSearch(saved.id, saved.revision, fieldsOf(name.trim(), shown));
      else await createSavedSearch(fieldsOf(name.trim(), shown));
      await loadSavedSearches();
      showToast({ kind: "done", text: saved ? words.renamed : words.kept });
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  const missing = asked && !name.trim() ? words.nameMissing : undefined;
  return (
    <Dialog title={saved ? words.renameTitle : words.keepTitle} onClose={onClose}>
      <Form failure={failure} onReload={() => void loadSavedSearches().then(onClose)} onSubmit={() => void submit()}>
        <TextField
          label={words.name}
          value={name}
          onInput={setName}
          focus
          error={missing ?? failure?.fields["name"]}
        />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t().common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            {words.submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

// Taken back by saving it again: what was new in it is not new then.
async function remove(saved: SavedSearch): Promise<void> {
  try {
    await removeSavedSearch(saved.id, saved.revision);
    await loadSavedSearches();
    showToast({
      kind: "done",
      text: t().saved.removed,
      undo: async () => {
        await createSavedSearch(fieldsOf(saved.name, shownOf(saved)));
        await loadSavedSearches();
      },
    });
  } catch (error) {
    showFailure(error);
  }
}

interface KeepSearchProps {
  shown: ShownSearch;
  // Whether its hits are on the screen.
  isAnswered: boolean;
}

// Beside a search: keeps it, or says under which name it is kept.
export function KeepSearch({ shown, isAnswered }: KeepSearchProps) {
  const [asking, setAsking] = useState(false);
  const saved = savedAs(shown);
  const words = t().saved;
  useEffect(() => {
    if (saved && isAnswered) void lookAt(saved.id);
  }, [saved?.id, isAnswered]);
  return (
    <>
      {!saved && (
        <Button kind="ghost" icon={BookmarkPlus} onClick={() => setAsking(true)}>
          {words.keep}
        </Button>
      )}
      {saved && (
        <Popover
          label={words.keptAs(saved.name)}
          buttonClass="button ghost"
          button={
            <>
              <Icon of={BookmarkCheck} size={16} />
              <span>{saved.name}</span>
            </>
          }
        >
          {(close) => (
            <div class="menu">
              <Button
                kind="ghost"
                icon={PenLine}
                onClick={() => {
                  close();
                  setAsking(true);
                }}
              >
                {words.rename}
              </Button>
              <Button
                kind="ghost"
                icon={Trash2}
                onClick={() => {
                  close();
                  void remove(saved);
                }}
              >
                {words.remove}
              </Button>
            </div>
          )}
        </Popover>
      )}
      {asking && <NameDialog shown={shown} saved={saved} onClose={() => setAsking(false)} />}
    </>
  );
}
