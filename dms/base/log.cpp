#include "dms/base/log.h"

#include <unistd.h>

#include <cerrno>

#include "dms/base/described_enum.h"
#include "dms/base/json_codec.h"
#include "dms/base/text.h"

namespace dms {

namespace {

constexpr std::size_t text_bytes_max = 2000;

void append_field(JsonWriter& writer, const LogField& field) {
  writer.name(field.name);
  std::visit(
      [&](const auto& value) {
        if constexpr (std::same_as<std::remove_cvref_t<decltype(value)>, std::string>) {
          writer.text(truncate_utf8(value, text_bytes_max));
        } else {
          write_json(writer, value);
        }
      },
      field.value.stored());
}

}  // namespace

JsonLog::JsonLog(int descriptor, LogLevel lowest, const Clock& clock)
    : descriptor_(descriptor), lowest_(lowest), clock_(clock) {}

void JsonLog::write(LogLevel level, std::string_view event,
                    std::initializer_list<LogField> fields) {
  if (level < lowest_) return;
  std::string line;
  JsonWriter writer(line);
  writer.begin_object();
  writer.name("time");
  writer.text(format_rfc3339(clock_.now()));
  writer.name("level");
  writer.text(enum_name(level));
  writer.name("event");
  writer.text(event);
  for (const LogField& field : fields) append_field(writer, field);
  writer.end_object();
  line.push_back('\n');
  while (::write(descriptor_, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace dms
