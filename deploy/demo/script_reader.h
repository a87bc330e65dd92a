#pragma once

// The parts of a story, from the tables of its file. What is wrong is noted in the tables' problem.

#include <string_view>

#include "deploy/demo/story.h"
#include "deploy/demo/toml_reader.h"

namespace dms::demo {

// Borrows the days. Not thread-safe.
class ScriptReader {
 public:
  explicit ScriptReader(const Days& days) : days_(days) {}

  // "DAY HH:MM NAME"
  Occasion occasion(TomlTable& from, std::string_view key);
  // "DAY HH:MM"
  Instant instant(TomlTable& from, std::string_view key);
  Date day(TomlTable& from, std::string_view key);
  DossierScript dossier(TomlTable& from);
  InboundScript inbound(TomlTable& from);
  TemplateScript routing_template(TomlTable& from);

 private:
  Occasion parse_occasion(TomlTable& from, std::string_view key, std::string_view text);
  Date parse_day(TomlTable& from, std::string_view key, std::string_view text);
  std::optional<Date> day_if_there(TomlTable& from, std::string_view key);
  DocumentScript document(TomlTable& from);
  ContentScript content(TomlTable& from, const ContentScript& before, const Occasion& filed);
  void mail(TomlTable& from, ContentScript& content);
  Invoice invoice(TomlTable& from);
  PlanScript plan(TomlTable& from);
  static Point point(TomlTable& from, std::string_view key, const std::vector<double>& pair);
  StatusScript status_step(TomlTable& from, std::string_view text);
  RoutingScript routing(TomlTable& from);
  DecisionScript decision(TomlTable& from);
  std::vector<StageScript> stages(TomlTable& from);

  const Days& days_;
};

}  // namespace dms::demo
