#include "dms/capture/captured_record.h"

#include <vector>

#include "storage/record_json.h"

namespace dms {

using storage::IndexKind;
using storage::KeyBuilder;

namespace {

using Keys = std::vector<std::string>;

Keys message_keys(const CapturedMailRecord& mail) {
  if (!mail.message || !mail.item) return {};
  return {KeyBuilder().raw(mail.message->raw()).take()};
}

}  // namespace

const storage::Table<CapturedMailRecord> captured_mail_table{
    "captured_mail",
    [](const CapturedMailRecord& mail) {
      return captured_mail_key(mail.source, mail.uid_validity, mail.uid);
    },
    {{"fingerprint", IndexKind::multiple,
      [](const CapturedMailRecord& mail) {
        return Keys{KeyBuilder().raw(mail.fingerprint.raw()).take()};
      }},
     {"message", IndexKind::multiple, message_keys}}};

std::string captured_mail_key(const Sha256Digest& source, std::uint64_t uid_validity,
                              std::uint64_t uid) {
  return KeyBuilder().raw(source.raw()).number(uid_validity).number(uid).take();
}

const storage::Table<CapturedFileRecord> captured_file_table{
    "captured_file",
    [](const CapturedFileRecord& file) { return captured_file_key(file.source, file.digest); },
    {}};

std::string captured_file_prefix(const Sha256Digest& source) {
  return KeyBuilder().raw(source.raw()).take();
}

std::string captured_file_key(const Sha256Digest& source, const Sha256Digest& digest) {
  return KeyBuilder().raw(source.raw()).raw(digest.raw()).take();
}

}  // namespace dms
