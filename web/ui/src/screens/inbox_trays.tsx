// The trays at the left: which there are, what lies in the open one, and what is marked of it.
import { ArrowRightLeft, Inbox, RefreshCw, Upload, X } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import type { InboundItem } from "../api/inbox.ts";
import { Button, IconButton } from "../components/button.tsx";
import { Empty, FailureView, Skeleton } from "../components/states.tsx";
import { Tabs } from "../components/tabs.tsx";
import { navigate, pathOf } from "../router/router.ts";
import type { InboxList as Items } from "../state/inbox_list.ts";
import { emptyWords, type InboxTab } from "../state/inbox_tabs.ts";
import { useKeys } from "../state/keys.ts";
import { narrow } from "../state/narrow.ts";
import { post } from "../text/inbox.ts";
import { InboxList } from "./inbox_list.tsx";

export const pathOfItem = (id: string, tab: string) => pathOf("inbound", id, { tab });

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
  if (list.items.length === 0) {
    const [title, text] = emptyWords(tab.name);
    return (
      <Empty icon={Inbox} title={title} text={text}>
        {onFiles && tab.filter.inbox && <UploadButton onFiles={onFiles} />}
      </Empty>
    );
  }
  const canMark = tab.name !== "filed" && tab.name !== "discarded";
  return (
    <>
      <InboxList
        items={list.items}
        // Where the list is the whole screen, moving in it opens nothing yet.
        current={id || current || (list.items[0]?.id ?? "")}
        marked={marks.ids}
        canMark={canMark}
        onCurrent={(item) =>
          narrow.value
            ? setCurrent(item.id)
            : navigate(pathOfItem(item.id, tab.name), "replace")
        }
        onOpen={(item) =>
          navigate(pathOfItem(item.id, tab.name), narrow.value ? "push" : "replace")
        }
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
  const { tabs, tab, list, marks, onForward, onFiles } = props;
  const fresh = tabs.reduce((sum, each) => sum + (each.count ?? 0), 0);
  return (
    <section class="task-list-pane" data-pane tabIndex={-1} aria-labelledby="inbox-title">
      <header class="inbox-head">
        <h1 id="inbox-title">{post().title}</h1>
        <span class="meta">{fresh > 0 && post().fresh(fresh)}</span>
        {onFiles && <UploadButton onFiles={onFiles} />}
        <IconButton icon={RefreshCw} label={post().refresh} onClick={list.reload} />
      </header>
      <Tabs
        label={post().tabs}
        tabs={tabs.map(({ name, label, count }) => ({ name, label, count }))}
        chosen={tab.name}
        onChoose={(name) => navigate(pathOf("inbox", "", { tab: name }), "replace")}
      >
        <ListBody {...props} />
        <MarkBar marks={marks} onForward={onForward} />
      </Tabs>
    </section>
  );
}
