#include "dms/export_readme.h"

#include <fmt/format.h>

namespace dms {

namespace {

constexpr const char* german = R"(DATEN VON {name}
(Mandant "{tenant}", aus dem Dokumentenmanagement Aktenwerk)

Dieser Ordner enthält alle Akten und Dokumente. Er lässt sich ohne Aktenwerk lesen.

dossiers/   Die Akten, geordnet nach dem Aktenplan: je Einheit ein Ordner "<Kennzeichen> <Titel>",
            darin je Akte ein Ordner "<Aktenzeichen> <Titel>", darin je Dokument ein Ordner
            "<Nummer> <Datum> <Betreff>". In ihm liegt die Datei unter ihrem Namen, in der zuletzt
            gültigen Fassung. Frühere Fassungen liegen darin unter versions/<Nummer>/.
bin/        Dokumente aus dem Papierkorb.
inbox/      Die Posteingänge, mit dem, was darin noch nicht abgelegt ist.
metadata.json   liegt in jedem dieser Ordner und sagt, was über ihn bekannt ist: Betreff, Absender,
            Daten, wer wann was eingetragen hat. "names" nennt die Namen zu den Kennungen (UUID),
            "versions" zu jeder Fassung die Dateien ("paths").
machine/    Dasselbe für Programme, vollständig: alle Datensätze, das Protokoll mit seiner
            Prüfkette, die Lesezugriffe und Inhalte ohne eigene Datei (etwa erkannte Texte).
            "aktenwerk import" macht daraus wieder denselben Mandanten.
SHA256SUMS  Prüfsummen aller Dateien. Zu prüfen mit: sha256sum --check --quiet SHA256SUMS

Namen, die nicht jedes Dateisystem verträgt, sind angepasst und gekürzt; wie eine Datei wirklich
heißt, steht in metadata.json ("file_name").
{secrets_de}
Dieser Ordner ist so vertraulich wie die Akten selbst und nicht verschlüsselt.
)";

constexpr const char* english = R"(
----------------------------------------------------------------------------------------------------

DATA OF {name}
(tenant "{tenant}", from the document management Aktenwerk)

This folder holds all dossiers and documents. It can be read without Aktenwerk.

dossiers/   The dossiers by filing plan: a folder "<code> <title>" a unit, in it a folder
            "<file reference> <title>" a dossier, in it a folder "<number> <date> <subject>" a
            document. In that lies the file under its name, in its current version. Earlier
            versions lie there below versions/<number>/.
bin/        Documents in the bin.
inbox/      The inboxes, with what is not filed yet.
metadata.json   lies in each of these folders and says what is known: subject, sender, dates, who
            entered what when. "names" gives the names for ids (UUID), "versions" the files of each
            version ("paths").
machine/    The same for programs, complete: all records, the journal with its chain of hashes, the
            reads, and contents that have no file of their own (recognised text, for example).
            "aktenwerk import" makes the same tenant of it again.
SHA256SUMS  Checksums of all files. To check them: sha256sum --check --quiet SHA256SUMS

Names that not every file system takes were adapted and shortened; what a file is really called
stands in metadata.json ("file_name").
{secrets_en}
This folder is as confidential as the dossiers themselves, and not encrypted.
)";

}  // namespace

std::string export_readme(const exchange::ExportDescription& description) {
  const std::string secrets_de =
      description.secrets
          ? "Auch Prüfwerte von Passwörtern und Zugangsschlüsseln sind enthalten."
          : "Passwörter, Anmeldungen und Zugangsschlüssel von Programmen sind nicht enthalten.";
  const std::string secrets_en =
      description.secrets ? "Hashes of passwords and of access tokens are included."
                          : "Passwords, sessions and programs' access tokens are not included.";
  return fmt::format(fmt::runtime(std::string(german) + english),
                     fmt::arg("name", description.name), fmt::arg("tenant", description.tenant),
                     fmt::arg("secrets_de", secrets_de), fmt::arg("secrets_en", secrets_en));
}

}  // namespace dms
