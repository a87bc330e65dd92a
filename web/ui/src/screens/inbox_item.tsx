// One item of the inbox: the letter itself, and beside it where it is filed.
import { ArrowLeft, ChevronDown, ChevronUp, Download } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { carrierOfItem, type Openable } from "../api/attachments.ts";
import { base } from "../api/client.ts";
import { getProposals, type InboundItem, itemContentPath, type ProposedField } from "../api/inbox.ts";
import { IconButton } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { lazy } from "../components/lazy.tsx";
import { Split } from "../components/split.tsx";
import { Tabs } from "../components/tabs.tsx";
import { pathOf, place } from "../router/router.ts";
import { markingOfPassage } from "../state/found_passage.ts";
import { markingOf } from "../state/letter_fields.ts";
import { narrow } from "../state/narrow.ts";
import { proposalKey, rememberProposals } from "../state/proposals.ts";
import { isUnfinished } from "../state/shown_text.ts";
import { useAskAgain } from "../state/ask_again.ts";
import { useResource } from "../state/resource.ts";
import { formatNear } from "../text/format.ts";
import { post } from "../text/inbox.ts";
import type { Marking } from "../viewer/hit_place.ts";
import { ItemViewer } from "../viewer/item_viewer.tsx";
import { DocumentLink } from "./inbox_filed.tsx";
import { History } from "./history.tsx";
import { InboxPane, type PaneProps } from "./inbox_pane.tsx";

const CarriedList = lazy(async () => (await import("./carried_list.tsx")).CarriedList, "nothing");
const AttachmentViewer = lazy(
  async () => (await import("../viewer/attachment_viewer.tsx")).AttachmentViewer,
);

export interface ItemViewProps extends Omit<PaneProps, "proposals" | "letter" | "onField"> {
  // As it stands in the list, with what a search found in it.
  found: InboundItem | undefined;
  onStep: (by: 1 | -1) => void;
  // Of what the item's file carries, the one that stands in its place.
  attachment: Openable | undefined;
  onAttachment: (attachment: Openable | undefined) => void;
}

function Head({ item, onStep }: { item: InboundItem; onStep: (by: 1 | -1) => void }) {
  const words = post();
  const Title = narrow.value ? "h1" : "h2";
  return (
    <header class="task-document-head">
      <a
        class="icon-button narrow-only"
        href={pathOf("inbox", "", Object.fromEntries(place.value.query))}
        aria-label={words.toList}
      >
        <Icon of={ArrowLeft} />
      </a>
      <div class="title-text">
        <Title>{item.subject}</Title>
        <p class="meta">
          {item.sender && `${item.sender} · `}
          {words.receivedBy(item.receipt_stamp.channel, formatNear(item.receipt_stamp.at))}
          {item.file.pages > 0 && ` · ${words.pages(item.file.pages)}`}
          {item.stack && ` · ${words.ofStack(item.stack)}`}
        </p>
      </div>
      <span class="wide-only step-buttons">
        <IconButton icon={ChevronUp} label={words.previous} onClick={() => onStep(-1)} />
        <IconButton icon={ChevronDown} label={words.next} onClick={() => onStep(1)} />
      </span>
      {item.state !== "filed" && item.rights.includes("read") && (
        <a
          class="icon-button"
          href={base + itemContentPath(item.id)}
          download
          aria-label={words.download}
          title={words.download}
        >
          <Icon of={Download} />
        </a>
      )}
    </header>
  );
}

type PaneTab = "file" | "history";

function Pane(props: ItemViewProps & Pick<PaneProps, "onField">) {
  const { item } = props;
  const words = post();
  const [tab, setTab] = useState<PaneTab>("file");
  const waits = item.state === "received" || item.state === "distributed";
  const canRead = item.rights.includes("read");
  // Asked again once the letter has been read, and where its subject or sender is another.
  const key = waits && canRead ? proposalKey(item) : "";
  const proposals = useResource(key, () => getProposals(item.id));
  useEffect(() => {
    if (proposals.value) rememberProposals(item, proposals.value.items);
  }, [proposals.value]);
  return (
    <section class="inbox-pane" data-pane tabIndex={-1} aria-label={words.pane}>
      <Tabs
        label={words.pane}
        tabs={[
          { name: "file", label: words.file },
          { name: "history", label: words.history },
        ]}
        chosen={tab}
        onChoose={setTab}
      >
        {tab === "history" ? (
          <History object={item.id} />
        ) : (
          <InboxPane
            {...props}
            proposals={proposals.failure ? [] : proposals.value?.items}
            letter={proposals.value?.fields}
          />
        )}
      </Tabs>
    </section>
  );
}

// The letter, or what it carries; or where it was filed.
function Letter(props: ItemViewProps & { marking: Marking | undefined }) {
  const { item, marking, attachment, onAttachment } = props;
  if (item.state === "filed") return <DocumentLink item={item} />;
  const carrier = carrierOfItem(item.id);
  const attachments = item.attachments ?? [];
  return (
    <>
      {attachments.length > 0 && (
        <CarriedList
          carrier={carrier}
          attachments={attachments}
          shown={attachment}
          onOpen={onAttachment}
          look="strip"
        />
      )}
      {attachment ? (
        <AttachmentViewer
          carrier={carrier}
          attachment={attachment}
          onClose={() => onAttachment(undefined)}
        />
      ) : (
        <ItemViewer item={item} marking={marking} />
      )}
    </>
  );
}

export function ItemView(props: ItemViewProps) {
  const { item, found, onReload } = props;
  const [field, setField] = useState<ProposedField>();
  const ofField = useMemo(() => field && markingOf(field), [field]);
  // The same passage, read again, is no other one to go to.
  const passage = found?.snippet && JSON.stringify([found.snippet, found.page]);
  const ofPassage = useMemo(() => found && markingOfPassage(found), [passage]);
  const marking = ofField ?? ofPassage;
  // What was read just now may not have been understood yet: it is asked for until it is.
  const isMoreToCome = isUnfinished(item.text_state) || item.preview_state === "pending";
  useAskAgain(isMoreToCome && item.state !== "filed", onReload);
  return (
    <div class="task-view inbox-view">
      <Split
        name="inbox-item"
        side="end"
        width={globalThis.innerWidth < 1200 ? 320 : 352}
        min={280}
        max={560}
        pane={<Pane {...props} onField={setField} />}
      >
        <section class="task-document" data-pane tabIndex={-1} aria-label={post().document}>
          <Head item={item} onStep={props.onStep} />
          <Letter {...props} marking={marking} />
        </section>
      </Split>
    </div>
  );
}
