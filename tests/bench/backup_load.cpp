// A backup of a large store while clerks file: what they notice of it, whether what it restores is
// the store as it was, and what a second one writes. A command, for it asserts times; each day a
// small one without that.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "storage/store.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using test::ApiAnswer;
using test::ApiClient;

constexpr std::size_t documents_per_dossier = 1000;
// Of records, index entries and journal; what a document costs beside its content.
constexpr std::uint64_t record_bytes_max = 2048;

struct Options {
  std::size_t documents = 10'000;
  std::size_t bytes = 2048;  // of content each
  std::size_t fillers = 16;
  std::size_t clients = 4;
  std::size_t quiet_s = 10;  // filing without a backup, to compare with
  std::size_t slowest_ms_max = 1000;
  bool is_encrypted = false;
};

// What one phase of filing was like. Times in milliseconds.
struct Phase {
  std::vector<double> took;
  std::size_t failed = 0;
  double at(double part) const {
    if (took.empty()) return 0;
    return took[std::min(took.size() - 1,
                         static_cast<std::size_t>(part * static_cast<double>(took.size())))];
  }
};

std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file(error)) bytes += at->file_size(error);
  }
  return bytes;
}

class BackupLoad {
 public:
  explicit BackupLoad(Options options) : options_(options) {}
  int run();

 private:
  fs::path folder(const std::string& name) const {
    return server_.config_file().parent_path() / name;
  }
  void configure();
  ApiClient clerk();
  void fill();
  // Clerks file until `until` is over; each answer is timed.
  Phase file_while(const std::function<void()>& until);
  Phase back_up_while_filing();
  void print(const std::string& name, const Phase& phase) const;
  void check_slowest(const Phase& phase);
  void check_second(std::uint64_t written, std::size_t filed);
  void check_restored();
  void complain(const std::string& what) {
    fmt::print("PROBLEM: {}\n", what);
    ++problems_;
  }

  const Options options_;
  test::ServerProcess server_;
  std::vector<std::string> dossiers_;
  std::atomic<std::size_t> filed_{0};
  int problems_ = 0;
};

void BackupLoad::configure() {
  server_.stop();
  std::string more = "\n[backup]\nfolder = \"" + folder("backup").string() + "\"\nhour = 3\n";
  if (options_.is_encrypted) {
    const std::string key = folder("backup.key").string();
    if (server_.run_command({"backup", "--make-key", key}) != 0) complain("no key was made");
    more += "key_file = \"" + key + "\"\n";
  }
  std::ofstream(server_.config_file(), std::ios::app) << more;
  server_.start();
}

ApiClient BackupLoad::clerk() {
  ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
  if (!client.sign_in("h.brandt", server_.password_of("h.brandt"))) complain("cannot sign in");
  return client;
}

std::string text(std::size_t number, std::size_t bytes) {
  std::mt19937_64 random(number);
  std::string text = "Dokument " + std::to_string(number) + " ";
  while (text.size() < bytes) text += static_cast<char>('a' + random() % 26);
  return text;
}

void BackupLoad::fill() {
  ApiClient first = clerk();
  for (std::size_t i = 0; i <= options_.documents / documents_per_dossier; ++i) {
    dossiers_.push_back(test::open_dossier(first, "660.1", "Last " + std::to_string(i)));
  }
  std::vector<std::thread> threads;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> failed{0};
  std::vector<ApiClient> clients;
  for (std::size_t i = 0; i < options_.fillers; ++i) clients.push_back(clerk());
  for (ApiClient& client : clients) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < options_.documents; i = next++) {
        const std::string subject = "Dokument " + std::to_string(i);
        const ApiAnswer answer = client.file(dossiers_[i / documents_per_dossier], subject,
                                             "text.txt", text(i, options_.bytes));
        if (answer.status != 201) ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (failed > 0) complain(fmt::format("{} documents were not taken", failed.load()));
}

Phase BackupLoad::file_while(const std::function<void()>& until) {
  std::vector<ApiClient> clients;
  for (std::size_t i = 0; i < options_.clients; ++i) clients.push_back(clerk());
  std::vector<Phase> parts(options_.clients);
  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < options_.clients; ++i) {
    threads.emplace_back([&, i] {
      while (!is_over) {
        const std::size_t number = options_.documents + filed_++;
        const std::string bytes = text(number, options_.bytes);
        const auto begun = std::chrono::steady_clock::now();
        const ApiAnswer answer =
            clients[i].file(dossiers_.back(), "Währenddessen", "text.txt", bytes);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begun;
        parts[i].took.push_back(took.count());
        if (answer.status != 201) ++parts[i].failed;
      }
    });
  }
  until();
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  Phase phase;
  for (const Phase& part : parts) {
    phase.took.insert(phase.took.end(), part.took.begin(), part.took.end());
    phase.failed += part.failed;
  }
  std::ranges::sort(phase.took);
  return phase;
}

Phase BackupLoad::back_up_while_filing() {
  return file_while([&] {
    std::string output;
    const auto begun = std::chrono::steady_clock::now();
    const int status = server_.run_command({"backup", "--tenant", "musterbach"}, &output);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    fmt::print("backup took {:.1f} s: {}", took.count(), output);
    if (status != 0) complain("no backup was made");
  });
}

