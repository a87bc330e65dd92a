// The server beside nginx. See README.md.

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <thread>

#include "clerks.h"
#include "load.h"
#include "nginx.h"
#include "report.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::bench {
namespace {

using test::ApiClient;
using test::HttpsClient;
using test::HttpsRequest;

constexpr std::size_t large_bytes = 100U << 20U;

struct Options {
  std::size_t seconds = 5;
  std::size_t runs = 5;
  std::size_t settle_s = 60;
  std::string svg;
  std::string only;
  std::string settings;
};

std::string random_text(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

class Bench {
 public:
  explicit Bench(Options options)
      : options_(std::move(options)),
        nginx_(folder_ / "nginx", server_.data_folder() / "tls"),
        large_(random_text(large_bytes, 1)) {}

  int run();

 private:
  void prepare();
  ApiClient clerk() const;
  void measure(const std::string& name, std::size_t clients, const MakeClient& ours,
               const MakeClient& nginx);
  // GETs `target` from ours (with a session) and from nginx.
  MakeClient our_get(std::string target) const;
  MakeClient nginx_get(std::string target) const;
  // The same after the system has dropped what it keeps in memory of the files below `folder`.
  static MakeClient cold(const MakeClient& warm, const std::filesystem::path& folder);
  MakeClient our_upload(std::string_view bytes);
  MakeClient nginx_put(std::string_view bytes);
  void print_memory(const char* when) const;
  void print_disk() const;

  Options options_;
  test::TempDir folder_;
  test::ServerProcess server_;
  Nginx nginx_;
  std::string large_;
  std::string dossier_;
  std::string small_id_;
  std::string large_id_;
  std::atomic<std::uint64_t> number_{0};
  std::vector<Case> cases_;
};

ApiClient Bench::clerk() const {
  test::HttpsClientOptions options;
  options.port = server_.port();
  options.host = "localhost";
  options.ca_file = server_.ca_file();
  options.version = test::TlsVersion::tls_1_3;
  ApiClient client(HttpsClient(options), "https://localhost:" + std::to_string(server_.port()));
  if (!client.sign_in("h.brandt", server_.password_of("h.brandt"))) {
    fmt::print(stderr, "bench: cannot sign in\n");
    std::exit(1);
  }
  return client;
}

void Bench::prepare() {
  apply_settings(server_, options_.settings);
  ApiClient client = clerk();
  dossier_ = test::open_dossier(client, "660.1", "Messung");
  const std::string small = random_text(1024, 2);
  small_id_ = client.file(dossier_, "1 KiB", "klein.txt", small).text("id");
  large_id_ = client.file(dossier_, "100 MiB", "gross.bin", large_).text("id");
  std::ofstream(nginx_.files() / "small", std::ios::binary) << small;
  std::ofstream(nginx_.files() / "large", std::ios::binary) << large_;
}

MakeClient Bench::our_get(std::string target) const {
  return [this, target](std::size_t) -> Operation {
    const auto client = std::make_shared<ApiClient>(clerk());
    HttpsRequest request;
    request.target = target;
    request.headers = {{"Cookie", client->cookie()}};
    return [client, request] {
      const auto answer = client->http().send(request, [](std::string_view) {});
      return answer && answer->status == 200;
    };
  };
}

MakeClient Bench::nginx_get(std::string target) const {
  return [this, target](std::size_t) -> Operation {
    const auto client = std::make_shared<HttpsClient>(nginx_.client());
    HttpsRequest request;
    request.target = target;
    return [client, request] {
      const auto answer = client->send(request, [](std::string_view) {});
      return answer && answer->status == 200;
    };
  };
}

// Takes a file's pages out of the system's cache; those that were not written yet are first.
void drop_cached_pages(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  if (::fdatasync(descriptor) == 0) ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  ::close(descriptor);
}

MakeClient Bench::cold(const MakeClient& warm, const std::filesystem::path& folder) {
  return [warm, folder](std::size_t index) -> Operation {
    return [get = warm(index), folder] {
      std::error_code gone;  // a file that compaction took away meanwhile
      for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, gone)) {
        if (entry.is_regular_file(gone)) drop_cached_pages(entry.path());
      }
      return get();
    };
  };
}

// Bytes that differ from every upload before, so that nothing is stored once for two.
void make_unique_bytes(std::string& bytes, std::uint64_t number) {
  const std::string prefix = fmt::format("{:020}", number);
  bytes.replace(0, prefix.size(), prefix);
}

MakeClient Bench::our_upload(std::string_view bytes) {
  return [this, bytes = std::string(bytes)](std::size_t) -> Operation {
    const auto client = std::make_shared<ApiClient>(clerk());
    const auto body = std::make_shared<std::string>(bytes);
    return [this, client, body] {
      make_unique_bytes(*body, ++number_);
      return client->file(dossier_, "Messung", "messung.bin", *body).status == 201;
    };
  };
}

