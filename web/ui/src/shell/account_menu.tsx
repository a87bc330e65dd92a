import { Eraser, LogOut, UserRoundCheck } from "lucide-preact";
import type { Session } from "../api/types.ts";
import { signOut } from "../api/session.ts";
import { Button } from "../components/button.tsx";
import { optionsOf, SelectField } from "../components/field.tsx";
import { Popover } from "../components/popover.tsx";
import { navigate, pathOf } from "../router/router.ts";
import { chooseSingleKeys, singleKeys } from "../state/keys.ts";
import { chooseTheme, themeChoice } from "../state/theme.ts";
import { showFailure } from "../state/toasts.ts";
import { initialsOf } from "../text/format.ts";
import { chooseLanguage, language, t } from "../text/messages.ts";

const themes = ["system", "light", "dark"] as const;
const languages = ["de", "en"] as const;

export function AccountMenu({ session }: { session: Session }) {
  const name = session.user.display_name;
  const initials = initialsOf(name);
  return (
    <Popover
      label={t().bar.account(name, initials)}
      buttonClass="avatar"
      button={initials}
      align="end"
    >
      {(close) => (
        <div class="account">
          <p class="account-name">
            <span class="meta">{t().bar.signedInAs}</span>
            <strong>{name}</strong>
            <span class="meta">{session.tenant}</span>
          </p>
          <SelectField
            label={t().bar.theme}
            value={themeChoice.value}
            options={optionsOf(themes, t().bar)}
            onChange={chooseTheme}
          />
          <SelectField
            label={t().bar.language}
            value={language.value}
            options={optionsOf(languages, { de: "Deutsch", en: "English" })}
            onChange={chooseLanguage}
          />
          <label class="choice">
            <input
              type="checkbox"
              checked={singleKeys.value}
              onChange={(event) => chooseSingleKeys(event.currentTarget.checked)}
            />
            {t().bar.singleKeys}
          </label>
          <Button
            icon={UserRoundCheck}
            onClick={() => {
              close();
              navigate(pathOf("substitutions"));
            }}
          >
            {t().nav.substitutions}
          </Button>
          <Button
            icon={Eraser}
            onClick={() => {
              close();
              navigate(pathOf("erasures"));
            }}
          >
            {t().nav.erasures}
          </Button>
          <Button icon={LogOut} onClick={() => void signOut().catch(showFailure)}>
            {t().bar.signOut}
          </Button>
        </div>
      )}
    </Popover>
  );
}
