// What the stories tell, whatever the day of the start: nothing ahead of it, nothing on a Sunday or
// holiday, everything after what it builds upon, and sums that add up.

#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <set>

#include "deploy/demo/timeline.h"
#include "town_fixture.h"

namespace dms::demo::test {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

bool is_free_day(Date date) {
  return std::chrono::weekday{sys_days{date}} == std::chrono::Sunday || is_public_holiday(date);
}

// "12. März 2026" and "12.03.2026" in a text.
std::vector<Date> dates_in(const std::string& text) {
  static const std::regex pattern(
      R"((\d{1,2})\. (Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|)"
      R"(Dezember) (\d{4})|(\d{2})\.(\d{2})\.(\d{4}))");
  static const std::vector<std::string> names = {"Januar",    "Februar", "März",     "April",
                                                 "Mai",       "Juni",    "Juli",     "August",
                                                 "September", "Oktober", "November", "Dezember"};
  std::vector<Date> dates;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
    const auto number = [&](int group) {
      return static_cast<unsigned>(std::stoul((*match)[group]));
    };
    const bool is_long = (*match)[1].matched;
    const auto name = std::find(names.begin(), names.end(), (*match)[2].str());
    const unsigned month = is_long ? static_cast<unsigned>(name - names.begin()) + 1 : number(5);
    dates.push_back(Date{std::chrono::year{static_cast<int>(number(is_long ? 3 : 6))},
                         std::chrono::month{month}, std::chrono::day{number(is_long ? 1 : 4)}});
  }
  return dates;
}

struct TextOf {
  std::string operator()(const Paragraph& block) const { return block.text; }
  std::string operator()(const Heading& block) const { return block.text; }
  std::string operator()(const Item& block) const { return block.label + " " + block.text; }
  std::string operator()(const Table& block) const {
    std::string text;
    for (const Table::Row& row : block.rows) {
      for (const std::string& cell : row.cells) text += cell + " | ";
      text += "\n";
    }
    return text;
  }
};

// What is told of one dossier: texts as they will be read, and days.
struct Told {
  std::vector<std::string> texts;
  std::vector<Table> tables;
  std::vector<Date> days;    // must be past
  std::set<Date> deadlines;  // may be ahead
};

class Teller {
 public:
  Teller(const Town& town, const Story& story, const DossierScript& dossier,
         const References& references)
      : words_(town, story, dossier, references) {
    told_.days = {dossier.opened.day, *dossier.fields.period_from};
    if (dossier.closed) told_.days.push_back(dossier.closed->day);
    if (dossier.erasure) told_.days.push_back(dossier.erasure->proposed.day);
    add(dossier.fields.title);
    add(dossier.fields.description);
    for (const char* named : {"frist", "fristende"}) {
      if (const auto deadline = story.days.at(named)) told_.deadlines.insert(*deadline);
    }
    for (const DocumentScript& document : dossier.documents) tell(document);
  }
  const Told& told() const { return told_; }

 private:
  void add(const std::string& text) { told_.texts.push_back(must(words_.fill(text))); }

  void tell(const DocumentScript& document) {
    for (const auto& date : {document.received_on, document.sent_on}) {
      if (date) told_.days.push_back(*date);
    }
    for (const VersionScript& version : document.versions) {
      told_.days.insert(told_.days.end(), {version.filed.day, version.content.dated});
      add(version.comment);
      tell(version.content);
      EXPECT_FALSE(must(words_.file(version.content)).empty());
    }
    for (const StatusScript& step : document.steps) told_.days.push_back(step.on.day);
    for (const RoutingScript& routing : document.routings) tell(routing);
  }

  void tell(const ContentScript& content) {
    if (content.format == FileFormat::eml) {
      add(content.text);
      for (const AttachmentScript& attachment : content.attachments) add(attachment.text);
    } else {
      const Sheet sheet = must(words_.sheet(content));
      for (const Block& block : sheet.body) {
        told_.texts.push_back(std::visit(TextOf{}, block));
        if (const auto* table = std::get_if<Table>(&block)) told_.tables.push_back(*table);
      }
      for (const ReferenceLine& line : sheet.references) told_.texts.push_back(line.value);
      for (const std::string& line : sheet.signature.lines) told_.texts.push_back(line);
    }
    add(content.subject);
    if (!content.invoice) return;
    told_.days.push_back(content.invoice->delivered);
    told_.deadlines.insert(content.invoice->due);
    add(content.invoice->note);
  }

