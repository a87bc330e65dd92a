// The page around the screens: top bar, side with the filing plan, windows above, keys.
import { CloudOff } from "lucide-preact";
import { useEffect, useRef } from "preact/hooks";
import { online } from "../api/client.ts";
import type { Session } from "../api/types.ts";
import { Icon } from "../components/icon.tsx";
import { lazy } from "../components/lazy.tsx";
import { Toasts } from "../components/toast.tsx";
import { navigate, pathOf, place } from "../router/router.ts";
import { Absent } from "../screens/absent.tsx";
import { Bin } from "../screens/bin.tsx";
import { DocumentScreen } from "../screens/document.tsx";
import { DossierScreen } from "../screens/dossier.tsx";
import { Files } from "../screens/files.tsx";
import { Search } from "../screens/search.tsx";
import { Start } from "../screens/start.tsx";
import { UploadDialog } from "../screens/upload_dialog.tsx";
import { focusNextPane, useKeys } from "../state/keys.ts";
import { useLiveList, useLiveStream } from "../state/live.ts";
import { loadInboxes } from "../state/inboxes.ts";
import { loadUnits } from "../state/people.ts";
import { loadPlan } from "../state/plan.ts";
import { loadSavedCounts, loadSavedSearches } from "../state/saved_searches.ts";
import { loadSubstitutions } from "../state/substitutions.ts";
import { loadTasks } from "../state/tasks.ts";
import { undoLast } from "../state/toasts.ts";
import { helpOpen, paletteOpen } from "../state/ui.ts";
import { t } from "../text/messages.ts";
import { Help } from "./help.tsx";
import { MobileNavigation, Navigation } from "./navigation.tsx";
import { Palette } from "./palette.tsx";
import { SessionWatch } from "./session_watch.tsx";
import { StorageNotice } from "./storage_notice.tsx";
import { TopBar } from "./top_bar.tsx";
import { UploadPanel } from "./upload_panel.tsx";

const InboxScreen = lazy(async () => (await import("../screens/inbox.tsx")).InboxScreen);
const Tasks = lazy(async () => (await import("../screens/tasks.tsx")).Tasks);
const Substitutions = lazy(
  async () => (await import("../screens/substitutions.tsx")).Substitutions,
);

const Erasures = lazy(async () => (await import("../screens/erasures.tsx")).Erasures);

function Screen() {
  const { page, id } = place.value;
  switch (page) {
    case "start":
      return <Start />;
    case "inbox":
    case "inbound":
      return <InboxScreen id={id} />;
    case "tasks":
    case "task":
      return <Tasks id={id} />;
    case "substitutions":
      return <Substitutions />;
    case "erasures":
    case "erasure":
      return <Erasures id={id} />;
    case "files":
    case "unit":
      return <Files id={id} />;
    case "dossier":
      return <DossierScreen key={id} id={id} />;
    case "document":
      return <DocumentScreen key={id} id={id} />;
    case "search":
      return <Search />;
    case "bin":
      return <Bin />;
    case "absent":
      return <Absent />;
  }
}

// The shell is drawn anew with each address, after the screen: its keys give way to the screen's.
function useShellKeys(): void {
  useKeys(
    {
      "Ctrl+k": () => {
        paletteOpen.value = true;
      },
      "Ctrl+z": () => void undoLast(),
      "?": () => {
        helpOpen.value = true;
      },
      "/": () => navigate(pathOf("search")),
      F6: focusNextPane,
      "g s": () => navigate(pathOf("start")),
      "g p": () => navigate(pathOf("inbox")),
      "g a": () => navigate(pathOf("tasks")),
      "g e": () => navigate(pathOf("files")),
      "g f": () => navigate(pathOf("search")),
      Escape: () => history.back(),
    },
    "everywhere",
  );
}

// What nobody waits for lets the screen's own questions go first.
const laterMs = 500;

// Tasks, substitutions and names of offices; tasks again when the user comes back to the page.
function useWork(user: string): void {
  useEffect(() => {
    void loadTasks();
    void loadInboxes();
    const later = setTimeout(() => {
      void loadSubstitutions();
      void loadSavedSearches();
      // Without them the names of offices are missing, and nothing else.
      loadUnits().catch(() => undefined);
    }, laterMs);
    const onVisible = () => document.visibilityState === "visible" && void loadTasks();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearTimeout(later);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [user]);
  // A substitution brings tasks or takes them away.
  useLiveList(
    ({ object }) => object === "task" || object === "substitution",
    () => void loadTasks(),
  );
  useLiveList(
    ({ object }) => object === "inbox" || object === "inbound_item",
    () => void loadInboxes(),
  );
  useLiveList(({ object }) => object === "substitution", () => void loadSubstitutions());
  useLiveList(({ object }) => object === "saved_search", () => void loadSavedSearches());
  useNewHits();
}

const countEveryMs = 60_000;

// Whatever is filed may be a new hit. There is no hurry, and the counting is not for nothing.
function useNewHits(): void {
  const due = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useLiveList(
    ({ change }) => change === "documents",
    () => {
      due.current ??= setTimeout(() => {
        due.current = undefined;
        void loadSavedCounts();
      }, countEveryMs);
    },
  );
  useEffect(() => () => clearTimeout(due.current), []);
}

// A new screen is read from its beginning: the focus goes to the main part, not to nowhere.
function useFocusOnChange(main: { current: HTMLElement | null }): void {
  const { page, id } = place.value;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (lost) main.current?.focus();
  }, [page, id]);
}

export function Shell({ session }: { session: Session }) {
  const main = useRef<HTMLElement>(null);
  useEffect(() => void loadPlan(), [session.user.id]);
  useWork(session.user.id);
  useLiveStream();
  useLiveList(
    ({ object, change }) => object === "file_plan" || (object === "unit" && change !== "dossiers"),
    () => void loadPlan(),
  );
  useShellKeys();
  useFocusOnChange(main);
  const page = place.value.page;
  return (
    <div class={`shell on-${page}`}>
      <a class="skip" href="#content">
        {t().app.skip}
      </a>
      <TopBar session={session} />
      <Navigation />
      <main id="content" class="main" tabIndex={-1} ref={main} data-pane>
        {!online.value && (
          <p class="banner offline" role="status">
            <Icon of={CloudOff} /> {t().bar.offline}
          </p>
        )}
        <StorageNotice />
        <Screen />
      </main>
      <MobileNavigation />
      <UploadPanel />
      <Palette />
      <Help />
      <UploadDialog />
      <SessionWatch />
      <Toasts />
    </div>
  );
}
