#include "dms/search_words.h"

#include <array>

namespace dms {

using search::Filter;

namespace {

// What the page calls types and states, and what else is said for them; folded.
constexpr std::array<search::FilterWord, 57> filter_words = {{
    {Filter::type, "brief", "letter"},
    {Filter::type, "schreiben", "letter"},
    {Filter::type, "letter", "letter"},
    {Filter::type, "e-mail", "email"},
    {Filter::type, "email", "email"},
    {Filter::type, "mail", "email"},
    {Filter::type, "bescheid", "notice"},
    {Filter::type, "notice", "notice"},
    {Filter::type, "niederschrift", "minutes"},
    {Filter::type, "protokoll", "minutes"},
    {Filter::type, "minutes", "minutes"},
    {Filter::type, "rechnung", "invoice"},
    {Filter::type, "invoice", "invoice"},
    {Filter::type, "plan", "plan"},
    {Filter::type, "vertrag", "contract"},
    {Filter::type, "contract", "contract"},
    {Filter::type, "antrag", "application"},
    {Filter::type, "application", "application"},
    {Filter::type, "formular", "form"},
    {Filter::type, "form", "form"},
    {Filter::type, "vermerk", "memo"},
    {Filter::type, "notiz", "memo"},
    {Filter::type, "memo", "memo"},
    {Filter::type, "bericht", "report"},
    {Filter::type, "gutachten", "report"},
    {Filter::type, "report", "report"},
    {Filter::type, "foto", "photo"},
    {Filter::type, "bild", "photo"},
    {Filter::type, "photo", "photo"},
    {Filter::type, "sonstiges", "other"},
    {Filter::type, "other", "other"},
    {Filter::status, "entwurf", "draft"},
    {Filter::status, "draft", "draft"},
    {Filter::status, "in arbeit", "in_process"},
    {Filter::status, "arbeit", "in_process"},
    {Filter::status, "bearbeitung", "in_process"},
    {Filter::status, "in bearbeitung", "in_process"},
    {Filter::status, "in_process", "in_process"},
    {Filter::status, "in process", "in_process"},
    {Filter::status, "unterschrieben", "signed"},
    {Filter::status, "gezeichnet", "signed"},
    {Filter::status, "schlussgezeichnet", "signed"},
    {Filter::status, "signed", "signed"},
    {Filter::status, "versandt", "sent"},
    {Filter::status, "versendet", "sent"},
    {Filter::status, "gesendet", "sent"},
    {Filter::status, "abgesandt", "sent"},
    {Filter::status, "sent", "sent"},
    {Filter::status, "eingegangen", "received"},
    {Filter::status, "eingang", "received"},
    {Filter::status, "received", "received"},
    {Filter::status, "abgelegt", "final"},
    {Filter::status, "fertig", "final"},
    {Filter::status, "endgueltig", "final"},
    {Filter::status, "abgeschlossen", "final"},
    {Filter::status, "zda", "final"},
    {Filter::status, "final", "final"},
}};

}  // namespace

std::span<const search::FilterWord> search_filter_words() {
  return filter_words;
}

}  // namespace dms
