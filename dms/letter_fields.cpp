#include "dms/letter_fields.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "dms/base/text.h"
#include "dms/german_dates.h"

namespace dms {

namespace {

constexpr std::size_t pages_max = 3;
constexpr std::size_t head_lines_max = 60;    // of the first page: where dates and titles stand
constexpr std::size_t letterhead_lines = 25;  // where the sender stands
// What is further to the right in a line is not looked at: no letter has such lines.
constexpr std::size_t line_bytes_max = 500;
constexpr std::size_t value_bytes_max = 80;
constexpr std::size_t words_before = 60;  // bytes that are looked at before a date
constexpr std::chrono::years letter_age_max{10};
constexpr std::chrono::years deadline_ahead_max{10};
// "bis 20. November" in a letter of the 29th is last year's: nobody means the next one.
constexpr std::chrono::days yearless_ahead_max{183};

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80U;
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f';
}

std::string_view trimmed(std::string_view text, std::string_view also = "") {
  const auto goes = [&](char c) { return is_space(c) || also.find(c) != std::string_view::npos; };
  while (!text.empty() && goes(text.front())) text.remove_prefix(1);
  while (!text.empty() && goes(text.back())) text.remove_suffix(1);
  return text;
}

struct Line {
  std::string_view text;
  std::size_t begin = 0;  // in its page
};

std::vector<Line> lines_of(std::string_view page, std::size_t count_max) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < page.size() && lines.size() < count_max;) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    lines.push_back({truncate_utf8(page.substr(at, end - at), line_bytes_max), at});
    at = end + 1;
  }
  return lines;
}

// A part of a page's text, which `part` must be within.
LetterField field_of(LetterFieldName name, std::string value, std::string_view page,
                     std::string_view part) {
  const auto begin = static_cast<std::size_t>(part.data() - page.data());
  return {name, std::move(value), 1, begin, begin + part.size()};
}

// The few words before a place.
std::string_view just_before(std::string_view text, std::size_t at) {
  const std::size_t from = at - std::min(at, words_before);
  return text.substr(from, at - from);
}

// ---- the letter's day

bool is_day_label(std::string_view before) {
  before = trimmed(before, ":");
  const std::size_t space = before.find_last_of(" \t|");
  const std::string_view word = space == std::string_view::npos ? before : before.substr(space + 1);
  constexpr std::array<std::string_view, 6> labels{"datum",      "rechnungsdatum", "briefdatum",
                                                   "belegdatum", "bescheiddatum",  "date"};
  return std::find(labels.begin(), labels.end(), word) != labels.end();
}

// "Musterbach, den"
bool is_place(std::string_view before) {
  before = trimmed(before);
  for (const std::string_view end : {" den", " am", " d."}) {
    if (before.ends_with(end)) before = trimmed(before.substr(0, before.size() - end.size()));
  }
  return before.size() > 2 && before.ends_with(',') && is_letter(before[before.size() - 2]);
}

// How much speaks for a date's being the letter's; 0: nothing.
int weight_of_day(const std::string& line, const std::string& line_before, const FoundDate& found) {
  const std::string_view text = line;
  const std::string_view before = just_before(text, found.begin);
  const bool is_first = trimmed(text.substr(0, found.begin)).empty();
  const bool is_last = trimmed(text.substr(found.end)).empty();
  if (is_day_label(before)) return 3;
  if (is_first && is_day_label(just_before(line_before, line_before.size()))) return 3;
  if (is_place(before) && is_last) return 3;
  return is_first && is_last ? 2 : 0;
}

std::optional<LetterField> find_letter_date(const LetterText& letter) {
  const std::string_view page = letter.pages.front();
  const Date oldest{letter.received_on.year() - letter_age_max, letter.received_on.month(),
                    std::chrono::day{1}};
  std::optional<LetterField> best;
  int best_weight = 0;
  std::string before;
  for (const Line& line : lines_of(page, head_lines_max)) {
    const std::string text = lowered(line.text);
    for (const FoundDate& found : find_dates(line.text)) {
      if (found.date > letter.received_on || found.date < oldest) continue;
      const int weight = weight_of_day(text, before, found);
      if (weight <= best_weight) continue;
      best_weight = weight;
      best = field_of(LetterFieldName::letter_date, format_date(found.date), page,
                      line.text.substr(found.begin, found.end - found.begin));
    }
    if (!trimmed(text).empty()) before = text;
  }
  return best;
}

