#include "dms/head_archive.h"

#include <algorithm>
#include <functional>
#include <set>

#include "dms/head_check.h"
#include "dms/small_file.h"

namespace dms {

namespace {

constexpr std::string_view extension = ".jsonl";

// Every line that is not empty, whatever it holds.
Result<void> for_each_line(std::string_view text,
                           const std::function<Result<void>(std::string_view)>& visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) DMS_TRY(visit(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

// Puts whole lines behind what the file holds.
Result<void> append_lines(const std::string& path, std::string_view lines) {
  const std::string present = DMS_TRY(read_head_file(path));
  const HeadFile file = parse_heads(present);
  const bool lacks_end = !file.is_torn && present.size() > file.whole_bytes;
  const std::size_t size = lacks_end ? present.size() : file.whole_bytes;
  return append_to_small_file(path, size, (lacks_end ? "\n" : "") + std::string(lines));
}

}  // namespace

std::string heads_folder(const std::string& data_folder) {
  return data_folder + "/heads";
}

std::string heads_file(const std::string& data_folder, const std::string& tenant_id) {
  return heads_folder(data_folder) + "/" + tenant_id + std::string(extension);
}

Result<std::string> read_head_file(const std::string& path) {
  return DMS_TRY(read_small_file(path, head_file_bytes_max)).value_or("");
}

Result<void> append_head(const std::string& path, const SignedHead& head) {
  return append_lines(path, head_line(head) + "\n");
}

std::string missing_heads(std::string_view present, std::string_view text) {
  std::set<std::string> known;
  for (const auto& line : parse_heads(present).lines) known.insert(head_line(line.head));
  std::string missing;
  for (const auto& line : parse_heads(text).lines) {
    const auto [at, is_new] = known.insert(head_line(line.head));
    if (is_new) missing += *at + "\n";
  }
  return missing;
}

Result<void> add_heads(const std::string& path, std::string_view text) {
  const std::string missing = missing_heads(DMS_TRY(read_head_file(path)), text);
  if (missing.empty()) return {};
  return append_lines(path, missing);
}

Result<SetAside> set_aside_heads(const std::string& path, const storage::Store& store,
                                 Instant now) {
  std::string kept;
  std::string others;
  SetAside done;
  const std::string text = DMS_TRY(read_head_file(path));
  DMS_TRY(for_each_line(text, [&](std::string_view line) -> Result<void> {
    const auto head = parse_head(line);
    const bool agrees = head && DMS_TRY(agreement(*head, store)) == HeadAgreement::agrees;
    (agrees ? kept : others).append(line).append("\n");
    if (!agrees) ++done.heads;
    return {};
  }));
  if (done.heads == 0) return done;
  std::string time = format_rfc3339(now);
  std::erase(time, ':');
  done.file = path.substr(0, path.size() - extension.size());
  done.file.append(".set-aside-").append(time).append(extension);
  // First to where they go: after a kill in between they are in both.
  DMS_TRY(create_small_file(done.file, others));
  DMS_TRY(replace_small_file(path, kept));
  return done;
}

}  // namespace dms
