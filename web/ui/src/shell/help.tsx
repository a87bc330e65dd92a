import { Dialog } from "../components/dialog.tsx";
import { singleKeys } from "../state/keys.ts";
import { helpOpen } from "../state/ui.ts";
import { t } from "../text/messages.ts";

export function Help() {
  if (!helpOpen.value) return null;
  const { keys } = t();
  const rows: [string[], string][] = [
    [[`${keys.ctrl} K`], keys.palette],
    [["/"], keys.searchHere],
    [["G", "S"], keys.goStart],
    [["G", "P"], keys.goInbox],
    [["G", "A"], keys.goTasks],
    [["G", "E"], keys.goFiles],
    [["G", "F"], keys.goFind],
    [["J", "K"], keys.move],
    [["↵"], keys.open],
    [["␣"], keys.preview],
    [["."], keys.actions],
    [["Esc"], keys.back],
    [["N"], keys.create],
    [["U"], keys.upload],
    [["D"], keys.download],
    [["M"], keys.sign],
    [[`${keys.ctrl} ↵`], keys.doAndNext],
    [["R"], keys.return],
    [["W"], keys.forward],
    [["1", "3"], keys.proposal],
    [["A"], keys.otherDossier],
    [["X"], keys.mark],
    [["F6"], keys.nextPane],
    [[`${keys.ctrl} Z`], keys.undo],
    [["?"], keys.help],
  ];
  return (
    <Dialog
      title={keys.title}
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <dl class="key-list">
        {rows.map(([names, text]) => (
          <div key={text}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {!singleKeys.value && <p class="meta">{keys.off}</p>}
    </Dialog>
  );
}
