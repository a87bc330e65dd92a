#include "dms/base/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

#include "dms/base/config_problems.h"
#include "dms/base/described_enum.h"

namespace dms {

namespace {

using detail::ConfigProblems;

constexpr std::size_t file_bytes_max = 1U << 20U;

template <class T>
concept ConfigStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

std::uint32_t line_of(const toml::node& node) {
  return node.source().begin.line;
}

std::string join(const std::string& outer, std::string_view name) {
  return outer.empty() ? std::string(name) : fmt::format("{}.{}", outer, name);
}

// Reads one value into a member; notes a problem and leaves the member where it does not fit.
class ConfigReader {
 public:
  explicit ConfigReader(ConfigProblems& problems) : problems_(problems) {}

  void read(const toml::node& node, const std::string& key, bool& to) {
    if (const auto* value = node.as_boolean()) {
      to = value->get();
    } else {
      problems_.add(key, {"muss true oder false sein", "must be true or false"});
    }
  }

  void read(const toml::node& node, const std::string& key, std::string& to) {
    if (const auto* value = node.as_string()) {
      to = value->get();
    } else {
      problems_.add(key, {"muss ein Text sein", "must be a string"});
    }
  }

  template <std::unsigned_integral T>
  void read(const toml::node& node, const std::string& key, T& to) {
    const auto* value = node.as_integer();
    if (value == nullptr) {
      return problems_.add(key, {"muss eine ganze Zahl sein", "must be an integer"});
    }
    if (!std::in_range<T>(value->get())) {
      const T max = std::numeric_limits<T>::max();
      return problems_.add(key, {fmt::format("muss zwischen 0 und {} liegen", max),
                                 fmt::format("must be between 0 and {}", max)});
    }
    to = static_cast<T>(value->get());
  }

  template <DescribedEnum E>
  void read(const toml::node& node, const std::string& key, E& to) {
    const auto* text = node.as_string();
    const auto value = text == nullptr ? std::nullopt : enum_from_name<E>(text->get());
    if (value) {
      to = *value;
    } else {
      problems_.add(key, {fmt::format("muss eines sein von: {}", names_of<E>()),
                          fmt::format("must be one of: {}", names_of<E>())});
    }
  }

  template <class T>
  void read(const toml::node& node, const std::string& key, std::optional<T>& to) {
    read(node, key, to.emplace());
  }

  template <class T>
  void read(const toml::node& node, const std::string& key, std::vector<T>& to) {
    const auto* array = node.as_array();
    if (array == nullptr) return problems_.add(key, {"muss eine Liste sein", "must be an array"});
    to.clear();
    for (const toml::node& element : *array) {
      const std::string element_key = fmt::format("{}[{}]", key, to.size());
      problems_.set_line(element_key, line_of(element));
      read(element, element_key, to.emplace_back());
    }
  }

  template <ConfigStruct T>
  void read(const toml::node& node, const std::string& key, T& to) {
    const auto* table = node.as_table();
    if (table == nullptr) return problems_.add(key, {"muss eine Tabelle sein", "must be a table"});
    for (const auto& entry : *table) {
      const std::string_view name = entry.first.str();
      const toml::node& member_node = entry.second;
      const std::string member_key = join(key, name);
      problems_.set_line(member_key, line_of(member_node));
      bool is_known = false;
      boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
          [&](auto member) {
            if (name != member.name) return;
            is_known = true;
            read(member_node, member_key, to.*member.pointer);
          });
      if (!is_known) problems_.add(member_key, {"ist unbekannt", "is unknown"});
    }
  }

 private:
  template <DescribedEnum E>
  static std::string names_of() {
    std::string names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", enumerator.name);
    });
    return names;
  }

  ConfigProblems& problems_;
};

// The guard around the library: its exceptions end here.
std::optional<toml::table> parse_toml(std::string_view text, ConfigProblems& problems) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const std::uint32_t line = error.source().begin.line;
    problems.set_line("", line);
    problems.add("", {fmt::format("kein gültiges TOML: {}", error.description()),
                      fmt::format("not valid TOML: {}", error.description())});
    return std::nullopt;
  }
}

