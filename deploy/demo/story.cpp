#include "deploy/demo/story.h"

namespace dms::demo {

namespace {

constexpr auto in = Direction::incoming;
constexpr auto out = Direction::outgoing;
constexpr auto note = Direction::internal;
constexpr auto letter = DocumentType::letter;
constexpr auto memo = DocumentType::memo;
constexpr auto email = DocumentType::email;

const std::string town = "Gemeinde Musterbach, Rathausplatz 1, 79999 Musterbach";
const std::string ackerlund = "Petra Ackerlund, Mühlweg 4, 79999 Musterbach";
const std::string district = "Landratsamt Bachtalkreis, Kreishaus 2, 79990 Bachtal";
const std::string farmer = "Hof Tannengrund GbR, Tannengrund 1, 79999 Musterbach";
const std::string parents = "Elternbeirat Kindergarten Sonnenblume, Am Anger 3, 79999 Musterbach";

Story building_consent() {
  return {"622.1",
          "Neubau eines Einfamilienhauses, Flurstück 1420/3, Mühlweg 4",
          Classification::normal,
          {{21,
            in,
            DocumentType::application,
            LetterFormat::pdf,
            district,
            town,
            "Ersuchen um Einvernehmen nach § 36 BauGB, Flurstück 1420/3",
            {"wir übersenden den Bauantrag von Frau Petra Ackerlund für den Neubau eines "
             "Einfamilienhauses mit Doppelgarage und bitten um Erteilung des gemeindlichen "
             "Einvernehmens binnen zwei Monaten.",
             "Das Grundstück liegt im Geltungsbereich des Bebauungsplans Mühlwiesen. Beantragt ist "
             "eine Befreiung von der festgesetzten Dachneigung."}},
           {17,
            note,
            memo,
            LetterFormat::odt,
            "Bauamt Musterbach",
            "Bürgermeisterin",
            "Stellungnahme des Bauamts zur Befreiung von der Dachneigung",
            {"Die beantragte Dachneigung von 25 Grad weicht von den festgesetzten 35 bis 45 Grad "
             "ab. Städtebaulich ist die Abweichung vertretbar, nachbarliche Belange sind gewahrt.",
             "Vorschlag: Einvernehmen erteilen. Beratung im Bau- und Umweltausschuss."}},
           {9,
            out,
            letter,
            LetterFormat::docx,
            town,
            ackerlund,
            "Zwischennachricht zu Ihrem Bauantrag Mühlweg 4",
            {"Ihr Bauantrag wird in der nächsten Sitzung des Bauausschusses beraten. Bitte reichen "
             "Sie den Entwässerungsplan nach, der den Unterlagen nicht beilag."}},
           {5,
            in,
            email,
            LetterFormat::eml,
            ackerlund,
            town,
            "Entwässerungsplan Mühlweg 4",
            {"sehr geehrte Frau Lindqvist, der Entwässerungsplan liegt unserem Architekten vor und "
             "wird bis Freitag nachgereicht. Die Regenwasserzisterne fasst 6 Kubikmeter.",
             "Mit freundlichen Grüßen, Petra Ackerlund"}}}};
}

Story sewage_objection() {
  return {"701.2",
          "Widerspruch Hof Tannengrund gegen den Abwassergebührenbescheid",
          Classification::normal,
          {{40,
            out,
            DocumentType::notice,
            LetterFormat::pdf,
            town,
            farmer,
            "Bescheid über Niederschlagswassergebühren",
            {"für das Grundstück Tannengrund 1 werden 2.340 Quadratmeter versiegelte Fläche "
             "veranlagt. Die Niederschlagswassergebühr beträgt 936,00 Euro.",
             "Rechtsbehelfsbelehrung: Gegen diesen Bescheid kann innerhalb eines Monats nach "
             "Bekanntgabe Widerspruch erhoben werden."}},
           {19,
            in,
            letter,
            LetterFormat::docx,
            farmer,
            town,
            "Widerspruch gegen den Bescheid über Niederschlagswassergebühren",
            {"gegen den genannten Bescheid erheben wir Widerspruch. Das Regenwasser der Scheune "
             "wird vollständig in eine Zisterne geleitet und versickert auf unserer Wiese.",
             "Eine Einleitung in den öffentlichen Kanal findet nicht statt."}},
           {12,
            note,
            memo,
            LetterFormat::odt,
            "Kämmerei Musterbach",
            "Bauamt Musterbach",
            "Bitte um Ortsbesichtigung Tannengrund 1",
            {"Bitte prüfen, ob das Scheunendach an den Regenwasserkanal angeschlossen ist. Der "
             "Kanalbestandsplan zeigt einen Anschluss aus dem Jahr 1978."}}}};
}

Story kindergarten_complaint() {
  return {"460.3",
          "Beschwerde über die Öffnungszeiten des Kindergartens Sonnenblume",
          Classification::normal,
          {{15,
            in,
            email,
            LetterFormat::eml,
            parents,
            town,
            "Verkürzte Öffnungszeiten seit September",
            {"seit September schließt der Kindergarten bereits um 14 Uhr. Viele berufstätige "
             "Eltern können ihre Kinder so nicht rechtzeitig abholen.",
             "Wir bitten um ein Gespräch mit der Trägerin und um eine verlässliche Notbetreuung."}},
           {13,
            out,
            email,
            LetterFormat::eml,
            town,
            parents,
            "AW: Verkürzte Öffnungszeiten seit September",
            {"vielen Dank für Ihre Nachricht. Zwei Erzieherinnen sind langfristig erkrankt; die "
             "Stellen sind ausgeschrieben. Wir laden Sie zu einem Gespräch ins Rathaus ein."}},
           {6,
            note,
            DocumentType::minutes,
            LetterFormat::docx,
            "Hauptamt Musterbach",
            "Bürgermeisterin",
            "Gesprächsvermerk Elternbeirat Sonnenblume",
            {"Vereinbart wurde eine Notbetreuung bis 16 Uhr an drei Tagen der Woche ab dem "
             "nächsten Monat. Der Elternbeirat meldet den Bedarf namentlich."}}}};
}

Story development_plan() {
  return {"621.41",
          "Bebauungsplan Mühlwiesen, 2. Änderung",
          Classification::normal,
          {{60,
            note,
            DocumentType::minutes,
            LetterFormat::pdf,
            "Gemeinderat Musterbach",
            "Bauamt",
            "Aufstellungsbeschluss zur 2. Änderung des Bebauungsplans Mühlwiesen",
            {"Der Gemeinderat beschließt einstimmig die Aufstellung der 2. Änderung des "
             "Bebauungsplans Mühlwiesen im beschleunigten Verfahren nach § 13a BauGB.",
             "Ziel ist die Nachverdichtung und die Sicherung des Gewässerrandstreifens."}},
           {30,
            in,
            letter,
            LetterFormat::odt,
            district,
            town,
            "Stellungnahme der unteren Wasserbehörde zum Bebauungsplan Mühlwiesen",
            {"im Plangebiet verläuft der Mühlbach. Der Gewässerrandstreifen von fünf Metern ist "
             "von jeder Bebauung freizuhalten. Auf das Überschwemmungsgebiet HQ100 wird "
             "hingewiesen."}},
           {28,
            in,
            letter,
            LetterFormat::docx,
            "Netzgesellschaft Bachtal mbH, Umspannweg 7, "
            "79990 Bachtal",
            town,
            "Leitungsauskunft Mühlwiesen",
            {"im angefragten Bereich liegen eine Mittelspannungsleitung 20 kV und mehrere "
             "Hausanschlüsse. Schutzstreifen von je einem Meter sind einzuhalten."}}}};
}

Story road_salt() {
  return {"920.1",
          "Rechnungen Winterdienst",
          Classification::normal,
          {{8,
            in,
            DocumentType::invoice,
            LetterFormat::pdf,
            "Salzkontor Südwest e. K., Hafenstr. "
            "11, 78000 Salzbrück",
            town,
            "Rechnung 2048 über Streusalz",
            {"wir berechnen 24 Tonnen Auftausalz lose, frei Bauhof, zu 89,50 Euro je Tonne, "
             "zusammen 2.148,00 Euro zuzüglich 19 Prozent Umsatzsteuer.",
             "Zahlbar innerhalb von 14 Tagen ohne Abzug."}},
           {7,
            note,
            memo,
            LetterFormat::odt,
            "Bauhof Musterbach",
            "Kämmerei Musterbach",
            "Lieferung Streusalz sachlich richtig",
            {"Die Lieferung von 24 Tonnen ist vollständig eingegangen, Wiegeschein liegt bei. "
             "Sachlich richtig."}}}};
}

Story personnel_file() {
  return {"030.2",
          "Personalakte Runa Feldmann",
          Classification::personnel,
          {{200,
            note,
            DocumentType::contract,
            LetterFormat::pdf,
            town,
            "Runa Feldmann",
            "Arbeitsvertrag als Bauhofmitarbeiterin",
            {"Frau Runa Feldmann wird ab dem ersten Tag des folgenden Monats als "
             "Bauhofmitarbeiterin in Vollzeit beschäftigt. Entgeltgruppe 5 TVöD."}},
           {16,
            in,
            letter,
            LetterFormat::docx,
            "Runa Feldmann, Lindengasse 9, 79999 Musterbach",
            town,
            "Antrag auf Elternzeit",
            {"hiermit beantrage ich Elternzeit für zwölf Monate ab der Geburt meines Kindes und "
             "bitte um schriftliche Bestätigung."}}}};
}

}  // namespace

std::vector<Story> musterbach_stories() {
  return {building_consent(), sewage_objection(), kindergarten_complaint(),
          development_plan(), road_salt(),        personnel_file()};
}

std::vector<Story> nebenbach_stories() {
  const std::string neighbour = "Gemeinde Nebenbach, Dorfstraße 10, 79998 Nebenbach";
  return {{"570.1",
           "Freibad Nebenbach, Saisonvorbereitung",
           Classification::normal,
           {{11,
             in,
             letter,
             LetterFormat::pdf,
             "Badtechnik Reuss GmbH, Gewerbering 5, 79990 "
             "Bachtal",
             neighbour,
             "Angebot zur Erneuerung der Umwälzpumpe",
             {"für die Erneuerung der Umwälzpumpe im Nichtschwimmerbecken bieten wir 8.420,00 Euro "
              "einschließlich Montage an."}}}}};
}

}  // namespace dms::demo