// ---- by when something is wanted

// "bis Freitag, den" → "bis"
std::string_view without_weekday(std::string_view before) {
  constexpr std::array<std::string_view, 8> weekdays{
      "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag"};
  std::string_view rest = trimmed(before);
  for (const std::string_view end : {" den", " dem"}) {
    if (rest.ends_with(end)) rest = trimmed(rest.substr(0, rest.size() - end.size()));
  }
  rest = trimmed(rest, ",");
  for (const std::string_view weekday : weekdays) {
    if (rest.ends_with(weekday)) return trimmed(rest.substr(0, rest.size() - weekday.size()));
  }
  return trimmed(before);
}

// Whether it ends with these words, and not with a longer one.
bool ends_with_words(std::string_view text, std::string_view words) {
  if (!text.ends_with(words)) return false;
  return text.size() == words.size() || !is_letter(text[text.size() - words.size() - 1]);
}

bool asks_by(std::string_view before) {
  constexpr std::array<std::string_view, 15> words{
      "bis",           "bis zum",         "bis spätestens", "spätestens",
      "spätestens am", "spätestens zum",  "frist",          "fristablauf",
      "abgabefrist",   "einsendeschluss", "fällig am",      "fällig zum",
      "fällig",        "zahlungsziel",    "abgabetermin"};
  before = trimmed(before, ":");
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view each) { return ends_with_words(before, each); });
}

// "vom 1. bis zum", "1.12.2026 bis": from a day to a day.
bool is_period(std::string_view before) {
  for (const std::string_view end : {" zum", " spätestens"}) {
    if (before.ends_with(end)) before = trimmed(before.substr(0, before.size() - end.size()));
  }
  if (!ends_with_words(before, "bis")) return false;
  before = trimmed(before.substr(0, before.size() - 3));
  if (before.empty()) return false;
  const std::size_t space = before.find_last_of(" \n");
  const std::string_view last = space == std::string_view::npos ? before : before.substr(space + 1);
  return std::any_of(last.begin(), last.end(), is_digit);
}

std::optional<LetterField> find_deadline(const LetterText& letter) {
  const Date last{letter.received_on.year() + deadline_ahead_max, letter.received_on.month(),
                  std::chrono::day{1}};
  for (std::size_t i = 0; i < std::min(letter.pages.size(), pages_max); ++i) {
    const std::string_view page = letter.pages[i];
    // Sentences go on in the next line; all places stay.
    std::string flat = lowered(page);
    std::replace(flat.begin(), flat.end(), '\n', ' ');
    for (const FoundDate& found : find_dates(page, letter.received_on)) {
      if (found.date < letter.received_on || found.date > last) continue;
      const bool is_too_far =
          std::chrono::sys_days(found.date) - std::chrono::sys_days(letter.received_on) >
          yearless_ahead_max;
      if (!found.has_year && is_too_far) continue;
      const std::string_view before = without_weekday(just_before(flat, found.begin));
      if (!asks_by(before) || is_period(before)) continue;
      LetterField field = field_of(LetterFieldName::deadline, format_date(found.date), page,
                                   page.substr(found.begin, found.end - found.begin));
      field.page = static_cast<std::uint32_t>(i + 1);
      return field;
    }
  }
  return std::nullopt;
}

// ---- the sender's reference

// The weightiest first. "Ihr Zeichen" is ours.
constexpr std::array<std::string_view, 17> reference_labels{
    "unser zeichen",    "unsere zeichen",  "mein zeichen", "unser aktenzeichen", "unser az",
    "geschäftszeichen", "geschäftsnummer", "gesch.-z",     "aktenzeichen",       "az",
    "kassenzeichen",    "rechnungsnummer", "rechnungs-nr", "rechnung nr",        "vorgangsnummer",
    "unsere referenz",  "our reference"};
// What stands beside it in a letter's head, and begins what is no part of it.
constexpr std::array<std::string_view, 12> other_labels{
    "ihr ",   "ihre ",      "unser ",          "telefon", "tel.",     "datum",
    "e-mail", "bearbeiter", "ansprechpartner", "vom ",    "auskunft", "durchwahl"};

bool is_word_of_text(std::string_view word) {
  return word.size() >= 3 && word.front() >= 'a' && word.front() <= 'z' &&
         std::all_of(word.begin(), word.end(), is_letter);
}

