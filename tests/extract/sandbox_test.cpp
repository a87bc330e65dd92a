// The sandbox, attacked from inside: a helper whose parser and tool are probes, in each way of
// confinement that works here and in both profiles.

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "extract_support.h"
#include "probe/asked.h"
#include "search/extract/sandbox/landlock.h"
#include "search/extract/sandbox/limits.h"

namespace dms::test {
namespace {

using search::DrawnFile;
using search::Extraction;
using search::RecognisedPage;
using search::SandboxStatus;
using search::TextState;
using search::extract::JobKind;
using search::extract::Standing;

class SandboxTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto options = helper_options(PROBE_HELPER, GetParam());
    options.timeout_s = 1;
    options.text_bytes_max = 256U << 10U;
    extractor_ = start_extractor(options);
    ASSERT_NE(extractor_, nullptr);
    ASSERT_EQ(to_string(extractor_->sandbox().way), GetParam());
  }

  Extraction probe(const std::string& words) { return extract_bytes(*extractor_, words); }

  // Ended by the filter, or told no; and the next file is served.
  void expect_no(const std::string& words) {
    const Extraction outcome = probe(words);
    if (outcome.state == TextState::extracted) {
      EXPECT_TRUE(outcome.text.starts_with("refused")) << words << ": " << outcome.text;
    } else {
      EXPECT_EQ(outcome.state, TextState::damaged) << words;
      EXPECT_EQ(outcome.cause, "forbidden_call") << words;
    }
    expect_alive();
  }

  void expect_killed(const std::string& words) {
    const Extraction outcome = probe(words);
    EXPECT_EQ(outcome.state, TextState::damaged) << words << ": " << outcome.text;
    EXPECT_EQ(outcome.cause, "forbidden_call") << words;
    expect_alive();
  }

  void expect_alive() { EXPECT_EQ(probe("strict:hello").text, "hello"); }

  std::unique_ptr<search::Extractor> extractor_;
};

TEST_P(SandboxTest, ProbesRunAtAllInBothProfiles) {
  EXPECT_EQ(probe("strict:hello").text, "hello");
  EXPECT_EQ(probe("tool:hello").text, "hello");
}

TEST_P(SandboxTest, ParserCannotReachFilesNetworkOrProcesses) {
  for (const char* name : {"open_secret", "open_proc", "open_for_writing", "open_root", "exec",
                           "make_code", "surroundings", "inherited_descriptors"}) {
    expect_no(std::string("strict:") + name);
  }
  for (const char* name :
       {"socket_inet", "socket_unix", "fork", "exec", "ptrace", "kill_parent", "kill_all",
        "new_user_namespace", "mount", "bpf", "keyctl", "io_uring"}) {
    expect_killed(std::string("strict:") + name);
  }
}

TEST_P(SandboxTest, ToolCannotReachForeignFilesNetworkOrProcesses) {
  for (const char* name : {"open_secret", "open_proc", "open_for_writing", "exec", "exec_python",
                           "fork", "surroundings", "inherited_descriptors"}) {
    expect_no(std::string("tool:") + name);
  }
  for (const char* name : {"socket_inet", "socket_unix", "ptrace", "kill_parent", "kill_all",
                           "new_user_namespace", "mount", "bpf", "keyctl", "io_uring"}) {
    expect_killed(std::string("tool:") + name);
  }
}

TEST_P(SandboxTest, RecognitionsToolCannotEither) {
  const auto recognise = [&](const std::string& words) {
    const auto file = memory_file(words);
    const std::atomic<bool> abandoned{false};
    auto page = extractor_->recognise(file.get(), 1, abandoned);
    EXPECT_TRUE(page.has_value()) << words;
    return page.value_or(search::RecognisedPage{});
  };
  EXPECT_EQ(recognise("tool:hello").text, "hello");
  for (const char* name : {"open_secret", "open_for_writing", "exec", "fork", "socket_inet",
                           "ptrace", "kill_parent", "mount"}) {
    const search::RecognisedPage page = recognise(std::string("tool:") + name);
    if (page.state == TextState::extracted) {
      EXPECT_TRUE(page.text.starts_with("refused")) << name << ": " << page.text;
    } else {
      EXPECT_EQ(page.cause, "forbidden_call") << name;
    }
  }
  expect_alive();
}

// Nobody knows which it was, or what it said of the others.
TEST_P(SandboxTest, WhereOneOfSeveralFailsNothingIsBelievedOfAny) {
  const auto probe_several = [&](const std::vector<std::string>& files) {
    auto found = extractor_->extract_several(files);
    EXPECT_TRUE(found.has_value());
    return found.value_or(search::Extractor::Several());
  };
  const auto sound = probe_several({"strict:hello", "strict:hello"});
  ASSERT_EQ(sound.size(), 2U);
  ASSERT_TRUE(sound.front() && sound.back());
  EXPECT_EQ(sound.back()->text, "hello");
  for (const char* amiss : {"strict:socket_inet", "strict:spin", "strict:flood", "reply:twice",
                            "reply:nothing", "reply:half", "reply:bad_utf8", "strict:crash"}) {
    for (const auto& each : probe_several({"strict:hello", amiss, "strict:hello"})) {
      EXPECT_FALSE(each) << amiss;
    }
    expect_alive();
  }
}

