// The trays at the left: which there are, what lies in the open one, and what is marked of it.
import { ArrowRightLeft, Inbox, RefreshCw, Upload, X } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import type { InboundItem } from "../api/inbox.ts";
import { Button, IconButton } from "../components/button.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { Tabs } from "../components/tabs.tsx";
import { navigate } from "../router/router.ts";
import type { InboxList as Items } from "../state/inbox_list.ts";
import { emptyWords, type InboxTab, isWaiting, pathIn } from "../state/inbox_tabs.ts";
import { inboxCount } from "../state/inboxes.ts";
import { useKeys } from "../state/keys.ts";
import { narrow } from "../state/narrow.ts";
import { post } from "../text/inbox.ts";
import { InboxList } from "./inbox_list.tsx";
import { InboxSearch, NoneFound } from "./inbox_search.tsx";

// On a desk an item takes the place of the one before, beside the list; elsewhere that of the list.
const openItem = (tab: InboxTab, item: InboundItem) =>
  navigate(pathIn(tab, item.id), narrow.value ? "push" : "replace");

function UploadButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useKeys({ u: () => input.current?.click() });
  return (
    <>
      <input
        ref={input}
        class="hidden-text"
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      <IconButton icon={Upload} label={post().upload} onClick={() => input.current?.click()} />
    </>
  );
}

interface ListPaneProps {
  tabs: InboxTab[];
  tab: InboxTab;
  list: Items;
  id: string;
  marks: Marks;
  onForward: () => void;
  onFiles: ((files: File[]) => void) | undefined;
}

export interface Marks {
  ids: ReadonlySet<string>;
  toggle: (item: InboundItem) => void;
  clear: () => void;
}

function MarkBar({ marks, onForward }: { marks: Marks; onForward: () => void }) {
  if (marks.ids.size === 0) return null;
  return (
    <div class="inbox-marks">
      <strong role="status">{post().marked(marks.ids.size)}</strong>
      <Button kind="primary" icon={ArrowRightLeft} onClick={onForward}>
        {post().forward}
      </Button>
      <IconButton icon={X} label={post().clearMarks} onClick={marks.clear} />
    </div>
  );
}

function ListBody({ tab, list, id, marks, onFiles }: ListPaneProps) {
  const [current, setCurrent] = useState("");
  if (list.failure) return <FailureView failure={list.failure} onRetry={list.reload} />;
  if (!list.items) return <Skeleton rows={8} look="card" />;
  if (list.items.length === 0 && list.query) return <NoneFound tab={tab} query={list.query} />;
  if (list.items.length === 0) {
    const [title, text] = emptyWords(tab.name);
    return (
      <Empty icon={Inbox} title={title} text={text}>
        {onFiles && tab.filter.inbox && <UploadButton onFiles={onFiles} />}
      </Empty>
    );
  }
  return (
    <>
      <InboxList
        items={list.items}
        query={list.query}
        // Where the list is the whole screen, moving in it opens nothing yet.
        current={id || current || (list.items[0]?.id ?? "")}
        marked={marks.ids}
        canMark={isWaiting(tab)}
        onCurrent={(item) => (narrow.value ? setCurrent(item.id) : openItem(tab, item))}
        onOpen={(item) => openItem(tab, item)}
        onMark={marks.toggle}
      />
      {list.hasMore && (
        <p class="task-more">
          <Button onClick={list.loadMore}>{post().more}</Button>
        </p>
      )}
    </>
  );
}

export function ListPane(props: ListPaneProps) {
  const { tabs, tab, list, id, marks, onForward, onFiles } = props;
  const choose = (name: string) => {
    const chosen = tabs.find((each) => each.name === name);
    if (chosen) navigate(pathIn(chosen), "replace");
  };
  const openFirst = () => {
    const [first] = list.items ?? [];
    // Not of a list that the search has yet to take the place of.
    if (!first || !list.query || list.query !== tab.filter.q) return;
    document.querySelector<HTMLElement>(".inbox-list")?.focus();
    openItem(tab, first);
  };
  return (
    <section class="task-list-pane" data-pane tabIndex={-1} aria-labelledby="inbox-title">
      <header class="inbox-head">
        <h1 id="inbox-title">{post().title}</h1>
        <span class="meta">{inboxCount.value > 0 && post().fresh(inboxCount.value)}</span>
        {onFiles && <UploadButton onFiles={onFiles} />}
        <IconButton icon={RefreshCw} label={post().refresh} onClick={list.reload} />
      </header>
      <Tabs
        label={post().tabs}
        tabs={tabs.map(({ name, label, count }) => ({ name, label, count }))}
        chosen={tab.name}
        onChoose={choose}
      >
        {isWaiting(tab) && <InboxSearch tab={tab} list={list} id={id} onEnter={openFirst} />}
        <ListBody {...props} />
        <MarkBar marks={marks} onForward={onForward} />
      </Tabs>
    </section>
  );
}
