#include "dms/secret_keys.h"

#include "dms/key_file.h"

namespace dms {

Result<TenantKeys> load_or_create_keys(const std::string& folder) {
  DMS_TRY(prepare_key_folder(folder));
  TenantKeys keys;
  keys.cursor = DMS_TRY(load_or_create_key_file(folder + "/cursor.key"));
  keys.signing = DMS_TRY(load_or_create_key_file(folder + "/signing.key"));
  return keys;
}

Result<Secret> read_key_file(const std::string& path) {
  auto present = DMS_TRY(read_key(path));
  if (present) return std::move(present->key);
  Error error = make_error(ErrorCode::not_found, "Die Schlüsseldatei gibt es nicht.",
                           "The key file does not exist.");
  error.hint = path;
  return fail(std::move(error));
}

Result<void> create_key_file(const std::string& path) {
  const Secret key(random_bytes(key_bytes));
  return create_small_file(path, Secret(with_checksum(key)).expose());
}

}  // namespace dms