MakeClient Bench::nginx_put(std::string_view bytes) {
  return [this, bytes = std::string(bytes)](std::size_t) -> Operation {
    const auto client = std::make_shared<HttpsClient>(nginx_.client());
    const auto body = std::make_shared<std::string>(bytes);
    return [this, client, body] {
      const std::uint64_t number = ++number_;
      make_unique_bytes(*body, number);
      // The same multipart body is composed, so that both sides cost the client the same.
      const test::Multipart multipart = test::make_multipart("{}", "messung.bin", *body);
      HttpsRequest request;
      request.method = "PUT";
      // A hundred names a client: nginx overwrites, the disk does not fill.
      request.target = "/put-" + std::to_string(number % 800);
      request.body = multipart.body;
      const auto answer = client->send(request);
      return answer && (answer->status == 201 || answer->status == 204);
    };
  };
}

void Bench::measure(const std::string& name, std::size_t clients, const MakeClient& ours,
                    const MakeClient& nginx) {
  if (!options_.only.empty() && options_.only != name) return;
  Case one{name, {}, {}};
  const Load load{clients, std::chrono::seconds(options_.seconds), std::chrono::milliseconds(500)};
  for (std::size_t run = 0; run < options_.runs; ++run) {
    one.ours.push_back(run_load(load, ours, server_.pid()));
    one.nginx.push_back(run_load(load, nginx, nginx_.pid()));
    fmt::print(stderr, "{} run {}: {:.1f} / {:.1f}\n", name, run + 1, one.ours.back().per_s,
               one.nginx.back().per_s);
  }
  cases_.push_back(std::move(one));
}

void Bench::print_memory(const char* when) const {
  const test::ServerProcess::Memory memory = server_.memory();
  fmt::print("{}: {} MiB resident, at most {} MiB\n", when, memory.resident_kib / 1024,
             memory.peak_kib / 1024);
}

// What each commit waits for at least: appending to a file on the server's disk and fdatasync.
void Bench::print_disk() const {
  const std::string block = random_text(64U << 10U, 4);
  const std::string file = (server_.data_folder() / "bench.sync").string();
  const int descriptor = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  std::vector<double> ms;
  for (int i = 0; i < 100 && descriptor >= 0; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const bool is_synced =
        ::write(descriptor, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
        ::fdatasync(descriptor) == 0;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    if (is_synced) ms.push_back(took.count());
  }
  ::close(descriptor);
  ::unlink(file.c_str());
  if (ms.size() < 100) return;
  std::sort(ms.begin(), ms.end());
  fmt::print("the disk: 64 KiB and fdatasync {:.2f} ms ({:.2f}-{:.2f}, 10 to 90 per cent)\n",
             ms[50], ms[10], ms[90]);
}

int Bench::run() {
  prepare();
  print_disk();
  const std::string small = "/api/v1/documents/" + small_id_ + "/content";
  const std::string large = "/api/v1/documents/" + large_id_ + "/content";
  const std::string letter = random_text(20 << 10U, 3);
  measure("get_1k", 8, our_get(small), nginx_get("/small"));
  measure("get_100m", 2, our_get(large), nginx_get("/large"));
  measure("cold_100m", 1, cold(our_get(large), server_.data_folder()),
          cold(nginx_get("/large"), nginx_.files()));
  measure("put_100m", 2, our_upload(large_), nginx_put(large_));
  measure("file_20k", 8, our_upload(letter), nginx_put(letter));
  measure("search", 8, our_get("/api/v1/search?q=Zisterne"), nginx_get("/small"));
  print_table(cases_);
  print_memory("at the end");
  std::this_thread::sleep_for(std::chrono::seconds(options_.settle_s));
  print_memory("settled");
  if (!options_.svg.empty() && !draw_svg(cases_, options_.svg)) return 1;
  for (const Case& one : cases_) {
    for (const Rate& rate : one.ours) {
      if (rate.errors > 0) return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  CLI::App app{"Measures the server beside nginx"};
  dms::bench::Options options;
  app.add_option("--seconds", options.seconds, "of each run")->capture_default_str();
  app.add_option("--runs", options.runs, "alternating")->capture_default_str();
  app.add_option("--settle", options.settle_s, "seconds until memory is read again")
      ->capture_default_str();
  app.add_option("--svg", options.svg, "where the bars are drawn");
  app.add_option("--only", options.only, "one case");
  app.add_option("--settings", options.settings, "a file put to the server's configuration")
      ->check(CLI::ExistingFile);
  CLI11_PARSE(app, argc, argv);
  return dms::bench::Bench(options).run();
}
