// How long a dossier of many documents takes to be listed by each of its columns, and how long a
// store from before there were orders takes to have them. Without network. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/document_record.h"
#include "dms/dossier.h"
#include "dms/file_plan.h"
#include "dms/login_throttle.h"
#include "dms/password.h"
#include "dms/sign_in_failures.h"
#include "dms/tables.h"
#include "dms/user.h"
#include "support/temp_dir.h"

namespace dms::bench {
namespace {

using Order = storage::ScanOptions::Direction;

constexpr std::size_t documents_a_commit = 1000;

struct Options {
  std::size_t documents = 100'000;
  std::size_t page = 200;
  std::size_t runs = 15;
};

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "sorted_lists: {} {}\n", result.error().message.en, result.error().hint);
    std::exit(1);
  }
  return std::move(*result);
}

double milliseconds_of(const std::function<void()>& act) {
  const auto began = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
      .count();
}

class SortedLists {
 public:
  explicit SortedLists(const Options& options) : options_(options) {}

  void run() {
    open({});
    prepare();
    fill();
    fmt::print("{} documents in one dossier; orders of a store without them: {:.1f} s\n",
               options_.documents, milliseconds_of([&] { build(); }) / 1000);
    fmt::print("{:<12} {:>14} {:>14} {:>14} {:>14}\n", "by", "first, ms", "worst", "middle, ms",
               "worst");
    for (const DocumentColumn column :
         {DocumentColumn::filed, DocumentColumn::subject, DocumentColumn::date,
          DocumentColumn::received, DocumentColumn::reference, DocumentColumn::type,
          DocumentColumn::status, DocumentColumn::modified}) {
      for (const Order way : {Order::ascending, Order::descending}) measure({column, way});
    }
  }

 private:
  void open(std::vector<storage::TableIndexes> tables) {
    store_.reset();
    storage::StoreOptions options;
    options.folder = (folder_ / "store").string();
    options.name = "bench";
    options.tables = std::move(tables);
    store_ = value_of(storage::Store::open(environment_, options));
  }

  // Somebody who may see a dossier.
  void prepare() {
    LoginThrottle throttle(clock_);
    SignInFailures failures(*store_, clock_);
    Users users(*store_, clock_, hasher_, throttle, failures);
    NewUser person;
    person.name = "verwaltung";
    person.display_name = "Verwaltung";
    person.password = Secret("Birnbaum am Rathausplatz 7");
    Actor administrator;
    administrator.user = value_of(users.bootstrap_administrator(person)).id;
    administrator.system_administrator = true;
    person.name = "registratur";
    clerk_.user = value_of(users.create(administrator, person)).id;
    AccessLists lists(*store_, clock_);
    AccessList list;
    list.entries = {{{SubjectKind::user, clerk_.user.value}, Role::clerk, {}}};
    const Access before = value_of(lists.get_access(administrator, ScopeId{}));
    value_of(lists.set_access(administrator, ScopeId{}, list, before.revision));
    FilePlanUnitFields unit;
    unit.code = "6";
    unit.title = "Bauwesen";
    FilePlan plan(*store_, permissions_, clock_);
    NewDossier dossier;
    dossier.unit = value_of(plan.create(administrator, unit)).id;
    dossier.fields.title = "Große Akte";
    dossier_ = value_of(Dossiers(*store_, permissions_, clock_).open(clerk_, dossier)).id;
  }

  // By the tables as they were before there were orders.
  void fill() {
    storage::Table<DocumentRecord> before = document_table;
    before.indexes.resize(2);
    for (std::size_t made = 0; made < options_.documents; made += documents_a_commit) {
      value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
        storage::Commit commit(view);
        for (std::size_t i = 0; i < documents_a_commit; ++i) {
          const DocumentRecord record = some_document();
          VersionRecord version;
          version.id = VersionId::make(clock_.now());
          version.document = record.id;
          version.files.push_back({});
          version.files.back().file_name = "schreiben.pdf";
          DMS_TRY(commit.insert(before, record));
          DMS_TRY(commit.insert(version_table, version));
        }
        return commit;
      }));
    }
  }

  DocumentRecord some_document() {
    static const std::vector<std::string> words = {
        "Stellungnahme", "Übergabe", "Änderung", "Bauantrag", "Öffentlichkeit", "Niederschrift",
        "Entwässerung",  "Straße",   "Prüfung",  "Rechnung",  "Grundstück",     "Genehmigung"};
    const auto any = [&] { return words.at(random_() % words.size()); };
    DocumentRecord record;
    record.id = DocumentId::make(clock_.now());
    record.dossier = dossier_;
    stamp_created(record, {clock_.now(), clerk_.user});
    record.subject = fmt::format("{} {} Nr. {}", any(), any(), random_() % 1000);
    record.type = static_cast<DocumentType>(random_() % 13);
    record.direction = Direction::incoming;
    record.status = static_cast<DocumentStatus>(random_() % 6);
    record.sender = "Landratsamt Musterkreis";
    const auto day = [&] {
      return Date{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1} +
                  std::chrono::days{random_() % 9000}};
    };
    record.letter_date = day();
    if (random_() % 2 == 0) record.received_on = day();
    if (random_() % 2 == 0) record.foreign_reference = fmt::format("III/{}", random_() % 5000);
    return record;
  }

  // Until the last order is there.
  void build() {
    open(stored_tables());
    const Documents documents(*store_, permissions_, clock_);
    const DocumentOrder order{DocumentColumn::subject, Order::ascending};
    while (!documents.list(clerk_, dossier_, {"", 1}, order)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  void measure(DocumentOrder order) {
    const Documents documents(*store_, permissions_, clock_);
    PageRequest step{"", page_limit_max};
    for (std::size_t passed = 0; passed < options_.documents / 2; passed += step.limit) {
      step.after = value_of(documents.list(clerk_, dossier_, step, order)).next;
    }
    const std::string middle = step.after;
    std::vector<double> first;
    std::vector<double> later;
    const auto take = [&](const std::string& after, std::vector<double>& times) {
      times.push_back(milliseconds_of([&] {
        value_of(documents.list(clerk_, dossier_, {after, options_.page}, order));
      }));
    };
    for (std::size_t i = 0; i < options_.runs; ++i) {
      take("", first);
      take(middle, later);
    }
    std::sort(first.begin(), first.end());
    std::sort(later.begin(), later.end());
    const std::string sign = order.direction == Order::descending ? "-" : "";
    fmt::print("{:<12} {:>14.1f} {:>14.1f} {:>14.1f} {:>14.1f}\n",
               sign + std::string(enum_name(order.column)), first[first.size() / 2], first.back(),
               later[later.size() / 2], later.back());
  }

  const Options options_;
  test::TempDir folder_;
  SystemClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment environment_{{}, clock_, log_, metrics_};
  Argon2idHasher hasher_;
  PermissionCache permissions_;
  std::unique_ptr<storage::Store> store_;
  Actor clerk_;
  DossierId dossier_;
  std::mt19937 random_{5};  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same dossier every time
};

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  CLI::App app{"Measures lists of a large dossier by every column"};
  dms::bench::Options options;
  app.add_option("--documents", options.documents, "in the dossier")->capture_default_str();
  app.add_option("--page", options.page, "documents a page")->capture_default_str();
  app.add_option("--runs", options.runs, "of which the median counts")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  dms::bench::SortedLists(options).run();
  return 0;
}
