// The words of destroying for good, in German. They come with the screens that need them; erasure_en.ts
// must have the same keys.
const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString("de-DE")} ${n === 1 ? one : many}`;

export const erasureDe = {
  lead: "Was hier freigegeben wird, ist endgültig fort. Eine Person schlägt vor, eine zweite gibt frei.",
  list: "Vernichtungen",
  empty: "Keine Vernichtung",
  emptyText:
    "Hier steht, was zur Vernichtung vorgeschlagen ist und was daraus wurde, soweit Sie darüber verfügen dürfen. Vorgeschlagen wird im Menü einer Akte oder eines Dokuments.",
  states: {
    proposed: "Wartet auf Freigabe",
    released: "Freigegeben",
    erasing: "Wird vernichtet",
    freeing: "Speicher wird geräumt",
    done: "Vernichtet",
    withdrawn: "Zurückgezogen",
    refused: "Nicht vernichtet",
  },
  objectStates: { waiting: "noch da", destroyed: "vernichtet", left_out: "ausgelassen" },
  reasons: {
    on_hold: "Auf der Akte liegt eine Vernichtungssperre.",
    dossier_open: "Die Akte ist nicht geschlossen.",
    routing_open: "Ein Dokument ist noch im Geschäftsgang.",
    in_other_erasure: "Schon zur Vernichtung vorgeschlagen.",
    documents_left: "Nicht alle Dokumente der Akte konnten vernichtet werden.",
    absent: "Nicht mehr da.",
  },
  kinds: { dossier: "Akte", document: "Dokument" },
  gone: { dossier: "Vernichtete Akte", document: "Vernichtetes Dokument" },
  more: (n: number) => `und ${n.toLocaleString("de-DE")} weitere`,
  column: { what: "Was", state: "Stand", proposed: "Vorgeschlagen", released: "Freigegeben", freed: "Frei geworden" },
  byOn: (name: string, day: string) => `${name}, ${day}`,
  forPerson: (name: string, other: string) => `${name} für ${other}`,
  size: (dossiers: number, documents: number, versions: number, bytes: string) =>
    [
      dossiers > 0 ? count(dossiers, "Akte", "Akten") : "",
      count(documents, "Dokument", "Dokumente"),
      count(versions, "Version", "Versionen"),
      bytes,
    ]
      .filter(Boolean)
      .join(" · "),
  atLeast: "Es sind mehr Dokumente, als hier gezählt wurden. Vernichtet werden alle.",
  propose: {
    title: "Zur Vernichtung vorschlagen",
    checking: "Es wird geprüft, was dazugehört …",
    what: "Das würde vernichtet",
    against: "Das steht dagegen",
    warning:
      "Das lässt sich nicht rückgängig machen: Akten, Dokumente mit allen Versionen, ihre Texte, Laufzettel und Suchtreffer sind danach endgültig fort. Im Protokoll bleibt, dass vernichtet wurde.",
    second: "Vorher muss eine zweite Person freigeben.",
    reason: "Grund",
    reasonNote: "Steht dauerhaft im Protokoll. Bitte keine Namen nennen.",
    reasonMissing: "Bitte einen Grund angeben.",
    submit: "Vorschlagen",
    done: "Zur Vernichtung vorgeschlagen",
  },
  detail: {
    toList: "Zu den Vernichtungen",
    reason: "Grund",
    proposed: "Vorgeschlagen",
    released: "Freigegeben",
    ended: "Beendet",
    objects: "Was vernichtet wird",
    objectsDone: "Was vernichtet wurde",
    destroyed: "Vernichtet",
    leftOut: "Ausgelassen",
    leftOutCount: (n: number) => count(n, "Dokument", "Dokumente"),
    freed: "Speicherplatz frei geworden",
    steps: "Fortschritt",
    step: { proposed: "Vorgeschlagen", released: "Freigegeben", erasing: "Vernichtet", freeing: "Speicher geräumt" },
    stepDone: "erledigt",
    stepNow: "läuft",
    freeingNote:
      "Alles ist fort. Der Datenträger hält noch Reste davon; wie viel Platz frei wird, steht hier, sobald er sie hergegeben hat.",
    doneNote: "Sicherungen halten das Vernichtete noch, bis ihre Generationen abgelaufen sind.",
    refusedNote: "Nichts davon konnte mehr vernichtet werden.",
    blocked: "Zurzeit steht etwas dagegen. Freigegeben werden kann erst, wenn das behoben ist.",
    own: "Sie haben diese Vernichtung vorgeschlagen. Freigeben muss eine zweite Person, die auch nicht in Ihrer Vertretung handelt.",
    release: "Freigeben …",
    withdraw: "Zurückziehen …",
  },
  release: {
    title: "Vernichtung freigeben",
    text: "Danach beginnt die Vernichtung von selbst. Sie lässt sich nicht rückgängig machen.",
    what: "Endgültig vernichtet wird",
    confirm: "Ich habe geprüft, dass das vernichtet werden soll.",
    confirmMissing: "Bitte bestätigen Sie, dass Sie es geprüft haben.",
    submit: "Endgültig vernichten",
    done: "Freigegeben. Die Vernichtung beginnt.",
  },
  withdraw: {
    title: "Vernichtung zurückziehen",
    text: "Nichts wird vernichtet. Der Vorschlag steht mit seinem Ende weiter in dieser Liste.",
    submit: "Zurückziehen",
    done: "Vernichtung zurückgezogen",
  },
};

export type ErasureMessages = typeof erasureDe;
