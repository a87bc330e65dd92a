#pragma once

// What is asked of an IMAP server that one is signed in at: in one folder, by UID. Mails are read
// without being marked as seen. One thread; one command at a time. After an error other than
// `conflict` (the server said no) the session is of no use.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/time.h"
#include "web/capture/imap_reader.h"
#include "web/capture/mail_line.h"

namespace dms::web {

enum class ImapSelection : std::uint8_t { unseen, all };  // both without what is marked as deleted

struct ImapMessage {
  std::uint64_t size = 0;  // bytes, as the server says
  Instant received;        // INTERNALDATE
};

class ImapSession {
 public:
  ImapSession(std::unique_ptr<MailLine> line, MailPatience patience)
      : line_(std::move(line)), reader_(*line_), patience_(patience) {}

  // Opens the folder; its UID validity.
  Result<std::uint32_t> select(std::string_view folder);
  // Ascending.
  Result<std::vector<std::uint32_t>> search(ImapSelection selection);
  // nullopt: it is there no longer.
  Result<std::optional<ImapMessage>> describe(std::uint32_t uid);
  // Hands over all its bytes; false where it is there no longer.
  Result<bool> fetch(std::uint32_t uid, const ImapBody& body);
  Result<void> mark_seen(std::uint32_t uid);
  // Into another folder, which is made where absent. Where the server has no MOVE: copied, marked
  // as deleted, and removed if the server can do that for one mail.
  Result<void> move(std::uint32_t uid, std::string_view folder);
  void log_out();

 private:
  struct Answered {
    std::vector<std::string> untagged;
    bool is_ok = false;
    std::string code;  // "TRYCREATE"
  };
  // Sends the command and takes all responses up to its own.
  Result<Answered> ask(std::string_view command, std::chrono::milliseconds limit,
                       const ImapBody* body = nullptr);
  // The same; `conflict` where the answer is not OK.
  Result<std::vector<std::string>> order(std::string_view command);
  Result<void> read_capabilities();
  bool can(std::string_view capability) const;

  std::unique_ptr<MailLine> line_;
  ImapReader reader_;
  MailPatience patience_;
  std::uint32_t number_ = 0;
  std::string capabilities_;  // " IMAP4REV1 MOVE … "
};

}  // namespace dms::web