// Told by the jobs themselves: each knows what was asked of its helper until then.
class StandingTest : public SandboxTest {
 protected:
  using Waiter = search::ImageWanted::Waiter;

  // What the next job of the test's own list comes to.
  void expect(JobKind kind, Standing standing) { expected_ += asked_line(kind, standing); }
  std::string recognise(const std::string& words) {
    const auto file = memory_file(words);
    return text_of(extractor_->recognise(file.get(), 1, not_abandoned_), &RecognisedPage::text);
  }
  std::string draw(const std::string& words, Waiter waiter) {
    const auto file = memory_file(words);
    return text_of(extractor_->draw(file.get(), {1, 256, waiter}, not_abandoned_),
                   &DrawnFile::bytes);
  }
  std::string picture_pdf(const std::string& words) {
    const auto file = memory_file(words);
    return text_of(extractor_->picture_pdf(file.get(), not_abandoned_), &DrawnFile::bytes);
  }
  template <class T>
  static std::string text_of(const Result<T>& made, std::string T::*member) {
    return made ? (*made).*member : "failed: " + made.error().hint;
  }

  const std::atomic<bool> not_abandoned_{false};
  std::string expected_;
};

TEST_P(StandingTest, OfTextsIsTheParsers) {
  expect(JobKind::extract, Standing::parser);
  EXPECT_EQ(probe("strict:asked").text, expected_);
  expect(JobKind::extract, Standing::parser);
  expect(JobKind::pdf, Standing::parser);
  EXPECT_EQ(probe("tool:asked").text, expected_);
  expect(JobKind::extract_several, Standing::parser);
  const std::vector<std::string> files{"strict:hello", "strict:asked"};
  const auto several = extractor_->extract_several(files);
  ASSERT_TRUE(several && several->back());
  EXPECT_EQ(several->back()->text, expected_);
}

TEST_P(StandingTest, OfPicturesIsTheLastUnlessAPersonWaits) {
  expect(JobKind::detect, Standing::last);
  expect(JobKind::picture_image, Standing::last);
  EXPECT_EQ(draw("strict:asked", Waiter::nobody), "\xff\xd8\xff" + expected_);
  expect(JobKind::detect, Standing::parser);
  expect(JobKind::pdf_image, Standing::parser);
  EXPECT_EQ(draw("tool:asked", Waiter::person), "\xff\xd8\xff" + expected_);
  expect(JobKind::detect, Standing::last);
  expect(JobKind::picture_pdf, Standing::last);
  EXPECT_EQ(picture_pdf("strict:asked"), "%PDF-" + expected_);
}

TEST_P(StandingTest, OfRecognitionIsIdleUnlessItIsToldOtherwise) {
  expect(JobKind::detect, Standing::parser);
  expect(JobKind::pdf_page, Standing::parser);
  EXPECT_EQ(recognise("tool:asked"), expected_);
  auto options = helper_options(PROBE_HELPER, GetParam());
  options.recognition_priority = search::RecognitionPriority::idle;
  extractor_ = start_extractor(options);
  ASSERT_NE(extractor_, nullptr);
  expected_.clear();
  expect(JobKind::detect, Standing::idle);
  expect(JobKind::picture_page, Standing::idle);
  EXPECT_EQ(recognise("strict:asked"), expected_);
}

INSTANTIATE_TEST_SUITE_P(Ways, StandingTest, ::testing::ValuesIn(working_ways()),
                         [](const auto& way) { return way.param; });

TEST_P(SandboxTest, MemoryIsLimited) {
  if (search::extract::memory_limits_hold) expect_no("strict:memory");
  expect_no("tool:memory");
}

TEST_P(SandboxTest, TimeIsLimited) {
  for (const char* words : {"strict:spin", "strict:wait", "tool:spin", "tool:wait"}) {
    const Extraction outcome = probe(words);
    EXPECT_EQ(outcome.state, TextState::limit_exceeded) << words;
    EXPECT_EQ(outcome.cause, "out_of_time") << words;
    expect_alive();
  }
}

TEST_P(SandboxTest, EndlessOutputIsCutOff) {
  EXPECT_EQ(probe("strict:flood").state, TextState::damaged);
  expect_alive();
  EXPECT_NE(probe("tool:flood").state, TextState::extracted);
  expect_alive();
}

