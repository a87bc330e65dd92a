#pragma once

// The fixed questions that are asked of a large index: what people of a town hall look for, by how
// many documents hold it, from nearly all to hardly any. None was chosen by how fast it is.

#include <array>
#include <string_view>

namespace dms::bench {

struct QueryKind {
  std::string_view name;
  std::array<std::string_view, 16> queries;
};

inline constexpr std::array<QueryKind, 4> query_log = {{
    {"one word",
     {"Stadt", "Haushalt", "Gemeinderat", "Bebauungsplan", "Straßenbahn", "Kindergarten", "Radweg",
      "Schulsozialarbeit", "Hochwasserschutz", "Friedhof", "Feuerwehr", "Spielplatz",
      "Abfallgebühren", "Parkraumbewirtschaftung", "Wochenmarkt", "Kleingartenanlage"}},
    {"two words",
     {"Haushalt Kosten", "Sanierung Schule", "Umbau Rathaus", "Lärm Straße", "Antrag Fraktion",
      "Kinder Betreuung", "Bäume Fällung", "Fahrrad Parken", "Wohnungen Förderung",
      "Theater Zuschuss", "Klimaschutz Konzept", "Sporthalle Neubau", "Brücke Prüfung",
      "Stellplätze Ablösung", "Vergabe Leistungen", "Jugend Beteiligung"}},
    {"phrase",
     {"\"der Gemeinderat\"", "\"im Rahmen der\"", "\"die Verwaltung\"",
      "\"finanzielle Auswirkungen\"", "\"öffentliche Sicherheit\"", "\"sozialer Wohnungsbau\"",
      "\"bürgerschaftliches Engagement\"", "\"Ausschuss für Umwelt\"",
      "\"Träger öffentlicher Belange\"", "\"außerplanmäßige Ausgaben\"",
      "\"barrierefreier Ausbau\"", "\"offene Ganztagsschule\"", "\"Freiwillige Feuerwehr\"",
      "\"nachhaltige Stadtentwicklung\"", "\"kommunale Wärmeplanung\"", "\"runder Tisch\""}},
    {"prefix",
     {"Gemeinde*", "Haushalts*", "Straßen*", "Bebauung*", "Schul*", "Kinder*", "Verkehr*",
      "Wohnungs*", "Umwelt*", "Sozial*", "Energie*", "Sport*", "Kultur*", "Grundstück*",
      "Beteiligung*", "Sanierung*"}},
}};

}  // namespace dms::bench
