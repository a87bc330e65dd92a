// Filing one item: the dossier with its reason, the fields, and the buttons. A good letter costs one
// key. A change by someone else meanwhile is told; what was typed stays.
import { ArrowRightLeft, Check, RotateCcw, Save, Trash2 } from "lucide-preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Failure, failureOf } from "../api/failure.ts";
import {
  changeItem,
  discardItem,
  fileItem,
  type FilingProposal,
  type InboundItem,
  type ProposedField,
  restoreItem,
} from "../api/inbox.ts";
import { Button } from "../components/button.tsx";
import { Facts } from "../components/facts.tsx";
import { Form } from "../components/form.tsx";
import { pathOf } from "../router/router.ts";
import type { DossierChoice } from "../state/dossier_choices.ts";
import { useKeys } from "../state/keys.ts";
import { letterValues } from "../state/letter_fields.ts";
import { showFailure, showToast } from "../state/toasts.ts";
import { post } from "../text/inbox.ts";
import { t } from "../text/messages.ts";
import { invoiceFacts } from "../viewer/document_facts.tsx";
import { fieldsOf, ItemFields, type ItemValues, valuesOf } from "./inbox_fields.tsx";
import { choiceOf, Proposals } from "./inbox_proposals.tsx";

export interface PaneProps {
  item: InboundItem;
  proposals: readonly FilingProposal[] | undefined;
  // What was read out of the letter; undefined while it is not known.
  letter: readonly ProposedField[] | undefined;
  onField: (proposed: ProposedField) => void;
  // It was filed into that dossier.
  onFiled: (filed: InboundItem, reference: string) => void;
  onDiscarded: (discarded: InboundItem) => void;
  onChanged: (changed: InboundItem) => void;
  onForward: () => void;
  onReload: () => void;
}

// What there is to do with an item that waits no more.
function Ended({ item, onChanged }: Pick<PaneProps, "item" | "onChanged">) {
  const words = post();
  const restore = () => {
    restoreItem(item.id, item.revision).then((next) => {
      showToast({ kind: "done", text: words.restored });
      onChanged(next);
    }, showFailure);
  };
  if (item.state === "discarded") {
    return (
      <div class="pad inbox-ended">
        <p>{words.isDiscarded}</p>
        {item.rights.includes("edit") && (
          <Button icon={RotateCcw} onClick={restore}>
            {words.restore}
          </Button>
        )}
      </div>
    );
  }
  return (
    <div class="pad inbox-ended">
      <p>{item.filing ? words.isFiled : words.isFiledElsewhere}</p>
      {item.filing && (
        <a class="button plain" href={pathOf("document", item.filing.document_id)}>
          <span>{words.openDocument}</span>
        </a>
      )}
    </div>
  );
}

// What the virus scanner found something in is not filed and goes nowhere.
function Infected({ malware, onDiscard }: { malware: string; onDiscard: (() => void) | undefined }) {
  const words = post();
  return (
    <div class="pad inbox-ended">
      <p class="notice red" role="note">
        {words.malwareFound(malware)}
      </p>
      {onDiscard && (
        <Button icon={Trash2} onClick={onDiscard}>
          {words.discard}
        </Button>
      )}
    </div>
  );
}

// The dossier: the best proposal, until another is chosen. It is taken before the browser paints the
// proposals, so that no key comes between.
function useDossier(proposals: readonly FilingProposal[] | undefined) {
  const [chosen, setChosen] = useState<DossierChoice>();
  const [isOpen, setOpen] = useState(false);
  const first = proposals?.[0];
  useLayoutEffect(() => {
    if (first && !chosen && !isOpen) setChosen(choiceOf(first));
  }, [first?.dossier_id]);
  const open = (next: boolean) => {
    setOpen(next);
    setChosen(next ? undefined : first && choiceOf(first));
  };
  const take = (number: number) => {
    const proposal = proposals?.[number - 1];
    if (!proposal) return;
    setOpen(false);
    setChosen(choiceOf(proposal));
  };
  return { chosen, setChosen, isOpen, open, take };
}

const without = (values: object, names: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)));

// What the form stands on: the item's fields and, where they are empty, what the letter says; and what
// was typed over it. What the letter says stays while it is asked for anew, or cannot be.
function useValues(item: InboundItem, letter: readonly ProposedField[] | undefined) {
  const [seen, setSeen] = useState(item);
  const [typed, setTyped] = useState<Partial<ItemValues>>({});
  // Typed or cleared since the item was opened, saved or not: the letter fills none of it again.
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const known = useRef<readonly ProposedField[]>([]);
  if (letter) known.current = letter;
  const read = letterValues(seen, known.current);
  const offered: Record<string, string> = { ...valuesOf(seen), ...read };
  const values = { ...valuesOf(seen), ...without(read, touched), ...typed } as ItemValues;
  const mine = Object.entries(typed).filter(([name, value]) => value !== offered[name]);
  const accept = (next: InboundItem) => {
    setTyped({});
    setSeen(next);
  };
  // Nothing was typed: the new state can come by itself.
  useLayoutEffect(() => {
    if (item.revision !== seen.revision && mine.length === 0) accept(item);
  }, [item.revision]);
  return {
    values,
    letter: known.current,
    change: (next: Partial<ItemValues>) => {
      setTyped({ ...typed, ...next });
      setTouched(new Set([...touched, ...Object.keys(next)]));
    },
    isOld: item.revision !== seen.revision,
    isTouched: mine.length > 0,
    revision: seen.revision,
    takeOver: () => {
      setTyped(Object.fromEntries(mine) as Partial<ItemValues>);
      setSeen(item);
    },
    accept,
  };
}