  void tell(const RoutingScript& routing) {
    told_.days.push_back(routing.started.day);
    add(routing.title);
    for (const StageScript& stage : routing.stages) {
      for (const StepScript& step : stage) {
        add(step.instruction);
        if (step.due_on) told_.deadlines.insert(*step.due_on);
      }
    }
    for (const DecisionScript& decision : routing.decisions) {
      told_.days.push_back(decision.on.day);
      add(decision.comment);
    }
  }

  Composer words_;
  Told told_;
};

// The same of what has arrived.
void expect_sound(const Town& town, const Story& story, const InboundScript& inbound,
                  const References& references) {
  static const DossierScript none{};
  const Composer words(town, story, none, references);
  const std::string subject = must(words.fill(inbound.content.subject));
  for (const Date& day : {inbound.received.day, inbound.content.dated}) {
    EXPECT_LT(sys_days{day}, sys_days{town.days.today()}) << subject;
    EXPECT_FALSE(is_free_day(day)) << subject;
  }
  EXPECT_LE(sys_days{inbound.content.dated}, sys_days{inbound.received.day}) << subject;
  EXPECT_FALSE(must(words.file(inbound.content)).empty()) << subject;
}

References references_of(const Town& town) {
  References references;
  for (const Story& story : town.stories) {
    for (const DossierScript& dossier : story.dossiers) {
      references[dossier.key] = dossier.unit_code + "-2026/001";
    }
  }
  return references;
}

template <class Visit>
void for_each_dossier(const Town& town, const Visit& visit) {
  const References references = references_of(town);
  for (const Story& story : town.stories) {
    for (const DossierScript& dossier : story.dossiers) {
      visit(dossier, Teller(town, story, dossier, references).told());
    }
  }
}

void expect_days_are_good(const Town& town) {
  const Date today = town.days.today();
  for_each_dossier(town, [today](const DossierScript& dossier, const Told& told) {
    for (const Date date : told.days) {
      EXPECT_LT(date, today) << dossier.key;
      EXPECT_FALSE(is_free_day(date)) << dossier.key << " " << format_date(date);
    }
    for (const Date date : told.deadlines) {
      EXPECT_TRUE(is_working_day(date)) << dossier.key << " due " << format_date(date);
    }
    for (const std::string& text : told.texts) {
      for (const Date date : dates_in(text)) {
        EXPECT_FALSE(is_free_day(date)) << dossier.key << ": " << text;
        EXPECT_TRUE(date < today || told.deadlines.contains(date)) << dossier.key << ": " << text;
      }
    }
  });
  for (const AbsenceScript& absence : town.absences) {
    EXPECT_LE(absence.first_day, today);
    EXPECT_GE(absence.last_day, today) << "the substitution runs";
    EXPECT_FALSE(is_free_day(absence.first_day) || is_free_day(absence.last_day));
  }
}

TEST(Stories, TellNoDayThatIsAheadOrFreeOnSpecialDays) {
  for (const char* today : special_days()) {
    SCOPED_TRACE(today);
    expect_days_are_good(town_on(day(today)));
    expect_days_are_good(town_on(day(today), "nebenbach"));
  }
}

// Every eleventh day of four years meets all weekdays and each holiday's surroundings.
TEST(Stories, FollowEachOtherInTimeWheneverTheyStart) {
  const sys_days end{day("2030-01-15")};
  int starts = 0;
  for (sys_days today{day("2025-12-20")}; today < end; today += days{11}) {
    SCOPED_TRACE(format_date(Date{today}));
    const Town town = town_on(Date{today});
    const auto acts = timeline(town);
    ASSERT_TRUE(acts.has_value()) << acts.error().message.en << acts.error().hint;
    for (const Act& act : *acts) {
      ASSERT_LT(act.when.day, Date{today});
      ASSERT_TRUE(is_working_day(act.when.day)) << format_date(act.when.day);
    }
    ++starts;
  }
  EXPECT_GT(starts, 100);
}

