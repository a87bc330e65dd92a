#include "dms/base/id.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <unordered_set>
#include <vector>

#include "support/fake_clock.h"

namespace dms {
namespace {

struct DossierTag;
using DossierId = Id<DossierTag>;

TEST(Uuid, ReadsTheCanonicalFormOnly) {
  const std::string text = "0190a5b4-1234-7abc-8def-0123456789ab";
  ASSERT_TRUE(parse_uuid(text).has_value());
  EXPECT_EQ(to_string(*parse_uuid(text)), text);
  EXPECT_EQ(parse_uuid("0190A5B4-1234-7ABC-8DEF-0123456789AB"), parse_uuid(text));
  for (const std::string bad :
       {"", "0190a5b412347abc8def0123456789ab", "{0190a5b4-1234-7abc-8def-0123456789ab}",
        "0190a5b4-1234-7abc-8def-0123456789a", "0190a5b4-1234-7abc-8def-0123456789ag",
        "0190a5b41-234-7abc-8def-0123456789ab", "0190a5b4-1234-7abc-8def-0123456789ab "}) {
    EXPECT_FALSE(parse_uuid(bad).has_value()) << bad;
  }
  EXPECT_EQ(uuid_from_raw(raw_bytes(*parse_uuid(text))), parse_uuid(text));
  EXPECT_FALSE(uuid_from_raw("short").has_value());
}

TEST(Uuid, Version7AscendsEvenWhereTheClockStandsOrGoesBack) {
  test::FakeClock clock;
  Uuid previous = make_uuid_v7(clock.now());
  for (int i = 0; i < 20'000; ++i) {
    if (i % 1000 == 0) clock.advance(std::chrono::milliseconds{i % 3000 == 0 ? -5 : 5});
    const Uuid next = make_uuid_v7(clock.now());
    ASSERT_LT(previous, next);
    previous = next;
  }
  EXPECT_EQ(previous.bytes[6] >> 4U, 7);
  EXPECT_EQ(previous.bytes[8] >> 6U, 2);
}

TEST(Uuid, Version7CarriesItsMillisecond) {
  const Instant far = test::FakeClock::default_start() + std::chrono::hours{24 * 365};
  const std::string text = to_string(make_uuid_v7(far));
  const auto milliseconds = std::stoull(text.substr(0, 8) + text.substr(9, 4), nullptr, 16);
  EXPECT_EQ(milliseconds, static_cast<unsigned long long>(to_unix_microseconds(far) / 1000));
}

TEST(Uuid, Version7IsUniqueAcrossThreads) {
  const Instant now = test::FakeClock::default_start();
  std::vector<std::vector<Uuid>> made(4);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (auto& list : made) {
    threads.emplace_back([&list, now] {
      for (int i = 0; i < 2000; ++i) list.push_back(make_uuid_v7(now));
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<Uuid> all;
  for (const auto& list : made) all.insert(list.begin(), list.end());
  EXPECT_EQ(all.size(), 8000U);
}

TEST(Id, IsAKeyAndAText) {
  const DossierId id = DossierId::make(test::FakeClock::default_start());
  EXPECT_EQ(DossierId::parse(id.text()), id);
  EXPECT_EQ(id.key().size(), 16U);
  EXPECT_FALSE(DossierId::parse("x").has_value());
  const std::unordered_set<DossierId> set = {id};
  EXPECT_TRUE(set.contains(id));
}

}  // namespace
}  // namespace dms