// What of the line after a label is its value.
std::string_view value_in(std::string_view rest) {
  rest = trimmed(rest, ":.");
  std::size_t end = std::min({rest.find("  "), rest.find('\t'), rest.find('|'), rest.size()});
  const std::string lower = lowered(rest);
  for (const std::string_view label : other_labels) {
    const std::size_t at = lower.find(label);
    if (at != std::string::npos && (at == 0 || is_space(lower[at - 1]))) end = std::min(end, at);
  }
  std::string_view value = rest.substr(0, end);
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t word_end = std::min(value.find(' ', at), value.size());
    if (at > 0 && is_word_of_text(trimmed(value.substr(at, word_end - at), ",;."))) {
      value = value.substr(0, at);
      break;
    }
    at = word_end + 1;
  }
  return trimmed(value, ",;:.-");
}

bool is_reference(std::string_view value) {
  if (value.empty() || value.size() > value_bytes_max) return false;
  if (!std::any_of(value.begin(), value.end(), is_digit)) return false;
  const auto dates = find_dates(value);
  const bool is_day =
      !dates.empty() && dates.front().begin == 0 && dates.front().end == value.size();
  return !is_day;
}

// The place behind the label in a line in lower case; npos where it is not there as one.
std::size_t behind_label(std::string_view line, std::string_view label) {
  for (std::size_t at = line.find(label); at != std::string_view::npos;
       at = line.find(label, at + 1)) {
    const std::size_t end = at + label.size();
    if (at > 0 && (is_letter(line[at - 1]) || is_digit(line[at - 1]) || line[at - 1] == '-'))
      continue;
    // "Az" wants its point or colon; no label goes on as a word.
    if (end < line.size() && (is_letter(line[end]) || line[end] == '-')) continue;
    if (label == "az" && (end == line.size() || (line[end] != '.' && line[end] != ':'))) continue;
    const std::string_view before = trimmed(line.substr(0, at));
    if (ends_with_words(before, "ihr") || ends_with_words(before, "ihre") ||
        ends_with_words(before, "your")) {
      continue;
    }
    return end;
  }
  return std::string_view::npos;
}

std::optional<LetterField> find_reference(const LetterText& letter) {
  const std::string_view page = letter.pages.front();
  const std::vector<Line> lines = lines_of(page, head_lines_max);
  for (const std::string_view label : reference_labels) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string lower = lowered(lines[i].text);
      const std::size_t behind = behind_label(lower, label);
      if (behind == std::string_view::npos) continue;
      std::string_view value = value_in(lines[i].text.substr(behind));
      // A label that has the line for itself stands above its value.
      const bool is_alone =
          trimmed(std::string_view(lower).substr(0, behind - label.size())).empty() &&
          trimmed(std::string_view(lower).substr(behind), ":.").empty();
      if (value.empty() && is_alone && i + 1 < lines.size()) value = value_in(lines[i + 1].text);
      if (!is_reference(value)) continue;
      return field_of(LetterFieldName::foreign_reference, std::string(value), page, value);
    }
  }
  return std::nullopt;
}

// ---- who sent it

// "12345 Musterstadt" within an address in one line.
bool has_post_code(std::string_view line) {
  constexpr std::size_t digits = 5;
  for (std::size_t at = 0; at + digits + 1 < line.size(); ++at) {
    const bool is_free = at == 0 || !is_digit(line[at - 1]);
    if (!is_free ||
        !std::all_of(line.begin() + static_cast<std::ptrdiff_t>(at),
                     line.begin() + static_cast<std::ptrdiff_t>(at + digits), is_digit)) {
      continue;
    }
    if (line[at + digits] == ' ' && is_letter(line[at + digits + 1])) return true;
  }
  return false;
}

bool may_be_sender(std::string_view name, std::string_view addressee) {
  if (name.size() < 3 || name.size() > value_bytes_max || !is_letter(name.front())) return false;
  if (std::any_of(name.begin(), name.end(), is_digit)) return false;
  if (!is_valid_utf8(name) || !is_valid_utf8(addressee)) return false;
  return addressee.empty() || fold_german(name) != fold_german(addressee);
}

