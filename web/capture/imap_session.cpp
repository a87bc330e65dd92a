#include "web/capture/imap_session.h"

#include <fmt/format.h>

#include <algorithm>

namespace dms::web {

namespace {

constexpr std::chrono::seconds farewell_limit{2};
// A server that tells without end is none.
constexpr std::size_t untagged_max = 100'000;
constexpr std::size_t untagged_bytes_max = 16U << 20U;

// The first word of a command, or two: all that may be told of it.
std::string_view name_of(std::string_view command) {
  const std::size_t first = command.find(' ');
  if (command.substr(0, first) != "UID") return command.substr(0, first);
  return command.substr(0, command.find(' ', first + 1));
}

tl::unexpected<Error> not_understood(std::string_view command) {
  return fail(operator_error(ErrorCode::corrupt,
                             fmt::format("IMAP: no such answer to {} is known", name_of(command))));
}

}  // namespace

Result<ImapSession::Answered> ImapSession::ask(std::string_view command,
                                               std::chrono::milliseconds limit,
                                               const ImapBody* body) {
  const std::string tag = fmt::format("W{}", ++number_);
  line_->set_deadline(limit);
  DMS_TRY(line_->write(fmt::format("{} {}\r\n", tag, command)));
  Answered answered;
  std::size_t bytes = 0;
  for (;;) {
    ImapResponse response = DMS_TRY(reader_.next(body));
    if (response.tag == tag) {
      answered.is_ok = response.text.substr(0, 2) == "OK" || response.text.substr(0, 2) == "ok";
      answered.code = response_code(response.text);
      return answered;
    }
    if (response.tag != "*") return not_understood(command);
    bytes += response.text.size();
    if (answered.untagged.size() == untagged_max || bytes > untagged_bytes_max) {
      return not_understood(command);
    }
    answered.untagged.push_back(std::move(response.text));
  }
}

Result<std::vector<std::string>> ImapSession::order(std::string_view command) {
  Answered answered = DMS_TRY(ask(command, patience_.command));
  if (answered.is_ok) return std::move(answered.untagged);
  // What stands in the answer's text may name anything; its code does not.
  const std::string code = answered.code.substr(0, answered.code.find(' '));
  return fail(operator_error(ErrorCode::conflict,
                             fmt::format("IMAP: {} was refused {}", name_of(command), code)));
}

Result<void> ImapSession::read_capabilities() {
  if (!capabilities_.empty()) return {};
  for (std::string& text : DMS_TRY(order("CAPABILITY"))) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (text.starts_with("CAPABILITY")) capabilities_ = text + " ";
  }
  return {};
}

bool ImapSession::can(std::string_view capability) const {
  return capabilities_.find(fmt::format(" {} ", capability)) != std::string::npos;
}

Result<std::uint32_t> ImapSession::select(std::string_view folder) {
  const std::string command = "SELECT " + quoted_mailbox(folder);
  for (const std::string& text : DMS_TRY(order(command))) {
    if (const auto validity = parse_uid_validity(text)) return *validity;
  }
  // Without it no mail has a name that lasts.
  return fail(operator_error(ErrorCode::conflict, "IMAP: the folder has no UIDVALIDITY"));
}

Result<std::vector<std::uint32_t>> ImapSession::search(ImapSelection selection) {
  const std::string_view command =
      selection == ImapSelection::unseen ? "UID SEARCH UNSEEN UNDELETED" : "UID SEARCH UNDELETED";
  std::vector<std::uint32_t> uids;
  for (const std::string& text : DMS_TRY(order(command))) {
    if (auto found = parse_search(text)) uids.insert(uids.end(), found->begin(), found->end());
  }
  std::sort(uids.begin(), uids.end());
  uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
  return uids;
}

Result<std::optional<ImapMessage>> ImapSession::describe(std::uint32_t uid) {
  const std::string command = fmt::format("UID FETCH {} (UID INTERNALDATE RFC822.SIZE)", uid);
  for (const std::string& text : DMS_TRY(order(command))) {
    const auto fetched = parse_fetch(text);
    if (!fetched || fetched->uid != uid) continue;  // told of another by the way
    if (!fetched->size || !fetched->internal_date) return not_understood(command);
    return std::optional(ImapMessage{*fetched->size, *fetched->internal_date});
  }
  return std::optional<ImapMessage>();
}

Result<bool> ImapSession::fetch(std::uint32_t uid, const ImapBody& body) {
  const std::string command = fmt::format("UID FETCH {} (UID BODY.PEEK[])", uid);
  const Answered answered = DMS_TRY(ask(command, patience_.message, &body));
  if (!answered.is_ok) {
    return fail(operator_error(ErrorCode::conflict, "IMAP: UID FETCH was refused"));
  }
  std::size_t bodies = 0;
  bool is_it = false;
  for (const std::string& text : answered.untagged) {
    const auto fetched = parse_fetch(text);
    if (!fetched || !fetched->has_body) continue;
    ++bodies;
    is_it = is_it || fetched->uid == uid;
  }
  // Another mail's bytes may have been taken with it.
  if (bodies > 1 || (bodies == 1 && !is_it)) return not_understood(command);
  return is_it;
}

Result<void> ImapSession::mark_seen(std::uint32_t uid) {
  DMS_TRY(order(fmt::format("UID STORE {} +FLAGS.SILENT (\\Seen)", uid)));
  return {};
}

Result<void> ImapSession::move(std::uint32_t uid, std::string_view folder) {
  DMS_TRY(read_capabilities());
  const bool can_move = can("MOVE");
  const std::string target = quoted_mailbox(folder);
  const std::string command = fmt::format("UID {} {} {}", can_move ? "MOVE" : "COPY", uid, target);
  const Answered answered = DMS_TRY(ask(command, patience_.command));
  if (!answered.is_ok && answered.code == "TRYCREATE") {
    DMS_TRY(order("CREATE " + target));
    DMS_TRY(order(command));
  } else if (!answered.is_ok) {
    return fail(
        operator_error(ErrorCode::conflict, fmt::format("IMAP: {} was refused", name_of(command))));
  }
  if (can_move) return {};
  DMS_TRY(order(fmt::format("UID STORE {} +FLAGS.SILENT (\\Seen \\Deleted)", uid)));
  if (can("UIDPLUS")) DMS_TRY(order(fmt::format("UID EXPUNGE {}", uid)));
  return {};
}

void ImapSession::log_out() {
  static_cast<void>(ask("LOGOUT", farewell_limit));
}

}  // namespace dms::web
