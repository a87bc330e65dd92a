#include "dms/document_rules.h"

#include <algorithm>
#include <array>

#include "dms/field_cleaner.h"

namespace dms {

namespace {

constexpr std::array outgoing_way{DocumentStatus::draft, DocumentStatus::in_process,
                                  DocumentStatus::signed_, DocumentStatus::sent};
constexpr std::array incoming_way{DocumentStatus::received, DocumentStatus::final_};

constexpr std::size_t custom_fields_max = 50;
constexpr std::size_t recipients_max = 100;

bool is_field_name(std::string_view name) {
  if (name.empty() || name.size() > 40 || name.front() < 'a' || name.front() > 'z') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void clean_custom_fields(FieldCleaner& clean, std::map<std::string, std::string>& fields) {
  clean.require(fields.size() <= custom_fields_max, "custom_fields", "Es sind zu viele Einträge.",
                "There are too many entries.");
  if (fields.size() > custom_fields_max) return;
  for (auto& [name, value] : fields) {
    if (!is_field_name(name)) {
      clean.require(false, "custom_fields",
                    "Feldnamen bestehen aus a–z, 0–9 und _ und beginnen mit einem Buchstaben.",
                    "Field names are made of a–z, 0–9 and _ and begin with a letter.");
      continue;
    }
    clean.paragraphs("custom_fields/" + name, value,
                     {.code_points_min = 0, .code_points_max = 1000});
  }
}

// The place on the way of the direction; -1 where it is not on it.
int place(DocumentStatus status, Direction direction) {
  const auto find = [&](const auto& way) {
    const auto at = std::find(way.begin(), way.end(), status);
    return at == way.end() ? -1 : static_cast<int>(at - way.begin());
  };
  return direction == Direction::incoming ? find(incoming_way) : find(outgoing_way);
}

}  // namespace

DocumentStatus first_status(Direction direction) {
  return direction == Direction::incoming ? incoming_way.front() : outgoing_way.front();
}

bool belongs_to(DocumentStatus status, Direction direction) {
  return place(status, direction) >= 0;
}

Result<Right> right_for_step(DocumentStatus from, DocumentStatus to, Direction direction) {
  const int before = place(from, direction);
  const int after = place(to, direction);
  if (before == after) return Right::edit;
  if (before >= 0 && after >= 0 && after < before) {
    return is_final(from) ? Right::close : Right::edit;
  }
  if (before >= 0 && after == before + 1) {
    return to == DocumentStatus::signed_ ? Right::sign : Right::edit;
  }
  Error error =
      make_error(ErrorCode::conflict, "Dieser Schritt ist im jetzigen Stand nicht möglich.",
                 "This step is not possible in the present state.");
  error.fields.push_back({"/status", error.message});
  return fail(std::move(error));
}

Result<DocumentFields> clean_document_fields(DocumentFields fields, std::string_view pointer) {
  FieldCleaner clean(pointer);
  clean.line("subject", fields.subject, {.code_points_min = 1, .code_points_max = 500});
  clean.line("sender", fields.sender, {.code_points_min = 0, .code_points_max = 300});
  clean.lines("recipients", fields.recipients, recipients_max, 300);
  clean.line("foreign_reference", fields.foreign_reference,
             {.code_points_min = 0, .code_points_max = 200});
  clean.line("business_reference", fields.business_reference,
             {.code_points_min = 0, .code_points_max = 200});
  clean.day("letter_date", fields.letter_date);
  clean.day("received_on", fields.received_on);
  clean.day("sent_on", fields.sent_on);
  clean_custom_fields(clean, fields.custom_fields);
  clean.require(!fields.status || belongs_to(*fields.status, fields.direction), "status",
                "Dieser Stand gehört zu einer anderen Richtung.",
                "This status belongs to another direction.");
  DMS_TRY(clean.finish());
  return fields;
}

Result<NewVersion> clean_new_version(NewVersion input, std::string_view pointer) {
  FieldCleaner clean(pointer);
  clean.take(clean_file_name(input.file_name, clean.pointer("file_name")), input.file_name);
  clean.paragraphs("comment", input.comment, {.code_points_min = 0, .code_points_max = 1000});
  DMS_TRY(clean.finish());
  return input;
}

}  // namespace dms