TEST_P(SandboxTest, CrashesAreOneFilesTrouble) {
  for (const char* words : {"strict:segfault", "strict:crash"}) {
    const Extraction outcome = probe(words);
    EXPECT_EQ(outcome.state, TextState::damaged) << words;
    EXPECT_EQ(outcome.cause, "parser_crashed") << words;
    expect_alive();
  }
  EXPECT_EQ(probe("tool:segfault").state, TextState::empty);
}

TEST_P(SandboxTest, RepliesThatBreakTheProtocolAreNotBelieved) {
  for (const char* way : {"nothing", "half", "bad_type", "bad_utf8", "escape", "claims_refused",
                          "too_much", "twice"}) {
    const Extraction outcome = probe(std::string("reply:") + way);
    EXPECT_EQ(outcome.state, TextState::damaged) << way;
    EXPECT_EQ(outcome.text, "") << way;
  }
  EXPECT_EQ(probe("reply:sound").text, "text");
}

std::vector<pid_t> children_of_this_process() {
  std::vector<pid_t> children;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream list(task.path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

TEST_P(SandboxTest, HelperThatDiesIsReplaced) {
  expect_alive();
  const std::vector<pid_t> helpers = children_of_this_process();
  ASSERT_EQ(helpers.size(), 1U);
  ASSERT_EQ(::kill(helpers.front(), SIGKILL), 0);
  // What serves inside the namespaces dies a moment after the one that is killed, and may still
  // take a job.
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  do {
    expect_alive();
  } while (children_of_this_process() == helpers && std::chrono::steady_clock::now() < limit);
  EXPECT_NE(children_of_this_process(), helpers);
}

TEST_P(SandboxTest, NothingOutlivesTheExtractor) {
  expect_alive();
  extractor_.reset();
  EXPECT_TRUE(children_of_this_process().empty());
}

INSTANTIATE_TEST_SUITE_P(Ways, SandboxTest, ::testing::ValuesIn(working_ways()),
                         [](const auto& way) { return way.param; });

// Otherwise a broken way would only make the tests fewer.
TEST(Sandbox, WaysThatTheKernelHasWorkHere) {
  EXPECT_FALSE(working_ways().empty());
  const bool landlock = std::count(working_ways().begin(), working_ways().end(), "landlock") == 1;
  EXPECT_EQ(landlock, search::extract::landlock_version() > 0);
}

TEST(Sandbox, WithoutAnyConfinementEveryFileIsRefused) {
  auto extractor = start_extractor(helper_options(EXTRACT_HELPER, "none"));
  ASSERT_NE(extractor, nullptr);
  EXPECT_EQ(extractor->sandbox().way, SandboxStatus::Way::none);
  const Extraction outcome = extract_bytes(*extractor, "plain text");
  EXPECT_EQ(outcome.state, TextState::refused);
  EXPECT_EQ(outcome.cause, "no_sandbox");
  EXPECT_EQ(outcome.text, "");
  auto type = extractor->detect("plain text");
  ASSERT_TRUE(type);
  EXPECT_EQ(*type, "application/octet-stream");
}

// Each is then asked for by itself, and refused.
TEST(Sandbox, WithoutAnyConfinementNothingIsSaidOfSeveral) {
  auto extractor = start_extractor(helper_options(EXTRACT_HELPER, "none"));
  ASSERT_NE(extractor, nullptr);
  const std::vector<std::string> files{"plain text", "", "<p>Satz</p>"};
  const auto found = extractor->extract_several(files);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), files.size());
  for (const auto& each : *found) EXPECT_FALSE(each);
  for (const std::string& file : files) {
    EXPECT_EQ(extract_bytes(*extractor, file).state, TextState::refused);
  }
}

TEST(Sandbox, UnknownArgumentsNeverWeakenTheSandbox) {
  auto options = helper_options(EXTRACT_HELPER, "off");
  auto extractor = start_extractor(options);
  ASSERT_NE(extractor, nullptr);
  EXPECT_EQ(extract_bytes(*extractor, "plain text").state, TextState::refused);
}

TEST(Sandbox, StatusNamesTheWayInUse) {
  for (const std::string& way : working_ways()) {
    auto extractor = start_extractor(helper_options(EXTRACT_HELPER, way));
    ASSERT_NE(extractor, nullptr);
    const SandboxStatus status = extractor->sandbox();
    EXPECT_EQ(to_string(status.way), way);
    EXPECT_TRUE(status.description.starts_with("seccomp + ")) << status.description;
  }
}

TEST(Sandbox, HelperThatCannotBeRunIsUnavailable) {
  search::ExtractorOptions options;
  options.helper_path = "/nonexistent/aktenwerk-extract";
  auto extractor = search::Extractor::start(options, null_log());
  ASSERT_FALSE(extractor);
  EXPECT_EQ(extractor.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace dms::test