void BackupLoad::print(const std::string& name, const Phase& phase) const {
  fmt::print("{:<24} {:>7} filed, {} failed; ms: p50 {:.1f}, p99 {:.1f}, max {:.1f}\n", name,
             phase.took.size(), phase.failed, phase.at(0.5), phase.at(0.99), phase.at(1));
}

void BackupLoad::check_slowest(const Phase& phase) {
  if (phase.failed > 0) complain("requests failed beside the backup");
  if (phase.took.size() < options_.clients) complain("nothing was filed beside the backup");
  if (options_.slowest_ms_max > 0 && phase.at(1) > static_cast<double>(options_.slowest_ms_max)) {
    complain(fmt::format("a request took {:.0f} ms", phase.at(1)));
  }
}

// At most what changed, and 5 % of the store without content.
void BackupLoad::check_second(std::uint64_t written, std::size_t filed) {
  const std::uint64_t changed = filed * (options_.bytes + record_bytes_max);
  const std::uint64_t store = bytes_below(server_.data_folder() / "musterbach" / "store");
  const std::uint64_t content = (options_.documents + filed_) * options_.bytes;
  const std::uint64_t rest = store > content ? store - content : 0;
  fmt::print("second backup: {} bytes written, {} changed, store {} of which content {}\n", written,
             changed, store, content);
  if (written > changed + rest / 20) complain("the second backup wrote too much");
}

// What the newest generation restores, against the store as it is now: its history is the
// beginning of this one, and what nobody changes since is byte for byte the same.
void BackupLoad::check_restored() {
  server_.stop();
  std::string output;
  const std::string elsewhere = folder("elsewhere").string();
  if (server_.run_command({"restore", "--tenant", "musterbach", "--to", elsewhere}, &output) != 0) {
    return complain("not restored: " + output);
  }
  fmt::print("{}", output);
  const SystemClock clock;
  NullLog log;
  MetricsRegistry metrics;
  storage::StorageEnvironment environment({}, clock, log, metrics);
  const auto open = [&](const std::string& data_dir) {
    storage::StoreOptions options;
    options.folder = data_dir + "/musterbach/store";
    options.name = "musterbach";
    options.access = storage::StoreOptions::Access::read_only;
    return storage::Store::open(environment, options);
  };
  const auto source = open(server_.data_folder().string());
  const auto copy = open(elsewhere);
  if (!source || !copy) return complain("a store does not open");
  const auto head = (*copy)->journal_head();
  const auto hash = (*source)->journal_hash(head.sequence);
  if (!hash || *hash != head.hash) complain("another history");
  std::size_t compared = 0;
  for (const std::string_view table : {"document", "version", "dossier", "unit", "access"}) {
    std::string after;
    for (bool is_last = false; !is_last;) {
      const auto read = (*copy)->read<bool>([&](const storage::View& view) -> Result<bool> {
        storage::ScanOptions options;
        options.after = after;
        const auto keys = DMS_TRY(view.read_keys(table, options));
        DMS_TRY((*source)->read<bool>([&](const storage::View& now) -> Result<bool> {
          for (const std::string& key : keys) {
            if (DMS_TRY(view.read_record(table, key)) != DMS_TRY(now.read_record(table, key))) {
              complain(fmt::format("a record of {} is another one", table));
            }
            after = key;
            ++compared;
          }
          return true;
        }));
        is_last = keys.size() < options.limit;
        return true;
      });
      if (!read) return complain("cannot be read: " + read.error().hint);
    }
  }
  fmt::print("restored: {} records are the same, journal up to {}\n", compared, head.sequence);
  if (compared < options_.documents * 2) complain("documents are missing");
}

int BackupLoad::run() {
  const auto begun = std::chrono::steady_clock::now();
  fill();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("{} documents of {} bytes filed in {:.1f} s\n", options_.documents, options_.bytes,
             took.count());
  configure();  // not before: the server would make one of its own while it is filled
  const Phase quiet =
      file_while([&] { std::this_thread::sleep_for(std::chrono::seconds(options_.quiet_s)); });
  print("without a backup", quiet);
  const Phase first = back_up_while_filing();
  print("beside the first backup", first);
  check_slowest(first);
  const std::uint64_t before = bytes_below(folder("backup") / "musterbach");
  const Phase second = back_up_while_filing();
  print("beside the second backup", second);
  check_slowest(second);
  // What was filed beside the first one may be in the second one.
  check_second(bytes_below(folder("backup") / "musterbach") - before,
               first.took.size() + second.took.size());
  check_restored();
  fmt::print("{} problems\n", problems_);
  return problems_ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  dms::bench::Options options;
  CLI::App app{"A backup beside filing: latencies, equality, what a second one writes"};
  app.add_option("--documents", options.documents, "in the store");
  app.add_option("--bytes", options.bytes, "of content each");
  app.add_option("--clients", options.clients, "who file meanwhile");
  app.add_option("--fillers", options.fillers, "who fill the store before");
  app.add_option("--quiet-seconds", options.quiet_s, "of filing without a backup");
  app.add_option("--slowest-ms", options.slowest_ms_max,
                 "that a request may take; 0: any, where not times are looked at");
  app.add_flag("--encrypted", options.is_encrypted, "with a key file");
  CLI11_PARSE(app, argc, argv);
  return dms::bench::BackupLoad(options).run();
}
