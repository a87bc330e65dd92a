#include "dms/base/metrics.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace dms {
namespace {

TEST(Metrics, RendersThePrometheusText) {
  MetricsRegistry registry;
  registry.counter("requests_total", "Requests answered.", "status=\"200\"").add(3);
  registry.counter("requests_total", "Requests answered.", "status=\"404\"").add();
  double depth = 2;
  registry.gauge("queue_depth", "Tasks that wait.", "", [&depth] { return depth; });
  EXPECT_EQ(registry.render(),
            "# HELP queue_depth Tasks that wait.\n"
            "# TYPE queue_depth gauge\n"
            "queue_depth 2\n"
            "# HELP requests_total Requests answered.\n"
            "# TYPE requests_total counter\n"
            "requests_total{status=\"200\"} 3\n"
            "requests_total{status=\"404\"} 1\n");
  depth = 0.5;
  EXPECT_NE(registry.render().find("queue_depth 0.5\n"), std::string::npos);
}

TEST(Metrics, GivesTheSameInstrumentForTheSameName) {
  MetricsRegistry registry;
  Counter& first = registry.counter("a_total", "A.");
  EXPECT_EQ(&first, &registry.counter("a_total", "A."));
  EXPECT_NE(&first, &registry.counter("a_total", "A.", "b=\"c\""));
  EXPECT_EQ(&registry.histogram("h_seconds", "H."), &registry.histogram("h_seconds", "H."));
}

TEST(Metrics, CumulatesBucketsAndIncludesTheBound) {
  Histogram histogram({0.1, 1});
  for (const double seconds : {0.0625, 0.1, 0.5, 5.0}) histogram.observe(seconds);
  std::string text;
  histogram.render(text, "wait_seconds", "lane=\"a\"");
  EXPECT_EQ(text,
            "wait_seconds_bucket{lane=\"a\",le=\"0.1\"} 2\n"
            "wait_seconds_bucket{lane=\"a\",le=\"1\"} 3\n"
            "wait_seconds_bucket{lane=\"a\",le=\"+Inf\"} 4\n"
            "wait_seconds_sum{lane=\"a\"} 5.6625\n"
            "wait_seconds_count{lane=\"a\"} 4\n");
}

TEST(Metrics, LosesNoUpdateAcrossThreads) {
  MetricsRegistry registry;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&registry] {
      for (int j = 0; j < 1000; ++j) {
        registry.counter("a_total", "A.").add();
        registry.histogram("h_seconds", "H.").observe(0.25);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(registry.counter("a_total", "A.").value(), 4000U);
  const std::string text = registry.render();
  EXPECT_NE(text.find("h_seconds_count 4000\n"), std::string::npos);
  EXPECT_NE(text.find("h_seconds_sum 1000\n"), std::string::npos);
}

TEST(MetricsDeathTest, OneNameIsOneKind) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  MetricsRegistry registry;
  registry.counter("a_total", "A.");
  EXPECT_DEATH(registry.histogram("a_total", "A.", "b=\"c\""), "");
}

}  // namespace
}  // namespace dms