TEST(Stories, LeaveNineDaysForTheConsentAndAtLeastAsMuchByLaw) {
  for (sys_days today{day("2026-01-01")}; today < sys_days{day("2027-01-01")}; today += days{5}) {
    SCOPED_TRACE(format_date(Date{today}));
    const Town town = town_on(Date{today});
    const auto story = std::find_if(town.stories.begin(), town.stories.end(),
                                    [](const Story& told) { return told.name == "einvernehmen"; });
    ASSERT_NE(story, town.stories.end());
    const Date deadline = must(story->days.at("frist"));
    EXPECT_EQ(deadline, working_day_from(Date{today + days{9}}));
    EXPECT_GE(must(story->days.at("fristende")), deadline) << "two months after receipt";
  }
}

double number_of(const std::string& german) {
  std::string plain;
  for (const char c : german) {
    if (c >= '0' && c <= '9') plain.push_back(c);
    if (c == ',') plain.push_back('.');
  }
  return plain.empty() ? 0 : std::stod(plain);
}

// The last column's total is the rows' sum, difference or product.
bool adds_up(const Table& table, std::size_t total) {
  double sum = 0;
  double difference = 0;
  double product = 1;
  for (std::size_t i = 1; i < total; ++i) {
    if (table.rows[i].is_total) continue;
    const double number = number_of(table.rows[i].cells.back());
    difference = i == 1 ? number : difference - number;
    sum += number;
    product *= number;
  }
  const double told = number_of(table.rows[total].cells.back());
  const auto is = [told](double value) { return std::abs(value - told) < 0.005; };
  return is(sum) || is(difference) || is(product);
}

TEST(Stories, BringPostOfThePastAlone) {
  for (const char* today : special_days()) {
    SCOPED_TRACE(today);
    const Town town = town_on(day(today));
    const References references = references_of(town);
    int items = 0;
    for (const Story& story : town.stories) {
      for (const InboundScript& inbound : story.inbound) {
        expect_sound(town, story, inbound, references);
        ++items;
      }
    }
    EXPECT_GE(items, 10);
  }
}

TEST(Stories, HaveTablesWhoseTotalsAddUp) {
  int totals = 0;
  for_each_dossier(town_on(day("2026-11-23")), [&](const DossierScript&, const Told& told) {
    for (const Table& table : told.tables) {
      for (std::size_t row = 0; row < table.rows.size(); ++row) {
        if (!table.rows[row].is_total) continue;
        ++totals;
        EXPECT_TRUE(adds_up(table, row)) << TextOf{}(table);
      }
    }
  });
  EXPECT_GE(totals, 12);
}

TEST(Stories, HaveProductsThatAreRight) {
  static const std::regex pattern(R"(([\d.]+) (?:m²|m³) x ([\d.,]+) €)");
  int products = 0;
  for_each_dossier(town_on(day("2026-11-23")), [&](const DossierScript&, const Told& told) {
    for (const std::string& text : told.texts) {
      for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end;
           ++match) {
        const double value = number_of((*match)[1]) * number_of((*match)[2]);
        std::string amount = german_amount(std::llround(value * 100));
        amount.resize(amount.find(' '));
        EXPECT_NE(text.find(amount + " €"), std::string::npos) << amount << " in " << text;
        ++products;
      }
    }
  });
  EXPECT_GE(products, 8);
}

// The same town with one thing changed is refused, so the checks above can fail.
TEST(Timeline, RefusesWhatIsOutOfOrder) {
  Town town = town_on(day("2026-11-23"));
  ASSERT_TRUE(timeline(town).has_value());
  DossierScript& dossier = town.stories.front().dossiers.front();
  const Occasion opened = dossier.opened;
  dossier.opened = dossier.documents.front().versions.front().filed;
  EXPECT_FALSE(timeline(town).has_value()) << "filed before the dossier was there";
  dossier.opened = opened;
  dossier.closed = Occasion{day("2026-11-23"), instant_at(day("2026-11-23"), {}), "m.lindqvist"};
  EXPECT_FALSE(timeline(town).has_value()) << "on the day of the start";
  dossier.closed.reset();
  dossier.erasure = ErasureScript{opened, "abgelaufen"};
  EXPECT_FALSE(timeline(town).has_value()) << "only what is closed is destroyed";
  dossier.erasure.reset();
  EXPECT_TRUE(timeline(town).has_value());
  town.founded.at = opened.at;
  EXPECT_FALSE(timeline(town).has_value()) << "before the town was there";
}

}  // namespace
}  // namespace dms::demo::test
