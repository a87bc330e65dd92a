// A document: the viewer, and beside it what is known of it.
import { useEffect, useRef, useState } from "preact/hooks";
import { carrierOf, type Openable } from "../api/attachments.ts";
import { getDocument, getDossier } from "../api/objects.ts";
import type { Document } from "../api/types.ts";
import type { Routing } from "../api/workflow.ts";
import { lazy } from "../components/lazy.tsx";
import { Split } from "../components/split.tsx";
import { FailureView, Skeleton } from "../components/states.tsx";
import { Tabs } from "../components/tabs.tsx";
import { navigate, pathOf, place } from "../router/router.ts";
import { shownUnit } from "../shell/plan_tree.tsx";
import { useKeys } from "../state/keys.ts";
import { useLive, useLiveList } from "../state/live.ts";
import { narrow } from "../state/narrow.ts";
import { useMayDispose } from "../state/own_rights.ts";
import { forgetOpened, rememberOpened } from "../state/recent.ts";
import { type Resource, useResource } from "../state/resource.ts";
import { hasEnded } from "../state/routing_chain.ts";
import { routingsOf } from "../state/routings.ts";
import { screenCommands } from "../state/ui.ts";
import { fileKind } from "../text/format.ts";
import { t } from "../text/messages.ts";
import { DocumentViewer } from "../viewer/document_viewer.tsx";
import { placeIn } from "../viewer/hit_place.ts";
import { Absent } from "./absent.tsx";
import { DocumentData } from "./document_data.tsx";
import { DocumentHead } from "./document_head.tsx";
import { History } from "./history.tsx";
import { NewVersion } from "./new_version.tsx";
import { Versions } from "./versions.tsx";

const AttachmentViewer = lazy(
  async () => (await import("../viewer/attachment_viewer.tsx")).AttachmentViewer,
);
const RoutingSlip = lazy(async () => (await import("./routing_slip.tsx")).RoutingSlip);
const ProposeErasure = lazy(
  async () => (await import("./propose_erasure.tsx")).ProposeErasure,
  "nothing",
);
const NewRouting = lazy(async () => (await import("./new_routing.tsx")).NewRouting, "nothing");

type Tab = "data" | "slip" | "versions" | "history";

interface OpenedProps {
  document: Document;
  onChange: (next: Document) => void;
  onReload: () => void;
}

interface DataPaneProps extends OpenedProps {
  tab: Tab;
  onTab: (tab: Tab) => void;
  routings: Resource<Routing[]>;
  onSend: () => void;
  attachment: Openable | undefined;
  onAttachment: (attachment: Openable) => void;
}

function DataPane(props: DataPaneProps) {
  const { document, onChange, onReload, tab, onTab, routings, onSend } = props;
  const words = t().document;
  const pane = useRef<HTMLDivElement>(null);
  // On a phone the pane begins below the document.
  const choose = (next: Tab) => {
    onTab(next);
    if (narrow.value) requestAnimationFrame(() => pane.current?.scrollIntoView({ block: "start" }));
  };
  const running = routings.value?.filter((routing) => !hasEnded(routing)).length;
  return (
    <div class="data-pane" data-pane tabIndex={-1} ref={pane}>
      <Tabs
        label={words.data}
        tabs={[
          { name: "data", label: words.data },
          { name: "slip", label: words.slip, count: running || undefined },
          { name: "versions", label: words.versions, count: document.version.number },
          { name: "history", label: words.history },
        ]}
        chosen={tab}
        onChoose={choose}
      >
        {tab === "data" && (
          <DocumentData
            document={document}
            onChange={onChange}
            onReload={onReload}
            shown={props.attachment}
            onOpen={props.onAttachment}
          />
        )}
        {tab === "slip" && (
          <RoutingSlip routings={routings} onSend={document.binned ? undefined : onSend} />
        )}
        {tab === "versions" && <Versions document={document} />}
        {tab === "history" && <History object={document.id} />}
      </Tabs>
    </div>
  );
}