export function InboxPane(props: PaneProps) {
  const { item, proposals, letter, onFiled, onDiscarded, onChanged, onForward, onReload } = props;
  const words = post();
  const form = useRef<HTMLDivElement>(null);
  const dossier = useDossier(proposals);
  const fields = useValues(item, letter);
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const mayEdit = item.rights.includes("edit");
  const waits = item.state === "received" || item.state === "distributed";

  const run = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await act();
    } catch (error) {
      setFailure(failureOf(error));
    }
    setBusy(false);
  };
  const file = () => {
    setAsked(true);
    const target = dossier.chosen;
    if (!target || !fields.values.subject.trim()) return;
    void run(async () => {
      const filing = { ...fieldsOf(fields.values), dossier_id: target.id };
      onFiled(await fileItem(item.id, fields.revision, filing), target.reference);
    });
  };
  const save = () =>
    void run(async () => {
      const next = await changeItem(item.id, fields.revision, fieldsOf(fields.values));
      fields.accept(next);
      onChanged(next);
      showToast({ kind: "done", text: words.saved });
    });
  const discard = () =>
    void run(async () => onDiscarded(await discardItem(item.id, fields.revision)));
  const openOther = () => {
    dossier.open(true);
    queueMicrotask(() =>
      setTimeout(() => form.current?.querySelector<HTMLElement>("[data-other] input")?.focus()),
    );
  };
  useKeys(
    waits && mayEdit && !item.malware
      ? {
          "1": () => dossier.take(1),
          "2": () => dossier.take(2),
          "3": () => dossier.take(3),
          a: openOther,
          w: onForward,
          "Ctrl+Enter": file,
        }
      : {},
  );
  if (!waits) return <Ended item={item} onChanged={onChanged} />;
  if (item.malware) return <Infected malware={item.malware} onDiscard={mayEdit ? discard : undefined} />;
  if (!mayEdit) return <p class="pad">{words.noRight}</p>;
  const errorOf = (name: keyof ItemValues) =>
    name === "subject" && asked && !fields.values.subject.trim()
      ? words.subjectMissing
      : failure?.fields[name];
  const dossierError =
    asked && !dossier.chosen ? words.dossierMissing : failure?.fields["dossier_id"];
  return (
    <div class="inbox-file" ref={form}>
      <Form
        look="scrolling"
        failure={failure}
        onReload={() => (fields.isOld ? fields.takeOver() : onReload())}
        onSubmit={file}
      >
        {fields.isOld && !failure && (
          <p class="notice amber" role="status">
            {words.changedMeanwhile}{" "}
            <button type="button" class="link-button" onClick={fields.takeOver}>
              {words.takeOver}
            </button>
          </p>
        )}
        {item.duplicate_of && (
          <p class="notice amber" role="note">
            {words.cameBefore}{" "}
            <a href={pathOf("inbound", item.duplicate_of)}>{words.showEarlier}</a>
          </p>
        )}
        {item.filed_before && (
          <p class="notice amber" role="note">
            {words.filedBefore(item.filed_before.file_reference)}{" "}
            <a href={pathOf("document", item.filed_before.document_id)}>{words.showFiled}</a>
          </p>
        )}
        <Proposals
          item={item}
          proposals={proposals}
          chosen={dossier.chosen}
          onChoose={dossier.setChosen}
          isOpen={dossier.isOpen}
          onOpen={(next) => (next ? openOther() : dossier.open(false))}
          error={dossierError}
        />
        {item.invoice && (
          <section class="invoice-data" aria-labelledby="invoice-data">
            <h2 id="invoice-data">{words.invoiceData[item.invoice.kind]}</h2>
            <Facts facts={invoiceFacts(item.invoice)} />
          </section>
        )}
        <ItemFields
          values={fields.values}
          letter={fields.letter}
          onField={props.onField}
          onChange={fields.change}
          errorOf={errorOf}
        />
        <div class="inbox-small-actions">
          {fields.isTouched && (
            <Button kind="ghost" icon={Save} disabled={busy} onClick={save}>
              {words.save}
            </Button>
          )}
          <Button kind="ghost" icon={Trash2} disabled={busy} onClick={discard}>
            {words.discard}
          </Button>
        </div>
      </Form>
      <div class="inbox-actions">
        <Button
          kind="primary"
          icon={Check}
          disabled={busy}
          hint={`${t().keys.ctrl} ↵`}
          onClick={file}
        >
          {words.fileAndNext}
        </Button>
        <Button icon={ArrowRightLeft} onClick={onForward}>
          {words.forward}
        </Button>
      </div>
    </div>
  );
}
