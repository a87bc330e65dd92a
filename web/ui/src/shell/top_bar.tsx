import { CircleQuestionMark, Search, Upload } from "lucide-preact";
import type { Session } from "../api/types.ts";
import { IconButton } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { pathOf } from "../router/router.ts";
import { helpOpen, paletteOpen, uploadTarget } from "../state/ui.ts";
import { t } from "../text/messages.ts";
import { AccountMenu } from "./account_menu.tsx";
import { askForUpload } from "./commands.ts";

export function TopBar({ session }: { session: Session }) {
  return (
    <header class="top-bar">
      <a class="brand" href={pathOf("start")}>
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span class="hidden-text narrow-only">{t().app.name}</span>
        <span class="brand-text">
          <strong>{t().app.name}</strong>
          <span>{session.tenant}</span>
        </span>
      </a>
      <button
        type="button"
        class="palette-opener"
        onClick={() => {
          paletteOpen.value = true;
        }}
      >
        <Icon of={Search} />
        <span class="wide-only">{t().bar.search}</span>
        <span class="narrow-only">{t().bar.searchShort}</span>
        <kbd class="wide-only">{t().keys.ctrl} K</kbd>
      </button>
      <div class="top-actions">
        <IconButton
          icon={Upload}
          label={uploadTarget.value ? t().bar.upload : `${t().bar.upload}: ${t().upload.needDossier}`}
          disabled={!uploadTarget.value}
          onClick={askForUpload}
        />
        <IconButton
          icon={CircleQuestionMark}
          label={t().bar.help}
          onClick={() => {
            helpOpen.value = true;
          }}
        />
        <AccountMenu session={session} />
      </div>
    </header>
  );
}
