// What can be done from everywhere: by the palette, and most of it by a key.
import { signOut } from "../api/session.ts";
import { navigate, pathOf } from "../router/router.ts";
import { chooseTheme, theme } from "../state/theme.ts";
import { showFailure } from "../state/toasts.ts";
import { type Command, helpOpen, screenCommands, uploadDialog, uploadTarget } from "../state/ui.ts";
import { chooseLanguage, language, t } from "../text/messages.ts";

export function askForUpload(): void {
  const target = uploadTarget.value;
  if (target) uploadDialog.value = { target, files: [] };
}

export function commands(): Command[] {
  const pages = [
    "start", "inbox", "tasks", "files", "search", "bin", "substitutions", "erasures",
  ] as const;
  const goTo = (page: (typeof pages)[number]): Command => ({
    id: `go-${page}`,
    text: t().palette.goTo(t().nav[page]),
    run: () => navigate(pathOf(page)),
  });
  const list = [...screenCommands.value, ...pages.map(goTo)];
  if (uploadTarget.value) {
    list.unshift({
      id: "upload",
      text: `${t().upload.title}: ${uploadTarget.value.reference}`,
      run: askForUpload,
    });
  }
  const isDark = theme.value === "dark";
  list.push(
    {
      id: "theme",
      text: isDark ? t().palette.toLight : t().palette.toDark,
      run: () => chooseTheme(isDark ? "light" : "dark"),
    },
    {
      id: "language",
      text: language.value === "de" ? "English" : "Deutsch",
      run: () => chooseLanguage(language.value === "de" ? "en" : "de"),
    },
    {
      id: "help",
      text: t().bar.help,
      run: () => {
        helpOpen.value = true;
      },
    },
    { id: "sign-out", text: t().bar.signOut, run: () => void signOut().catch(showFailure) },
  );
  return list;
}