function OpenedDocument({ document, onChange, onReload }: OpenedProps) {
  const [asking, setAsking] = useState<"version" | "routing" | "erasure">();
  const [tab, setTab] = useState<Tab>("data");
  const [attachment, setAttachment] = useState<Openable>();
  useEffect(() => setAttachment(undefined), [document.id, document.version.number]);
  const routings = useResource(`routings-${document.id}-${document.version.number}`, () =>
    routingsOf(document.id),
  );
  useLiveList(
    ({ object, id, change }) => object === "document" && id === document.id && change === "routing",
    routings.reload,
  );
  const mayErase = useMayDispose(document.id);
  const dossier = useResource(document.dossier_id, () => getDossier(document.dossier_id));
  const unit = dossier.value?.unit_id ?? "";
  useEffect(() => {
    const kind = fileKind(document.version.mime_type);
    const reference = dossier.value?.file_reference;
    if (!reference) return;
    rememberOpened({
      kind: "document",
      id: document.id,
      title: document.subject,
      note: `${kind} · ${reference}`,
    });
  }, [document.id, document.subject, dossier.value?.file_reference]);
  useEffect(() => {
    shownUnit.value = unit;
    return () => {
      shownUnit.value = "";
    };
  }, [unit]);
  const send = () => {
    if (!document.binned) setAsking("routing");
  };
  useKeys({
    Escape: () => attachment ? setAttachment(undefined) : navigate(pathOf("dossier", document.dossier_id)),
    d: () => globalThis.document.querySelector<HTMLAnchorElement>(".document-head [download]")?.click(),
    u: () => !document.binned && setAsking("version"),
    w: send,
  });
  useEffect(() => {
    if (document.binned) return undefined;
    const text = `${t().document.sendRound}: ${document.subject}`;
    screenCommands.value = [{ id: "send-round", text, run: send }];
    return () => {
      screenCommands.value = [];
    };
  }, [document.id, document.subject, document.binned]);
  return (
    <div class="document">
      <DocumentHead
        document={document}
        dossier={dossier.value}
        onChange={onChange}
        onNewVersion={() => setAsking("version")}
        onSend={send}
        onErase={mayErase ? () => setAsking("erasure") : undefined}
      />
      <Split
        name="document"
        side="end"
        width={352}
        min={280}
        max={560}
        pane={
          <DataPane
            document={document}
            onChange={onChange}
            onReload={onReload}
            tab={tab}
            onTab={setTab}
            routings={routings}
            onSend={send}
            attachment={attachment}
            onAttachment={setAttachment}
          />
        }
      >
        {attachment ? (
          <AttachmentViewer
            carrier={carrierOf(document)}
            document={document}
            attachment={attachment}
            onClose={() => setAttachment(undefined)}
          />
        ) : (
          <DocumentViewer
            document={document}
            place={placeIn(place.value.query)}
            onFresh={onChange}
          />
        )}
      </Split>
      {asking === "version" && (
        <NewVersion document={document} onChange={onChange} onClose={() => setAsking(undefined)} />
      )}
      {asking === "erasure" && (
        <ProposeErasure kind="document" id={document.id} onClose={() => setAsking(undefined)} />
      )}
      {asking === "routing" && (
        <NewRouting
          document={document}
          onClose={() => setAsking(undefined)}
          onStarted={() => {
            setAsking(undefined);
            setTab("slip");
            routings.reload();
          }}
        />
      )}
    </div>
  );
}

export function DocumentScreen({ id }: { id: string }) {
  const document = useResource(id, () => getDocument(id));
  useLive("document", id, document.reload);
  const isAbsent = document.failure?.status === 404;
  useEffect(() => {
    if (isAbsent) forgetOpened(id);
  }, [isAbsent, id]);
  if (isAbsent) return <Absent />;
  if (document.failure) return <FailureView failure={document.failure} onRetry={document.reload} />;
  if (!document.value) return <Skeleton rows={12} />;
  return (
    <OpenedDocument document={document.value} onChange={document.set} onReload={document.reload} />
  );
}
