import type { ErasureMessages } from "./erasure_de.ts";

const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;

export const erasureEn: ErasureMessages = {
  lead: "What is released here is gone for good. One person proposes, a second one releases.",
  list: "Erasures",
  empty: "No erasure",
  emptyText:
    "Here stands what is proposed for erasure and what came of it, as far as you may dispose of it. It is proposed in the menu of a file or a document.",
  states: {
    proposed: "Waits for release",
    released: "Released",
    erasing: "Being erased",
    freeing: "Space is being freed",
    done: "Erased",
    withdrawn: "Withdrawn",
    refused: "Not erased",
  },
  objectStates: { waiting: "still there", destroyed: "erased", left_out: "left out" },
  reasons: {
    on_hold: "The file is on hold.",
    dossier_open: "The file is not closed.",
    routing_open: "A document is still being routed.",
    in_other_erasure: "Proposed for erasure already.",
    documents_left: "Not all documents of the file could be erased.",
    absent: "Gone already.",
  },
  kinds: { dossier: "File", document: "Document" },
  gone: { dossier: "Erased file", document: "Erased document" },
  more: (n) => `and ${n.toLocaleString("en-GB")} more`,
  column: { what: "What", state: "State", proposed: "Proposed", released: "Released", freed: "Freed" },
  byOn: (name, day) => `${name}, ${day}`,
  forPerson: (name, other) => `${name} for ${other}`,
  size: (dossiers, documents, versions, bytes) =>
    [
      dossiers > 0 ? count(dossiers, "file", "files") : "",
      count(documents, "document", "documents"),
      count(versions, "version", "versions"),
      bytes,
    ]
      .filter(Boolean)
      .join(" · "),
  atLeast: "There are more documents than were counted here. All of them are erased.",
  propose: {
    title: "Propose for erasure",
    checking: "Looking at what belongs to it …",
    what: "This would be erased",
    against: "What stands against it",
    warning:
      "This cannot be undone: files, documents with all versions, their texts, routing slips and search hits are gone for good. The log keeps that they were erased.",
    second: "A second person has to release it before.",
    reason: "Reason",
    reasonNote: "Stays in the log for good. Please name no persons.",
    reasonMissing: "Please give a reason.",
    submit: "Propose",
    done: "Proposed for erasure",
  },
  detail: {
    toList: "To the erasures",
    reason: "Reason",
    proposed: "Proposed",
    released: "Released",
    ended: "Ended",
    objects: "What is erased",
    objectsDone: "What was erased",
    destroyed: "Erased",
    leftOut: "Left out",
    leftOutCount: (n) => count(n, "document", "documents"),
    freed: "Space freed",
    steps: "Progress",
    step: { proposed: "Proposed", released: "Released", erasing: "Erased", freeing: "Space freed" },
    stepDone: "done",
    stepNow: "running",
    freeingNote:
      "All of it is gone. The disk still holds remains of it; how much space is freed stands here once it has let go of them.",
    doneNote: "Backups hold what was erased until their generations have gone.",
    refusedNote: "Nothing of it could be erased any more.",
    blocked: "Something stands against it at present. It can be released once that is settled.",
    own: "You have proposed this erasure. A second person has to release it, who does not act for you either.",
    release: "Release …",
    withdraw: "Withdraw …",
  },
  release: {
    title: "Release the erasure",
    text: "After that the erasure begins by itself. It cannot be undone.",
    what: "Erased for good",
    confirm: "I have checked that this is to be erased.",
    confirmMissing: "Please confirm that you have checked it.",
    submit: "Erase for good",
    done: "Released. The erasure begins.",
  },
  withdraw: {
    title: "Withdraw the erasure",
    text: "Nothing is erased. The proposal stays in this list with its end.",
    submit: "Withdraw",
    done: "Erasure withdrawn",
  },
};
