#pragma once

// A tenant with a search index (indexing_fixture.h), in which things are destroyed. `manager_` and
// `second_` may dispose of everything in the plan's scope; `clerk_` may file.

#include <thread>

#include "dms/erasure.h"
#include "dms/erasure_record.h"
#include "dms/erasure_run.h"
#include "dms/tables.h"
#include "indexing_fixture.h"
#include "support/raw_scan.h"

namespace dms::test {

// Documents somebody is at work on, as the test says.
class SomeInUse final : public DocumentBelongings {
 public:
  Result<bool> is_in_use(const storage::View&, DocumentId document) const override {
    return in_use.contains(document);
  }
  Result<bool> has_any(const storage::View&, DocumentId document) const override {
    return in_use.contains(document) || ended.contains(document);
  }
  Result<std::size_t> erase(const storage::View&, storage::Commit&, DocumentId document,
                            std::size_t) const override {
    erased.insert(document);
    return std::size_t{0};
  }
  std::set<DocumentId> in_use;
  std::set<DocumentId> ended;
  mutable std::set<DocumentId> erased;
};

class ErasureTest : public IndexedTest {
 protected:
  ErasureTest() {
    second_ = actor_of(add_user("zweite"));
    AccessList list;
    list.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                    grant(SubjectKind::user, signer_.user.value, Role::signer),
                    grant(SubjectKind::user, manager_.user.value, Role::record_manager),
                    grant(SubjectKind::user, second_.user.value, Role::record_manager)};
    const Access before = value_of(access_->get_access(admin_, ScopeId{}));
    value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
    make_erasures();
  }

  void make_erasures() {
    erasures_ = std::make_unique<Erasures>(*store_, clock_, &belongings_);
    run_ = std::make_unique<ErasureRun>(
        ErasureParts{*store_, clock_, &belongings_, index_.get(), indexer_.get(), nullptr});
  }
  // As a restart does, also after a kill: what is in memory only is lost.
  void restart() {
    run_.reset();
    erasures_.reset();
    stop();
    audit_.reset();
    heads_.reset();
    documents_.reset();
    dossiers_.reset();
    plan_.reset();
    open();
    make_services();
    start();
    make_erasures();
  }

  static NewErasure of(const Dossier& dossier) {
    return {{dossier.id}, {}, "Aufbewahrung abgelaufen"};
  }
  static NewErasure of(const Document& document) { return {{}, {document.id}, "falsch abgelegt"}; }
  Dossier close(const Dossier& dossier) {
    const Dossier now = value_of(dossiers_->get(manager_, dossier.id));
    return value_of(dossiers_->close(manager_, now.id, now.change.revision));
  }
  Dossier hold(const Dossier& dossier) {
    const Dossier now = value_of(dossiers_->get(manager_, dossier.id));
    return value_of(dossiers_->set_holds(manager_, now.id, {"Rechtsstreit"}, now.change.revision));
  }
  Document put_in_bin(const Document& document) {
    return value_of(documents_->put_in_bin(clerk_, document.id, document.change.revision));
  }
  Erasure propose(const NewErasure& input) { return value_of(erasures_->propose(manager_, input)); }
  Erasure release(const Erasure& erasure) {
    return value_of(erasures_->release(second_, erasure.id, erasure.change.revision));
  }
  Erasure released(const NewErasure& input) { return release(propose(input)); }
  Erasure reread(const Erasure& erasure) { return value_of(erasures_->get(second_, erasure.id)); }

  // One step; where it waits for what goes in the background, the clock goes on.
  void step() {
    if (value_of(run_->step())) return;
    clock_.advance(std::chrono::seconds{5});
    std::this_thread::yield();
  }
  Erasure run(const Erasure& erasure) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    Erasure now = reread(erasure);
    while (now.state != ErasureState::done && now.state != ErasureState::refused) {
      if (std::chrono::steady_clock::now() > end) {
        ADD_FAILURE() << "held up in state " << static_cast<int>(now.state);
        break;
      }
      step();
      now = reread(erasure);
    }
    return now;
  }
  Erasure erase(const NewErasure& input) { return run(released(input)); }

  std::vector<ErasureReason> reasons(const NewErasure& input) {
    return value_of(erasures_->check(manager_, input)).objects.front().reasons;
  }
  template <class Record>
  std::size_t count(const storage::Table<Record>& table) {
    return value_of(
        store_->read<std::size_t>([&](const storage::View& view) -> Result<std::size_t> {
          return DMS_TRY(view.read_keys(table.name, {})).size();
        }));
  }
  // Files of store and index with these bytes, but for the manifest, which keeps ends of key ranges
  // until the next opening.
  std::vector<std::string> files_holding(std::string_view bytes) {
    std::vector<std::string> paths = files_with(temp_.path().string(), bytes);
    std::erase_if(paths, [](const std::string& path) {
      return path.find("/MANIFEST-") != std::string::npos;
    });
    return paths;
  }
  void expect_verified() {
    EXPECT_EQ(value_of(store_->verify()).problems, std::vector<std::string>{});
  }
  std::vector<std::string> details_of(const Uuid& object) {
    std::vector<std::string> details;
    for (const auto& entry : value_of(store_->read_journal_of(object, 0, 1000))) {
      if (entry.detail) details.push_back(entry.kind + " " + *entry.detail);
    }
    return details;
  }

  SomeInUse belongings_;
  std::unique_ptr<Erasures> erasures_;
  std::unique_ptr<ErasureRun> run_;
  Actor second_;
};

}  // namespace dms::test