// Whether `words` holds `value`, and not as a part of a longer word.
bool holds(std::string_view words, std::string_view value) {
  const auto goes_on = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  for (auto at = words.find(value); at != std::string_view::npos; at = words.find(value, at + 1)) {
    const auto end = at + value.size();
    const bool begins = at == 0 || !goes_on(words[at - 1]) || !goes_on(value.front());
    const bool ends = end == words.size() || !goes_on(words[end]) || !goes_on(value.back());
    if (begins && ends) return true;
  }
  return false;
}

// Calls `visit(key, node)` for each value below `node` that is neither a table nor a list.
template <class Visit>
void visit_values(const toml::node& node, const std::string& key, const Visit& visit) {
  if (const auto* table = node.as_table()) {
    for (const auto& entry : *table) {
      visit_values(entry.second, join(key, entry.first.str()), visit);
    }
  } else if (const auto* array = node.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      visit_values((*array)[i], fmt::format("{}[{}]", key, i), visit);
    }
  } else {
    visit(key, node);
  }
}

// As it would stand in words; "" of what would stand in any.
std::string value_in_words(const toml::node& node) {
  if (const auto* number = node.as_integer()) {
    std::string digits = std::to_string(number->get());
    return digits.size() < 2 ? std::string() : digits;
  }
  const auto* text = node.as_string();
  if (text == nullptr) return {};
  const bool is_path = text->get().find('/') != std::string::npos;
  return is_path ? std::filesystem::path(text->get()).lexically_normal().string() : text->get();
}

Error cannot_read(const std::filesystem::path& file, std::string_view why) {
  Error error = make_error(ErrorCode::invalid, "Die Konfiguration ist nicht lesbar.",
                           "The configuration cannot be read.");
  error.hint = fmt::format("{}: {}", file.string(), why);
  return error;
}

void make_absolute(std::string& path, const std::filesystem::path& folder) {
  path = (folder / path).lexically_normal().string();
}

void make_absolute(std::optional<std::string>& path, const std::filesystem::path& folder) {
  if (path) make_absolute(*path, folder);
}

void make_absolute(TenantEntry& tenant, const std::filesystem::path& folder) {
  for (MailboxConfig& mailbox : tenant.mailbox) {
    make_absolute(mailbox.ca_file, folder);
    make_absolute(mailbox.password_file, folder);
    if (!mailbox.oauth2) continue;
    make_absolute(mailbox.oauth2->client_secret_file, folder);
    make_absolute(mailbox.oauth2->refresh_token_file, folder);
    make_absolute(mailbox.oauth2->ca_file, folder);
  }
  for (ScanFolderConfig& scan : tenant.scan_folder) make_absolute(scan.folder, folder);
}

}  // namespace

Result<ServerConfig> parse_config(std::string_view text, std::string_view name) {
  ConfigProblems problems;
  ServerConfig config;
  if (const auto table = parse_toml(text, problems)) {
    ConfigReader(problems).read(*table, "", config);
    detail::check_config(config, problems);
  }
  if (!problems.empty()) return fail(problems.to_error(name));
  return config;
}

std::vector<std::string> settings_named_in(std::string_view words, std::string_view text,
                                           std::string_view name) {
  std::vector<std::string> named;
  ConfigProblems problems;
  const auto table = parse_toml(text, problems);
  if (!table) return named;
  visit_values(*table, "", [&](const std::string& key, const toml::node& node) {
    const std::string value = value_in_words(node);
    if (value.empty() || !holds(words, value)) return;
    named.push_back(fmt::format("{}:{}: {}", name, line_of(node), key));
  });
  return named;
}

Result<ServerConfig> load_config(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(cannot_read(file, "cannot be opened"));
  std::string text(file_bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return fail(cannot_read(file, "cannot be read"));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > file_bytes_max) return fail(cannot_read(file, "is larger than 1 MiB"));
  ServerConfig config = DMS_TRY(parse_config(text, file.string()));
  config.text = std::move(text);
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::absolute(file, error).parent_path();
  if (error) return fail(cannot_read(file, error.message()));
  make_absolute(config.data_dir, folder);
  make_absolute(config.backup.folder, folder);
  make_absolute(config.backup.key_file, folder);
  make_absolute(config.tls.certificate_file, folder);
  make_absolute(config.tls.key_file, folder);
  make_absolute(config.extract.helper_path, folder);
  make_absolute(config.encryption.server_key_file, folder);
  make_absolute(config.page.folder, folder);
  for (TenantEntry& tenant : config.tenant) make_absolute(tenant, folder);
  return config;
}

}  // namespace dms
