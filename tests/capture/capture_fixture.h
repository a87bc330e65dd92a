#pragma once

// A tenant with an inbox into which "poststelle" may take in and file, a dossier that she may file
// into, and one that she does not see; parsed in the real sandbox.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/capture/captured_record.h"
#include "dms/password.h"
#include "dms/tenant_registry.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"
#include "web/capture/capture_source.h"

namespace dms::test {

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << to_string(result.error().code) << ": " << result.error().message.en << " ("
                  << result.error().hint << ")";
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Started once, as in the server: before there are threads.
search::Extractor& sandbox();

// Nobody guesses passwords here.
class CheapHasher final : public PasswordHasher {
 public:
  Result<std::string> hash(const Secret&) const override { return std::string("cheap"); }
  Result<bool> verify(const Secret&, std::string_view) const override { return false; }
  bool is_outdated(std::string_view) const override { return false; }
};

// Keeps the lines' events and texts.
class KeptLog final : public Log {
 public:
  bool keeps(LogLevel) const override { return true; }
  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override;
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

// Asks the scanner that is there at the moment.
class ChosenScanner final : public VirusScanner {
 public:
  Result<std::string> scan(const storage::ContentReader& content) override {
    return chosen == nullptr ? Result<std::string>("") : chosen->scan(content);
  }
  VirusScanner* chosen = nullptr;  // nullptr: finds nothing
};

class CaptureTest : public ::testing::Test {
 protected:
  CaptureTest();

  web::OpenTenant opener() {
    return [this] { return registry_->find_by_id("demo"); };
  }
  // All items in the inbox that wait, oldest first.
  std::vector<InboundItem> waiting();
  std::vector<InboundItem> items_in(InboundState state);
  std::vector<InboundItem> items_in(InboundState state, InboxId inbox);
  std::vector<std::string> subjects();
  std::vector<CapturedMailRecord> mail_records();
  std::vector<CapturedFileRecord> file_records();
  std::string content_of(const InboundItem& item);

  TempDir folder_;
  FakeClock clock_;
  KeptLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  CheapHasher hasher_;
  ChosenScanner scanner_;
  std::unique_ptr<TenantRegistry> registry_;
  std::shared_ptr<Tenant> tenant_;
  Actor admin_;
  Actor clerk_;  // "poststelle"
  InboxId inbox_;
  InboxId closed_inbox_;  // of nobody
  InboxId quarantine_;    // "Quarantäne", of "poststelle", too
  Dossier dossier_;
  Dossier hidden_;
  std::atomic<bool> is_stopping_{false};
};

}  // namespace dms::test
