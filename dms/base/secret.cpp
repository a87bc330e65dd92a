#include "dms/base/secret.h"

#include <openssl/crypto.h>

namespace dms {

void Secret::wipe() {
  bytes_.resize(bytes_.capacity());
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace dms
