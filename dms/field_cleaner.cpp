#include "dms/field_cleaner.h"

#include "dms/local_date.h"

namespace dms {

std::string FieldCleaner::pointer(std::string_view name) const {
  return prefix_ + "/" + std::string(name);
}

void FieldCleaner::line(std::string_view name, std::string& text, LineLimits limits) {
  take(clean_line(text, pointer(name), limits), text);
}

void FieldCleaner::paragraphs(std::string_view name, std::string& text, LineLimits limits) {
  take(clean_paragraphs(text, pointer(name), limits), text);
}

void FieldCleaner::lines(std::string_view name, std::vector<std::string>& texts,
                         std::size_t count_max, std::size_t code_points_max) {
  require(texts.size() <= count_max, name, "Es sind zu viele Einträge.",
          "There are too many entries.");
  if (texts.size() > count_max) return;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    line(std::string(name) + "/" + std::to_string(i), texts[i],
         {.code_points_min = 1, .code_points_max = code_points_max});
  }
}

void FieldCleaner::day(std::string_view name, const std::optional<Date>& date) {
  require(!date || is_recordable(*date), name, "Muss ein Tag der Jahre 1 bis 9999 sein.",
          "Must be a day of the years 1 to 9999.");
}

void FieldCleaner::require(bool holds, std::string_view name, std::string_view de,
                           std::string_view en) {
  if (!holds) note(invalid_field(pointer(name), de, en));
}

void FieldCleaner::note(Error error) {
  if (!failed_) {
    errors_ = std::move(error);
    failed_ = true;
    return;
  }
  for (FieldError& field : error.fields) errors_.fields.push_back(std::move(field));
}

Result<void> FieldCleaner::finish() {
  if (failed_) return fail(std::move(errors_));
  return {};
}

}  // namespace dms
