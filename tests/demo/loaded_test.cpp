// A town that was loaded on a given day: what a visitor finds there.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include "deploy/demo/remembering_hasher.h"
#include "deploy/demo/seed.h"
#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/local_date.h"
#include "support/temp_dir.h"
#include "town_fixture.h"
#include "workflow/routing.h"
#include "workflow/routing_template.h"

namespace dms::demo::test {
namespace {

using std::chrono::sys_days;

// Argon2id at its cheapest: what is stored stays of the right form.
constexpr Argon2Parameters cheap{8, 1, 1};

std::string file_plan() {
  std::ifstream file(demo_folder() + "/file-plan.csv", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class LoadedTown {
 public:
  explicit LoadedTown(Date today)
      : town(town_on(today)),
        clock_(town.founded.at),
        tenant_(open()),
        passwords_(make_passwords(town)) {
    must(load());
    clock_.set(instant_at(today, std::chrono::hours{8}));
    routings = std::make_unique<workflow::Routings>(tenant_->store(), clock_);
  }

  Result<void> load() {
    return seed(*tenant_, clock_, {town, file_plan(), "Aktenplan", passwords_});
  }
  Tenant& tenant() { return *tenant_; }
  const std::map<std::string, Actor>& people() {
    if (people_.empty()) {
      Desk desk(*tenant_, passwords_);
      for (const Person& person : town.people) people_[person.name] = must(desk.actor(person.name));
    }
    return people_;
  }
  const Actor& person(const std::string& name) { return people().at(name); }

  Town town;
  std::unique_ptr<workflow::Routings> routings;

 private:
  std::shared_ptr<Tenant> open() {
    return must(Tenant::open({"musterbach", town.self.name, {"localhost"}},
                             {storage_, hasher_, clock_, log_, metrics_, folder_.path().string()}));
  }

  dms::test::TempDir folder_;
  StoryClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  Argon2idHasher argon2_{cheap};
  RememberingHasher hasher_{argon2_};
  std::shared_ptr<Tenant> tenant_;
  Passwords passwords_;
  std::map<std::string, Actor> people_;
};

// Loading takes a second: the tests of a day share one, and change nothing in it.
class Towns : public ::testing::Environment {
 public:
  LoadedTown& on(const std::string& today) {
    auto& town = towns_[today];
    if (!town) town = std::make_unique<LoadedTown>(day(today.c_str()));
    return *town;
  }
  void TearDown() override { towns_.clear(); }

 private:
  std::map<std::string, std::unique_ptr<LoadedTown>> towns_;
};
// GoogleTest owns it.
Towns& towns = dynamic_cast<Towns&>(*::testing::AddGlobalTestEnvironment(new Towns));

PageRequest everything() {
  PageRequest request;
  request.limit = 500;
  return request;
}

struct Filed {
  Dossier dossier;
  std::vector<Document> documents;
};

// All that `actor` sees, by the beginnings of titles.
std::map<std::string, Filed> filed(LoadedTown& town, const Actor& actor) {
  std::map<std::string, Filed> all;
  for (const Dossier& dossier :
       must(town.tenant().dossiers().list(actor, {}, everything())).items) {
    Filed& entry = all[dossier.fields.title];
    entry.dossier = dossier;
    entry.documents = must(town.tenant().documents().list(actor, dossier.id, everything())).items;
  }
  return all;
}

std::string content_of(LoadedTown& town, const Actor& actor, const Document& document) {
  const auto opened = must(town.tenant().documents().open_content(actor, document.id, {}));
  return must(opened.reader->read(0, opened.version.content.size));
}

// An open task as it lies before somebody.
struct Waiting {
  std::string who;
  std::string dossier;
  std::string directive;
  std::string on_behalf_of;
  std::optional<Date> due;
};

std::vector<Waiting> waiting(LoadedTown& town) {
  std::map<UserId, std::string> names;
  for (const auto& [name, actor] : town.people()) names[actor.user] = name;
  std::vector<Waiting> all;
  for (const auto& [name, actor] : town.people()) {
    for (const auto& task : must(town.routings->tasks(actor, everything())).items) {
      const Document document = must(town.tenant().documents().get(actor, task.document));
      const Dossier dossier = must(town.tenant().dossiers().get(actor, document.dossier));
      all.push_back({name, dossier.fields.title,
                     std::string(enum_name(task.directive.value_or(workflow::Directive::process))),
                     task.on_behalf_of ? names.at(*task.on_behalf_of) : "", task.task.due});
    }
  }
  return all;
}

class Loaded : public ::testing::TestWithParam<const char*> {
 protected:
  Date today_ = day(GetParam());
  LoadedTown& town_ = towns.on(GetParam());

  // Signatures that were given in the dossier's routings.
  int signatures(const Actor& actor, const Filed& story) {
    int given = 0;
    for (const Document& document : story.documents) {
      for (const auto& routing :
           must(town_.routings->list(actor, document.id, everything())).items) {
        for (const auto& entry : routing.record.slip) {
          given += entry.act.known() == workflow::SlipAct::signed_ ? 1 : 0;
        }
      }
    }
    return given;
  }
};

struct StoryExpected {
  const char* dossier;
  const char* who;
  const char* directive;
  const char* on_behalf_of;
};

constexpr std::array five_stories = {
    StoryExpected{"Neubau eines Einfamilienhauses, Flurstück 1420/3, Mühlweg 4", "h.brandt",
                  "co_sign", ""},
    StoryExpected{"Widerspruch Hof Tannengrund gegen den Abwassergebührenbescheid", "b.oezdemir",
                  "final_sign", ""},
    StoryExpected{"Rechnungen Winterdienst", "l.petersen", "co_sign", ""},
    StoryExpected{"Bebauungsplan Mühlwiesen, 2. Änderung", "m.lindqvist", "approve", ""},
    StoryExpected{"Beschwerde über die Öffnungszeiten des Kindergartens Sonnenblume", "h.brandt",
                  "process", "r.stadler"},
};

TEST_P(Loaded, EachStoryLeavesOneThingForTheVisitor) {
  const std::vector<Waiting> tasks = waiting(town_);
  for (const StoryExpected& story : five_stories) {
    const auto is_it = [&story](const Waiting& task) {
      return task.dossier == story.dossier && task.who == story.who &&
             task.directive == story.directive && task.on_behalf_of == story.on_behalf_of;
    };
    EXPECT_EQ(std::count_if(tasks.begin(), tasks.end(), is_it), 1) << story.dossier;
    // Nobody else but the absent one himself has a task there.
    const auto others = std::count_if(tasks.begin(), tasks.end(), [&](const Waiting& task) {
      return task.dossier == story.dossier && !is_it(task) && task.who != story.on_behalf_of;
    });
    EXPECT_EQ(others, 0) << story.dossier;
  }
  for (const Waiting& task : tasks) {
    ASSERT_TRUE(task.due.has_value()) << task.dossier;
    EXPECT_NE(std::chrono::weekday{sys_days{*task.due}}, std::chrono::Sunday) << task.dossier;
  }
}

TEST_P(Loaded, EachStoryHasSomethingInSomethingOutANoteAndASignature) {
  const Actor& actor = town_.person("h.brandt");
  const auto dossiers = filed(town_, actor);
  std::size_t documents = 0;
  for (const auto& [title, dossier] : dossiers) documents += dossier.documents.size();
  EXPECT_GE(documents, 40U);
  EXPECT_GE(dossiers.size(), 10U);
  for (const StoryExpected& expected : five_stories) {
    const Filed& story = dossiers.at(expected.dossier);
    std::map<Direction, int> directions;
    for (const Document& document : story.documents) ++directions[document.fields.direction];
    EXPECT_GE(directions[Direction::incoming], 1) << expected.dossier;
    EXPECT_GE(directions[Direction::outgoing], 1) << expected.dossier;
    EXPECT_GE(directions[Direction::internal], 1) << expected.dossier;
    EXPECT_GE(signatures(actor, story), 1) << expected.dossier;
  }
}

TEST_P(Loaded, TheJournalTellsOfWorkingDaysOnlyAndOfWhoReallyDidIt) {
  std::map<Uuid, std::string> names;
  for (const auto& [name, actor] : town_.people()) names[actor.user.value] = name;
  const Instant start = instant_at(today_, std::chrono::hours{8});
  const std::string absent = town_.town.absences.at(0).entered.by;
  std::set<std::string> acted;
  int for_another = 0;
  std::uint64_t last = 0;
  Instant before;
  while (true) {
    const auto entries = must(town_.tenant().store().read_journal(last, 1000));
    if (entries.empty()) break;
    for (const auto& entry : entries) {
      last = entry.sequence;
      if (entry.time >= start) continue;  // the test's own
      EXPECT_GE(entry.time, before);
      before = entry.time;
      const Date date = local_date(entry.time);
      EXPECT_TRUE(is_working_day(date)) << entry.kind << " " << format_date(date);
      EXPECT_LT(date, today_) << entry.kind;
      acted.insert(names[entry.actor]);
      if (entry.on_behalf_of) {
        EXPECT_EQ(names[*entry.on_behalf_of], absent);
        ++for_another;
      }
      if (names[entry.actor] == absent) {
        EXPECT_LT(date, town_.town.absences.at(0).first_day) << entry.kind << " while on holiday";
      }
    }
  }
  EXPECT_GE(acted.size(), 11U) << "everybody has done something";
  EXPECT_GE(for_another, 1);
}

INSTANTIATE_TEST_SUITE_P(Days, Loaded,
                         ::testing::Values("2026-11-23", "2026-11-22", "2026-04-07", "2027-01-01",
                                           "2028-02-29"));

class OneTown : public ::testing::Test {
 protected:
  LoadedTown& town_ = towns.on("2026-11-23");
};

TEST_F(OneTown, HidesThePersonnelFileFromAllButThoseNamed) {
  const auto seen = filed(town_, town_.person("h.brandt"));
  ASSERT_TRUE(seen.contains("Personalakte Runa Feldmann"));
  EXPECT_TRUE(filed(town_, town_.person("b.oezdemir")).contains("Personalakte Runa Feldmann"));
  const Filed& file = seen.at("Personalakte Runa Feldmann");
  EXPECT_EQ(file.dossier.fields.classification, Classification::personnel);
  ASSERT_GE(file.documents.size(), 4U);
  for (const char* name : {"k.amrein", "t.wiegand", "d.ruoff", "administrator"}) {
    const Actor& other = town_.person(name);
    EXPECT_FALSE(filed(town_, other).contains("Personalakte Runa Feldmann")) << name;
    const auto dossier = town_.tenant().dossiers().get(other, file.dossier.id);
    ASSERT_FALSE(dossier.has_value());
    EXPECT_EQ(dossier.error().code, ErrorCode::not_found) << name;
    for (const Document& document : file.documents) {
      EXPECT_FALSE(town_.tenant().documents().get(other, document.id).has_value()) << name;
    }
  }
}

TEST_F(OneTown, HasAnErasureThatWaitsForASecondPerson) {
  const Erasures& erasures = town_.tenant().erasures();
  const auto page = must(erasures.list(town_.person("b.oezdemir"), {}));
  ASSERT_EQ(page.items.size(), 1U);
  const Erasure& erasure = page.items.front();
  EXPECT_EQ(erasure.state, ErasureState::proposed);
  EXPECT_EQ(erasure.proposed.by, town_.person("h.brandt").user);
  ASSERT_EQ(erasure.objects.size(), 1U);
  EXPECT_EQ(erasure.objects[0].title, "Feldweg Tannengrund, Wegebau (doppelt angelegt)");
  EXPECT_TRUE(erasure.objects[0].reasons.empty()) << "she can release it";
  EXPECT_TRUE(must(erasures.list(town_.person("k.amrein"), {})).items.empty());
}

TEST_F(OneTown, NamesTheShelfOfTheHybridFile) {
  int hybrid = 0;
  for (const auto& [title, file] : filed(town_, town_.person("t.wiegand"))) {
    if (file.dossier.fields.medium != Medium::hybrid) continue;
    ++hybrid;
    EXPECT_NE(file.dossier.fields.paper_location.find("Regal"), std::string::npos);
  }
  EXPECT_EQ(hybrid, 1);
}

// What stands between `element`'s tags, all of them.
std::vector<std::string> values_of(const std::string& xml, const std::string& element) {
  const std::regex pattern("<cbc:" + element + "[^>]*>([^<]*)<");
  std::vector<std::string> values;
  for (std::sregex_iterator match(xml.begin(), xml.end(), pattern), end; match != end; ++match) {
    values.push_back((*match)[1]);
  }
  return values;
}

std::int64_t cents(const std::string& decimal) {
  EXPECT_TRUE(std::regex_match(decimal, std::regex(R"(\d+\.\d\d)"))) << decimal;
  return std::llround(std::stod(decimal) * 100);
}

TEST_F(OneTown, HasInvoicesWhoseSumsAddUp) {
  const Actor& actor = town_.person("l.petersen");
  int invoices = 0;
  const auto all = filed(town_, actor);
  for (const Document& document : all.at("Rechnungen Winterdienst").documents) {
    if (document.fields.type != DocumentType::invoice) continue;
    ++invoices;
    const std::string xml = content_of(town_, actor, document);
    const auto net = values_of(xml, "LineExtensionAmount");  // the sum, then the lines
    const auto quantities = values_of(xml, "InvoicedQuantity");
    const auto prices = values_of(xml, "PriceAmount");
    ASSERT_EQ(net.size(), 3U);
    ASSERT_EQ(prices.size(), quantities.size());
    std::int64_t sum = 0;
    for (std::size_t line = 0; line < prices.size(); ++line) {
      const double product = std::stod(quantities[line]) * std::stod(prices[line]);
      EXPECT_EQ(cents(net[line + 1]), std::llround(product * 100));
      sum += cents(net[line + 1]);
    }
    EXPECT_EQ(cents(net[0]), sum);
    const auto tax = values_of(xml, "TaxAmount");
    EXPECT_EQ(cents(tax.at(0)), std::llround(static_cast<double>(sum) * 0.19));
    EXPECT_EQ(tax.at(0), tax.at(1));
    const auto payable = values_of(xml, "PayableAmount");
    EXPECT_EQ(cents(payable.at(0)), sum + cents(tax.at(0)));
    // What the clerks say of it.
    std::string german = german_amount(cents(payable.at(0)));
    german.replace(german.find(" Euro"), 5, " €");
    const auto round = must(town_.routings->list(actor, document.id, everything())).items;
    ASSERT_EQ(round.size(), 1U);
    EXPECT_NE(round[0].record.title.find(german), std::string::npos) << round[0].record.title;
  }
  EXPECT_EQ(invoices, 2);
}

std::string header_of(const std::string& mail, const std::string& name) {
  const auto at = mail.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 4;
  return mail.substr(begin, mail.find("\r\n", begin) - begin);
}

TEST_F(OneTown, TellsTheComplaintAsAThreadOfMails) {
  const Actor& actor = town_.person("h.brandt");
  std::set<std::string> known;
  int answers = 0;
  auto documents = filed(town_, actor)
                       .at("Beschwerde über die Öffnungszeiten des Kindergartens Sonnenblume")
                       .documents;
  std::reverse(documents.begin(), documents.end());  // the oldest first
  for (const Document& document : documents) {
    if (document.fields.type != DocumentType::email) continue;
    const std::string mail = content_of(town_, actor, document);
    if (const std::string answered = header_of(mail, "In-Reply-To"); !answered.empty()) {
      ++answers;
      EXPECT_TRUE(known.contains(answered)) << answered;
    }
    const std::string id = header_of(mail, "Message-ID");
    EXPECT_TRUE(!id.empty() && known.insert(id).second) << id;
  }
  EXPECT_GE(answers, 4);
}

TEST_F(OneTown, HasPostThatWaitsForTheVisitor) {
  InboundItems& items = town_.tenant().inbound_items();
  const Actor& visitor = town_.person("h.brandt");
  std::map<std::string, std::uint64_t> waiting;
  for (const Inbox& inbox : must(town_.tenant().inboxes().list(visitor))) {
    waiting[inbox.name] = inbox.waiting;
  }
  EXPECT_EQ(waiting["Posteingang Hauptamt"], 5U);
  EXPECT_EQ(waiting["Posteingang Zentrale"], 2U);
  EXPECT_EQ(waiting.size(), 2U) << "the others are not hers";
  InboundFilter mine;
  mine.is_mine = true;
  const auto basket = must(items.list(visitor, mine, {})).items;
  ASSERT_EQ(basket.size(), 1U);
  EXPECT_NE(basket.front().fields.note, "");
  EXPECT_TRUE(
      must(town_.tenant().inboxes().list(town_.person("administrator"))).front().rights.empty());
}

TEST_F(OneTown, OffersTemplatesToStartFrom) {
  workflow::RoutingTemplates templates(town_.tenant().store(), town_.tenant().clock());
  std::set<std::string> names;
  for (const auto& one : must(templates.list(town_.person("s.novak"), everything())).items) {
    names.insert(one.name);
  }
  for (const char* name : {"Mitzeichnung", "Rechnungsfreigabe", "Unterschrift"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Seed, RefusesATownThatIsInhabited) {
  LoadedTown town(day("2026-11-23"));
  EXPECT_FALSE(town.load().has_value());
}

}  // namespace
}  // namespace dms::demo::test