// The line above the window of an envelope: name, street, town, divided by signs.
std::optional<std::string_view> sender_in_address_line(std::string_view line) {
  if (!has_post_code(line)) return std::nullopt;
  constexpr std::array<std::string_view, 8> signs{"·", "•", "|", "∙", " – ", " - ", ", ", " * "};
  std::size_t end = line.size();
  for (const std::string_view sign : signs) end = std::min(end, line.find(sign));
  if (end == line.size()) return std::nullopt;
  return trimmed(line.substr(0, end));
}

bool is_organisation(std::string_view line) {
  constexpr std::array<std::string_view, 27> words{"gmbh",
                                                   "mbh",
                                                   " ag",
                                                   " kg",
                                                   " ohg",
                                                   "e.v.",
                                                   "e. v.",
                                                   "landratsamt",
                                                   "amtsgericht",
                                                   "landgericht",
                                                   "verwaltungsgericht",
                                                   "finanzamt",
                                                   "stadtwerke",
                                                   "landkreis",
                                                   "kreis ",
                                                   "stadt ",
                                                   "gemeinde ",
                                                   "ministerium",
                                                   "regierungspräsidium",
                                                   "bezirksregierung",
                                                   "rechtsanwält",
                                                   "notar",
                                                   "ingenieurbüro",
                                                   "sparkasse",
                                                   "versicherung",
                                                   "zweckverband",
                                                   "kanzlei"};
  const std::string lower = lowered(line) + " ";
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::optional<LetterField> find_sender(const LetterText& letter) {
  const std::string_view page = letter.pages.front();
  const std::vector<Line> lines = lines_of(page, letterhead_lines);
  for (const Line& line : lines) {
    const auto name = sender_in_address_line(line.text);
    if (!name || !may_be_sender(*name, letter.addressee)) continue;
    return field_of(LetterFieldName::sender, std::string(*name), page, *name);
  }
  bool is_address = false;  // below "An die" stands who gets it
  for (const Line& line : lines) {
    const std::string_view text = trimmed(line.text);
    const std::string lower = lowered(text);
    if (text.empty()) is_address = false;
    if (lower.starts_with("sehr geehrte") || lower.starts_with("betreff")) break;
    if (lower == "an" || lower.starts_with("an die") || lower.starts_with("an das") ||
        lower.starts_with("an den") || lower == "herrn" || lower == "frau" || lower == "firma") {
      is_address = true;
    }
    if (is_address || !is_organisation(text) || !may_be_sender(text, letter.addressee)) continue;
    return field_of(LetterFieldName::sender, std::string(text), page, text);
  }
  return std::nullopt;
}

// ---- its kind

struct Title {
  std::string_view word;
  std::string_view type;
};
// Of a short line that begins so, or is one word that ends so.
constexpr std::array<Title, 10> titles{{{"rechnung", "invoice"},
                                        {"gutschrift", "invoice"},
                                        {"mahnung", "invoice"},
                                        {"bescheid", "notice"},
                                        {"niederschrift", "minutes"},
                                        {"protokoll", "minutes"},
                                        {"antrag", "application"},
                                        {"vertrag", "contract"},
                                        {"gutachten", "report"},
                                        {"vermerk", "memo"}}};

std::optional<LetterField> find_type(const LetterText& letter) {
  constexpr std::size_t title_bytes_max = 60;
  const std::string_view page = letter.pages.front();
  std::optional<LetterField> salutation;
  for (const Line& line : lines_of(page, head_lines_max)) {
    const std::string_view text = trimmed(line.text);
    const std::string lower = lowered(text);
    if (!salutation && lower.starts_with("sehr geehrte")) {
      salutation = field_of(LetterFieldName::type, "letter", page, text);
    }
    if (salutation || text.size() > title_bytes_max) continue;
    for (const Title& title : titles) {
      const bool begins = lower.starts_with(title.word) && (lower.size() == title.word.size() ||
                                                            !is_letter(lower[title.word.size()]));
      const bool is_compound = lower.find(' ') == std::string::npos && lower.ends_with(title.word);
      if (!begins && !is_compound) continue;
      return field_of(LetterFieldName::type, std::string(title.type), page, text);
    }
  }
  return salutation;
}

}  // namespace

std::vector<LetterField> read_letter(const LetterText& letter) {
  std::vector<LetterField> fields;
  if (letter.pages.empty() || !letter.received_on.ok()) return fields;
  for (const auto find :
       {find_type, find_letter_date, find_sender, find_reference, find_deadline}) {
    if (auto field = find(letter)) fields.push_back(std::move(*field));
  }
  return fields;
}

}  // namespace dms
