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

}  // namespace dms
