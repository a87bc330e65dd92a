#include "dms/session_record.h"

#include "storage/record_json.h"

namespace dms {

namespace {

using storage::IndexKind;
using storage::KeyBuilder;
using Keys = std::vector<std::string>;

}  // namespace

const storage::Table<SessionRecord> session_table{
    "session",
    [](const SessionRecord& session) { return std::string(session.secret_sha256.raw()); },
    {{"user", IndexKind::multiple, [](const SessionRecord& session) {
        return Keys{KeyBuilder().raw(session.user.key()).raw(session.id.key()).take()};
      }}}};

const storage::Table<TokenRecord> token_table{
    "token",
    [](const TokenRecord& token) { return std::string(token.id.key()); },
    {{"secret", IndexKind::unique,
      [](const TokenRecord& token) {
        return Keys{KeyBuilder().raw(token.secret_sha256.raw()).take()};
      }},
     {"user", IndexKind::multiple,
      [](const TokenRecord& token) { return Keys{KeyBuilder().raw(token.user.key()).take()}; }}}};

}  // namespace dms
