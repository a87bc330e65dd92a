#include "report.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>

namespace dms::bench {

namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double median_of(const std::vector<Rate>& rates, double Rate::*figure) {
  std::vector<double> values;
  for (const Rate& rate : rates) values.push_back(rate.*figure);
  return median(values);
}

std::size_t errors_of(const std::vector<Rate>& rates) {
  std::size_t errors = 0;
  for (const Rate& rate : rates) errors += rate.errors;
  return errors;
}

}  // namespace

Summary summarize(const Case& one) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < one.ours.size(); ++i) {
    ratios.push_back(one.ours[i].per_s / std::max(one.nginx[i].per_s, 1e-9));
  }
  return {median_of(one.ours, &Rate::per_s), median_of(one.nginx, &Rate::per_s), median(ratios),
          *std::min_element(ratios.begin(), ratios.end()),
          *std::max_element(ratios.begin(), ratios.end())};
}

void print_table(const std::vector<Case>& cases) {
  fmt::print("{:<9} {:>10} {:>10} {:>6} {:>11}   {:>11} {:>8}   {:>12} {:>8}   {:>6}\n", "case",
             "ours /s", "nginx /s", "ratio", "spread", "server ms", "(nginx)", "client CPU s",
             "(nginx)", "errors");
  for (const Case& one : cases) {
    const Summary summary = summarize(one);
    fmt::print(
        "{:<9} {:>10.1f} {:>10.1f} {:>6.2f} {:>5.2f}–{:<5.2f}   {:>11.3f} {:>8.3f}   {:>12.2f} "
        "{:>8.2f}   {:>6}\n",
        one.name, summary.ours, summary.nginx, summary.ratio, summary.ratio_lowest,
        summary.ratio_highest, median_of(one.ours, &Rate::server_cpu_ms),
        median_of(one.nginx, &Rate::server_cpu_ms), median_of(one.ours, &Rate::client_cpu_s),
        median_of(one.nginx, &Rate::client_cpu_s), errors_of(one.ours) + errors_of(one.nginx));
  }
}

bool draw_svg(const std::vector<Case>& cases, const std::string& file) {
  constexpr double bar_height = 26;
  constexpr double scale = 300;  // pixels for a ratio of 1
  const double height = bar_height * static_cast<double>(cases.size()) + 60;
  std::ofstream svg(file);
  svg << fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{}\" "
      "font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" "
      "fill=\"white\"/>\n<text x=\"10\" y=\"22\">Aktenwerk / nginx, median of {} runs "
      "(line: 1.0)</text>\n",
      height, cases.empty() ? 0 : cases.front().ours.size());
  double y = 40;
  for (const Case& one : cases) {
    const Summary summary = summarize(one);
    const double width = std::min(summary.ratio * scale, 520.0);
    svg << fmt::format(
        "<text x=\"10\" y=\"{}\">{}</text><rect x=\"110\" y=\"{}\" width=\"{:.0f}\" "
        "height=\"18\" fill=\"#2f6f8f\"/><text x=\"{:.0f}\" y=\"{}\">{:.2f}</text>\n",
        y + 14, one.name, y, width, 118 + width, y + 14, summary.ratio);
    y += bar_height;
  }
  svg << fmt::format("<line x1=\"{0}\" y1=\"34\" x2=\"{0}\" y2=\"{1}\" stroke=\"#444\"/>\n</svg>\n",
                     110 + scale, y);
  svg.close();
  return static_cast<bool>(svg);
}

}  // namespace dms::bench
