// How long filing a letter takes while somebody uploads a file of some GiB, against how long it
// takes without. See README.md.

#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "clerks.h"

namespace dms::bench {
namespace {

using test::ApiClient;

constexpr std::size_t block_bytes = 64U << 20U;
constexpr std::size_t letter_bytes = 20U << 10U;

struct Options {
  std::size_t gib = 4;
  std::size_t clients = 4;
  std::size_t seconds = 15;
  std::size_t runs = 3;
};

std::string random_text(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

// A multipart body of some GiB that takes 64 MiB of memory: one block of random bytes, seen again
// and again, with the form's head and tail written over its first and last bytes.
class LargeForm {
 public:
  LargeForm(std::size_t gib, const std::string& dossier, std::uint64_t seed)
      : size_((gib << 30U) / block_bytes * block_bytes) {
    const int file = ::memfd_create("block", MFD_CLOEXEC);
    const std::string block = random_text(block_bytes, seed);
    if (file < 0 || ::write(file, block.data(), block.size()) != ssize_t{block_bytes}) {
      give_up("no memory for the large file");
    }
    void* const place = ::mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) give_up("no room for the large file");
    bytes_ = static_cast<char*>(place);
    for (std::size_t at = 0; at < size_; at += block_bytes) {
      ::mmap(bytes_ + at, block_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0);
    }
    ::close(file);
    frame(dossier);
  }
  ~LargeForm() { ::munmap(bytes_, size_); }
  LargeForm(const LargeForm&) = delete;
  LargeForm& operator=(const LargeForm&) = delete;

  std::string_view body() const { return {bytes_, size_}; }
  const std::string& content_type() const { return content_type_; }

 private:
  void frame(const std::string& dossier) {
    const std::string mark = "<<the file>>";
    const std::string metadata =
        fmt::format(R"({{"dossier_id": "{}", "subject": "Große Datei"}})", dossier);
    const test::Multipart form = test::make_multipart(metadata, "gross.bin", mark);
    content_type_ = form.content_type;
    const std::size_t at = form.body.find(mark);
    const std::string tail = form.body.substr(at + mark.size());
    std::memcpy(bytes_, form.body.data(), at);
    std::memcpy(bytes_ + size_ - tail.size(), tail.data(), tail.size());
  }

  const std::size_t size_;
  char* bytes_ = nullptr;
  std::string content_type_;
};

class FilingBeside {
 public:
  explicit FilingBeside(const Options& options) : options_(options) {}
  int run();

 private:
  // Clerks file letters as long as `goes_on` says.
  Latencies file(const std::function<bool()>& goes_on);
  Latencies file_alone();
  Latencies file_beside(std::uint64_t seed, double& upload_s);
  void print(const char* what, const Latencies& latencies) const;

  const Options options_;
  test::ServerProcess server_;
  std::string dossier_;
  std::atomic<std::uint64_t> number_{0};
  std::atomic<std::size_t> errors_{0};
};

Latencies FilingBeside::file(const std::function<bool()>& goes_on) {
  Latencies all;
  std::mutex mutex;
  std::vector<std::thread> clerks;
  for (std::size_t i = 0; i < options_.clients; ++i) {
    clerks.emplace_back([&] {
      ApiClient client = sign_in_clerk(server_);
      std::string letter = random_text(letter_bytes, number_);
      Latencies own;
      while (goes_on()) {
        const std::string prefix = fmt::format("{:020}", ++number_);
        letter.replace(0, prefix.size(), prefix);
        const auto began = std::chrono::steady_clock::now();
        if (client.file(dossier_, "Brief", "brief.txt", letter).status != 201) ++errors_;
        own.add(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
                    .count());
      }
      const std::lock_guard lock(mutex);
      all.add(own);
    });
  }
  for (std::thread& one : clerks) one.join();
  return all;
}

Latencies FilingBeside::file_alone() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options_.seconds);
  return file([end] { return std::chrono::steady_clock::now() < end; });
}

Latencies FilingBeside::file_beside(std::uint64_t seed, double& upload_s) {
  const LargeForm form(options_.gib, dossier_, seed);
  std::atomic<bool> is_uploading{true};
  std::thread upload([&] {
    ApiClient client = sign_in_clerk(server_);
    test::HttpsRequest request;
    request.method = "POST";
    request.target = "/api/v1/documents";
    request.headers = {{"Cookie", client.cookie()},
                       {"X-CSRF-Token", client.csrf_token()},
                       {"Origin", fmt::format("https://localhost:{}", server_.port())},
                       {"Content-Type", form.content_type()}};
    request.body = form.body();
    const auto began = std::chrono::steady_clock::now();
    const auto answer = client.http().send(request);
    upload_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    is_uploading = false;
    if (!answer || answer->status != 201) give_up("the large file was not taken");
  });
  Latencies latencies = file([&] { return is_uploading.load(); });
  upload.join();
  return latencies;
}

void FilingBeside::print(const char* what, const Latencies& latencies) const {
  fmt::print("{:<16} {:>7} letters, p50 {:6.1f}, p99 {:6.1f}, longest {:6.1f} ms\n", what,
             latencies.count(), latencies.at(0.5), latencies.at(0.99), latencies.at(1));
}

int FilingBeside::run() {
  ApiClient client = sign_in_clerk(server_);
  dossier_ = test::open_dossier(client, "660.1", "Messung");
  std::vector<double> ratios;
  for (std::size_t run = 0; run < options_.runs; ++run) {
    const Latencies alone = file_alone();
    double upload_s = 0;
    const Latencies beside = file_beside(run + 1, upload_s);
    print("alone", alone);
    print("beside", beside);
    fmt::print("{:<16} {:.1f} s, {:.0f} MB/s\n", "upload", upload_s,
               double(options_.gib << 30U) / 1e6 / upload_s);
    ratios.push_back(beside.at(0.99) / alone.at(0.99));
  }
  std::ranges::sort(ratios);
  fmt::print("p99 beside / alone: {:.2f} ({:.2f} to {:.2f})\n", ratios[ratios.size() / 2],
             ratios.front(), ratios.back());
  if (errors_ > 0) fmt::print("{} errors\n", errors_.load());
  return errors_ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  dms::bench::Options options;
  CLI::App app("How long filing takes while a large file is uploaded");
  app.add_option("--gib", options.gib, "size of the large file")->check(CLI::Range(1, 8));
  app.add_option("--clients", options.clients, "clerks who file letters of 20 KiB");
  app.add_option("--seconds", options.seconds, "how long they file alone");
  app.add_option("--runs", options.runs, "of both, in turn")->check(CLI::Range(1, 100));
  CLI11_PARSE(app, argc, argv);
  return dms::bench::FilingBeside(options).run();
}
