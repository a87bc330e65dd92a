// Documents that are like one: what a search would have to ask for, taken from its text.
import { FileSearch } from "lucide-preact";
import { getDocument, listSimilar } from "../api/objects.ts";
import { Empty, FailureView } from "../components/states.tsx";
import { pathOf } from "../router/router.ts";
import { useResource } from "../state/resource.ts";
import { t } from "../text/messages.ts";
import { Absent } from "./absent.tsx";
import { HitsWithPreview } from "./hits_with_preview.tsx";

const shownMax = 20;

export function Similar({ id }: { id: string }) {
  const document = useResource(id, () => getDocument(id));
  if (document.failure?.status === 404) return <Absent />;
  if (document.failure) return <FailureView failure={document.failure} onRetry={document.reload} />;
  const words = t().search;
  return (
    <div class="search-screen">
      <header class="screen-head">
        <h1>{words.similar}</h1>
        <p class="similar-to">
          {words.similarTo} <a href={pathOf("document", id)}>{document.value?.subject}</a>
        </p>
      </header>
      <div class="search-body">
        <HitsWithPreview
          name={`similar ${id}`}
          load={() => listSimilar(id, shownMax)}
          query=""
          rows="short"
          empty={<Empty icon={FileSearch} title={words.similarNone} text={words.similarNoneText} />}
        />
      </div>
    </div>
  );
}
