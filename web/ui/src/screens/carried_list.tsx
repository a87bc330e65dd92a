// What a file carries: each opened in the file's place, fetched, and, of a document, made a document
// of its own.
import { Download, FilePlus2 } from "lucide-preact";
import { attachmentHref, type Carrier, isOpenable, type Openable } from "../api/attachments.ts";
import type { Attachment } from "../api/types.ts";
import { IconButton } from "../components/button.tsx";
import { FileBadge } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { pathOf } from "../router/router.ts";
import { carried, nameOf } from "../text/attachments.ts";
import { formatSize } from "../text/format.ts";

export interface CarriedListProps {
  carrier: Carrier;
  attachments: Attachment[];
  // The one that stands in the file's place.
  shown: Openable | undefined;
  onOpen: (attachment: Openable) => void;
  // Above the file rather than among its data.
  look?: "strip";
  // What became of it: "filing", or a document's id.
  madeOf?: (attachment: Openable) => string | undefined;
  onFile?: ((attachment: Openable) => void) | undefined;
}

function Row(props: CarriedListProps & { attachment: Openable }) {
  const { carrier, attachment, shown, onOpen, madeOf, onFile } = props;
  const words = carried();
  const name = nameOf(attachment);
  const made = madeOf?.(attachment);
  return (
    <>
      <div class="part-text">
        <button
          type="button"
          class="link-button"
          aria-label={words.open(name)}
          aria-current={shown?.number === attachment.number ? "true" : undefined}
          onClick={() => onOpen(attachment)}
        >
          {name}
        </button>
        <span class="meta">
          {attachment.size !== undefined && formatSize(attachment.size)}
          {made && made !== "filing" && <a href={pathOf("document", made)}>{words.toDocument}</a>}
        </span>
      </div>
      <a
        class="icon-button"
        href={attachmentHref(carrier, attachment)}
        download
        aria-label={words.download(name)}
        title={words.download(name)}
      >
        <Icon of={Download} />
      </a>
      {onFile && (
        <IconButton
          icon={FilePlus2}
          label={words.fileNamed(name)}
          disabled={made !== undefined}
          onClick={() => onFile(attachment)}
        />
      )}
    </>
  );
}

function Alone({ attachment }: { attachment: Attachment }) {
  return (
    <div class="part-text">
      <span>{nameOf(attachment)}</span>
      <span class="meta">{carried().notAlone}</span>
    </div>
  );
}

export function CarriedList(props: CarriedListProps) {
  return (
    <section class={`parts ${props.look ?? ""}`} aria-labelledby="parts-title">
      <h2 id="parts-title">{carried().title}</h2>
      <ul>
        {props.attachments.map((each, i) => (
          <li key={each.number ?? `at ${i}`}>
            <FileBadge mimeType={each.mime_type} />
            {isOpenable(each) ? <Row {...props} attachment={each} /> : <Alone attachment={each} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
