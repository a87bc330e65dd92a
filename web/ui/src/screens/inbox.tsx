// The inbox: trays and their list, the letter, and filing it. After filing the next item is shown and
// told, and the focus stays where the work is.
import { Inbox } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Openable } from "../api/attachments.ts";
import { getItem, type InboundItem, restoreItem, undoFiling } from "../api/inbox.ts";
import { Split } from "../components/split.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { navigate, place } from "../router/router.ts";
import { useDrop } from "../state/drop.ts";
import { type InboxList as Items, useInboxList } from "../state/inbox_list.ts";
import { type InboxTab, pathIn, searched, tabsIn } from "../state/inbox_tabs.ts";
import { inboxes, loadInboxes, openInboxes } from "../state/inboxes.ts";
import { useKeys } from "../state/keys.ts";
import { useLive, useLiveList } from "../state/live.ts";
import { narrow } from "../state/narrow.ts";
import { useResource } from "../state/resource.ts";
import { showToast } from "../state/toasts.ts";
import { addUploads } from "../state/uploads.ts";
import { isMailFile, subjectFromName } from "../text/format.ts";
import { post } from "../text/inbox.ts";
import { Distribute } from "./inbox_distribute.tsx";
import { ItemView } from "./inbox_item.tsx";
import { ListPane, type Marks } from "./inbox_trays.tsx";

// Which one comes when `gone` leaves the list: the one after it, else the one before.
export function nextAfter(list: readonly InboundItem[], gone: string): InboundItem | undefined {
  const at = list.findIndex((item) => item.id === gone);
  return at < 0 ? list[0] : (list[at + 1] ?? list[at - 1]);
}

// Where files that are dropped or chosen go: the tray that is open, else the first one that takes any.
function inboxForFiles(tab: InboxTab | undefined) {
  const takes = openInboxes.value.filter((inbox) => inbox.rights.includes("file"));
  return takes.find((inbox) => inbox.id === tab?.name) ?? takes[0];
}

function useMarks(key: string): Marks {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setIds(new Set()), [key]);
  return {
    ids,
    toggle: ({ id }) => {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setIds(next);
    },
    clear: () => setIds(new Set()),
  };
}

function Gone({ tab }: { tab: InboxTab }) {
  return (
    <Empty icon={Inbox} heading={narrow.value ? "h1" : "h2"} title={post().gone} text={post().goneText}>
      <a class="button plain" href={pathIn(tab)}>
        <span>{post().toList}</span>
      </a>
    </Empty>
  );
}

const focusPane = () => document.querySelector<HTMLElement>(".inbox-pane")?.focus();

// After an item has left the tray: which one comes, told, with the focus where the work is.
function useGoOn(list: Items, tab: InboxTab) {
  const [told, setTold] = useState("");
  const wantsPane = useRef(false);
  const goOn = (gone: readonly string[], from: string) => {
    const rest = (list.items ?? []).filter((item) => !gone.includes(item.id) || item.id === from);
    const next = gone.includes(from) ? nextAfter(rest, from) : undefined;
    // Where the focus was in what goes away now; in the list it stays.
    wantsPane.current = !document.activeElement?.closest(".inbox-list");
    list.drop(gone);
    void loadInboxes();
    if (!gone.includes(from)) return;
    navigate(pathIn(tab, narrow.value ? "" : next?.id), "replace");
    setTold(next ? post().nextTold(next.subject) : post().lastTold);
  };
  return { told, goOn, wantsPane };
}

