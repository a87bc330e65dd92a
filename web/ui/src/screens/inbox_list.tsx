// The list of a tray: a listbox with one tab stop; the current item is the active descendant, and what
// is marked (X, or the box before it) is dealt with together.
import { File, Folder, Mail, Paperclip, ScanLine, ShieldAlert, Smartphone, Upload, UserRound } from "lucide-preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { InboundItem } from "../api/inbox.ts";
import { Chip } from "../components/chip.tsx";
import { DueChip } from "../components/due_chip.tsx";
import { Icon, type LucideIcon } from "../components/icon.tsx";
import { Marked, MarkedWords } from "../components/marks.tsx";
import { useKeys } from "../state/keys.ts";
import { useListKeys } from "../state/list_keys.ts";
import { bestProposal, wantProposals } from "../state/proposals.ts";
import { nameOfPerson } from "../state/people.ts";
import { formatNear } from "../text/format.ts";
import { post } from "../text/inbox.ts";
import { t } from "../text/messages.ts";
import { reasonText } from "./inbox_proposals.tsx";

interface InboxListProps {
  items: readonly InboundItem[];
  // What they were found by, to be marked; "" for the list as it is.
  query: string;
  current: string;
  marked: ReadonlySet<string>;
  canMark: boolean;
  onCurrent: (item: InboundItem) => void;
  // By pointer, or by Enter on the current one.
  onOpen: (item: InboundItem) => void;
  onMark: (item: InboundItem) => void;
}

const channelIcons: Record<string, LucideIcon> = {
  upload: Upload,
  scan_folder: ScanLine,
  email: Mail,
  app: Smartphone,
};

// Today's by the hour alone, as in a day book.
function shortTime(at: string): string {
  return formatNear(at).replace(`${t().common.today} `, "");
}

// Where it will probably go; how sure that is by sign, word and colour.
function ProposalChip({ item }: { item: InboundItem }) {
  const best = bestProposal(item);
  if (!best) return null;
  const isNamed = best.reasons.some((each) => each.endsWith("in_text") || each === "your_reference");
  return (
    <span class="chip neutral" title={`${post().proposed}: ${best.title}. ${reasonText(best)}`}>
      <Icon of={Folder} size={13} />
      <span class="hidden-text">{post().proposed} </span>
      <span class="figures">{best.file_reference}</span>
      <span class={isNamed ? "sureness sure" : "sureness"} aria-hidden="true" />
    </span>
  );
}

function Passage({ item }: { item: InboundItem }) {
  if (!item.snippet) return null;
  return (
    <span class="snippet">
      {item.page && <span class="meta figures">{post().onPage(item.page)} · </span>}
      <Marked snippet={item.snippet} />
    </span>
  );
}

function Row({ item, query }: { item: InboundItem; query: string }) {
  const words = post();
  const isNew = item.state === "received";
  return (
    <>
      <span class="inbox-top">
        <Icon of={channelIcons[item.receipt_stamp.channel] ?? File} size={14} />
        <span class="inbox-sender">
          {item.sender ? <MarkedWords text={item.sender} query={query} /> : words.noSender}
        </span>
        <time class="meta figures" dateTime={item.receipt_stamp.at}>
          {shortTime(item.receipt_stamp.at)}
        </time>
      </span>
      <span class={isNew ? "inbox-subject new" : "inbox-subject"}>
        <MarkedWords text={item.subject} query={query} />
      </span>
      <Passage item={item} />
      <span class="inbox-notes">
        {item.malware ? (
          <Chip icon={ShieldAlert} tone="red">
            {words.malware}
          </Chip>
        ) : (
          <ProposalChip item={item} />
        )}
        {item.filing && (
          <Chip>
            <span class="figures">{item.filing.file_reference}</span>
          </Chip>
        )}
        {item.state === "distributed" && item.assigned_to && (
          <Chip icon={UserRound}>{nameOfPerson(item.assigned_to)}</Chip>
        )}
        {item.state !== "filed" && <DueChip due={item.deadline} />}
        {item.file.pages > 0 && (
          <span class="inbox-pages meta">
            <Icon of={Paperclip} size={12} /> {words.pagesShort(item.file.pages)}
          </span>
        )}
      </span>
    </>
  );
}

export function InboxList(props: InboxListProps) {
  const { items, query, current, marked, canMark, onCurrent, onOpen, onMark } = props;
  const id = useId();
  const element = useRef<HTMLDivElement>(null);
  const at = items.findIndex((item) => item.id === current);
  useEffect(() => {
    const row = element.current?.querySelector(".inbox-row.current");
    row?.scrollIntoView?.({ block: "nearest" });
  }, [current]);
  useEffect(() => wantProposals(items), [items]);
  // What the virus scanner found something in is handed on by nobody.
  const isMarkable = (item: InboundItem) => canMark && !item.malware;
  const mark = (item: InboundItem | undefined) => {
    if (item && isMarkable(item)) onMark(item);
  };
  useKeys({ x: () => mark(items[at]) });
  const onKeyDown = useListKeys({ element, items, at, onCurrent, onOpen, also: { " ": mark } });
  return (
    <div
      ref={element}
      class="inbox-list"
      role="listbox"
      aria-multiselectable="true"
      tabIndex={0}
      aria-label={post().list}
      aria-activedescendant={at >= 0 ? `${id}-${current}` : undefined}
      onKeyDown={onKeyDown}
    >
      {items.map((item) => {
        const isMarked = marked.has(item.id);
        return (
          <div
            key={item.id}
            id={`${id}-${item.id}`}
            class={item.id === current ? "inbox-row current" : "inbox-row"}
            role="option"
            aria-selected={isMarked}
            aria-current={item.id === current ? "true" : undefined}
            onClick={(event) => {
              const onBox = (event.target as Element).closest(".inbox-mark");
              if (onBox && isMarkable(item)) onMark(item);
              else onOpen(item);
            }}
          >
            {isMarkable(item) && (
              <span
                class={isMarked ? "inbox-mark marked" : "inbox-mark"}
                title={post().mark(item.subject)}
                aria-hidden="true"
              />
            )}
            <Row item={item} query={query} />
          </div>
        );
      })}
    </div>
  );
}
