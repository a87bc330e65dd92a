#include "storage/index_states.h"

#include "dms/base/json_codec.h"
#include "storage/key_codec.h"

namespace dms::storage {

bool IndexStates::is_built(std::string_view index, std::string_view version) const {
  const auto found = built.find(std::string(index));
  return found != built.end() && found->second == version;
}

std::string states_key(std::string_view table) {
  return KeyBuilder().text("indexes").raw(table).take();
}

IndexStates decode_index_states(const std::optional<std::string>& stored) {
  if (!stored) return {};
  Result<IndexStates> states = decode_json<IndexStates>(*stored, JsonProfile::record);
  return states ? std::move(*states) : IndexStates();
}

std::map<std::string, std::string> outdated_indexes(const TableIndexes& table,
                                                    const IndexStates& states) {
  std::map<std::string, std::string> outdated;
  for (const TableIndexes::Declared& index : table.indexes) {
    if (index.version.empty() || states.is_built(index.name, index.version)) continue;
    outdated[index.name] = index.version;
  }
  return outdated;
}

}  // namespace dms::storage