function InboxBody({ id, tabs, tab }: { id: string; tabs: InboxTab[]; tab: InboxTab }) {
  const list = useInboxList(tab.name, tab.filter);
  const marks = useMarks(pathIn(tab));
  const [forwarding, setForwarding] = useState<readonly InboundItem[]>();
  const opened = useResource(id, () => getItem(id));
  // What an item carries is looked at until another item is.
  const [looked, setLooked] = useState<{ at: Openable; of: string }>();
  const attachment = looked?.of === id ? looked.at : undefined;
  const { told, goOn, wantsPane } = useGoOn(list, tab);
  const item = opened.value;
  useLive("inbound_item", id, opened.reload);
  useLiveList(
    ({ object, change }) => object === "inbound_item" || (object === "inbox" && change === "items"),
    list.reload,
  );
  // On a desk something is always shown beside the list.
  useEffect(() => {
    const first = list.items?.[0];
    if (id === "" && first && !narrow.value) navigate(pathIn(tab, first.id), "replace");
  }, [id, list.items, narrow.value]);
  useEffect(() => {
    if (!wantsPane.current || !item) return;
    wantsPane.current = false;
    // Whoever has gone elsewhere meanwhile stays there.
    const isBusy = document.activeElement?.closest(".inbox-list, dialog, input, textarea, select");
    if (!isBusy) focusPane();
  }, [item?.id]);
  useKeys({
    Escape: () => {
      if (attachment) setLooked(undefined);
      else if (narrow.value && id) navigate(pathIn(tab));
      else if (tab.filter.q) navigate(pathIn(searched(tab, ""), id), "replace");
      else history.back();
    },
  });
  const target = inboxForFiles(tab);
  const send = (files: File[]) => {
    if (!target) return;
    const of = ({ name }: File) =>
      isMailFile(name)
        ? { inbox_id: target.id }
        : { inbox_id: target.id, subject: subjectFromName(name) };
    addUploads(files.map((file) => ({ file, metadata: of(file) })));
  };
  const drop = useDrop(send);
  const back = (changed: InboundItem) => {
    list.reload();
    void loadInboxes();
    navigate(pathIn(tab, changed.id), "replace");
  };
  const onFiled = (filed: InboundItem, reference: string) => {
    showToast({
      kind: "done",
      text: post().filedTo(reference),
      undo: async () => back(await undoFiling(filed.id, filed.revision)),
    });
    goOn([filed.id], id);
  };
  const onDiscarded = (gone: InboundItem) => {
    showToast({
      kind: "done",
      text: post().discardedText,
      undo: async () => back(await restoreItem(gone.id, gone.revision)),
    });
    goOn([gone.id], id);
  };
  const onStep = (by: 1 | -1) => {
    const items = list.items ?? [];
    const next = items[items.findIndex((each) => each.id === id) + by];
    if (next) navigate(pathIn(tab, next.id), "replace");
  };
  const forwardMarked = () =>
    setForwarding((list.items ?? []).filter((each) => marks.ids.has(each.id) && !each.malware));
  const view = (
    <>
      {opened.failure?.status === 404 && <Gone tab={tab} />}
      {opened.failure && opened.failure.status !== 404 && (
        <FailureView failure={opened.failure} onRetry={opened.reload} />
      )}
      {id !== "" && !item && !opened.failure && <Skeleton rows={1} look="page" />}
      {item && (
        <ItemView
          key={item.id}
          item={item}
          found={list.items?.find((each) => each.id === item.id)}
          onFiled={onFiled}
          onDiscarded={onDiscarded}
          onChanged={(next) => {
            opened.set(next);
            list.reload();
            void loadInboxes();
          }}
          onForward={() => setForwarding([item])}
          onReload={opened.reload}
          onStep={onStep}
          attachment={attachment}
          onAttachment={(at) => setLooked(at && { at, of: id })}
        />
      )}
    </>
  );
  const pane = (
    <ListPane
      tabs={tabs}
      tab={tab}
      list={list}
      id={id}
      marks={marks}
      onForward={forwardMarked}
      onFiles={target && send}
    />
  );
  let body = view;
  if (narrow.value) body = id === "" ? pane : view;
  else {
    body = (
      <Split
        name="inbox"
        side="start"
        width={globalThis.innerWidth < 1200 ? 300 : 364}
        min={240}
        max={520}
        pane={pane}
      >
        {view}
      </Split>
    );
  }
  return (
    <div class={drop.over ? "tasks-screen drop-over" : "tasks-screen"} {...drop.handlers}>
      {body}
      {drop.over && target && <p class="inbox-drop">{post().drop(target.name)}</p>}
      {forwarding && (
        <Distribute
          items={forwarding}
          onClose={() => setForwarding(undefined)}
          onDone={(gone) => {
            setForwarding(undefined);
            marks.clear();
            goOn(
              gone.map((each) => each.id),
              id,
            );
          }}
        />
      )}
      <p class="hidden-text" role="status">
        {told}
      </p>
    </div>
  );
}

export function InboxScreen({ id }: { id: string }) {
  const [asked, setAsked] = useState(inboxes.value.length > 0);
  useEffect(() => {
    void loadInboxes().then(() => setAsked(true));
  }, []);
  const { tabs, tab } = tabsIn(place.value.query);
  if (!asked || !tab) return <Skeleton rows={8} look="card" />;
  return <InboxBody id={id} tabs={tabs} tab={tab} />;
}
