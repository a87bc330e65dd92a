#include "web/remembered_settings.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/describe/class.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "dms/base/json_codec.h"
#include "dms/base/settings.h"

namespace dms::web {

namespace {

// FOR EVER: what lies in settings.json.
struct RememberedSettings {
  std::uint32_t format = 1;
  Settings settings;
};
BOOST_DESCRIBE_STRUCT(RememberedSettings, (), (format, settings))

std::string file_of(const ServerConfig& config) {
  return config.data_dir + "/settings.json";
}

tl::unexpected<Error> failed(const std::string& file) {
  return fail(operator_error(ErrorCode::unavailable, file + ": " + std::strerror(errno)));
}

// nullopt where there is no file.
Result<std::optional<Settings>> recall(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::optional<Settings>();
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto remembered = DMS_TRY(decode_json<RememberedSettings>(text, JsonProfile::record));
  return std::optional<Settings>(std::move(remembered.settings));
}

}  // namespace

void tell_changed_settings(const ServerConfig& config, Log& log) {
  const std::string file = file_of(config);
  const auto before = recall(file);
  if (!before) {
    log.warning("settings_forgotten", {{"file", file}, {"hint", before.error().hint}});
    return;
  }
  if (!*before) {
    log.warning("settings_of_a_first_start", {{"data_dir", config.data_dir}});
    return;
  }
  for (const SettingChange& change : compare_settings(**before, settings_of(config))) {
    log.warning("setting_changed",
                {{"setting", change.key}, {"before", change.before}, {"after", change.after}});
  }
}

Result<void> remember_settings(const ServerConfig& config) {
  const std::string file = file_of(config);
  const std::string draft = file + ".new";
  const std::string text = encode_json(RememberedSettings{1, settings_of(config)});
  const int descriptor =
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return failed(draft);
  const bool is_written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  if (!is_written || ::rename(draft.c_str(), file.c_str()) != 0) return failed(draft);
  return {};
}

}  // namespace dms::web
