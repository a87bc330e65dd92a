#pragma once

// What an IMAP server says (RFC 9051, RFC 3501), response by response. The server is trusted with
// the mail and with nothing else: lines and numbers are bounded, and the bytes of a mail, which a
// stranger chose, are never looked at as protocol. Pure but for the source; one thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/time.h"

namespace dms::web {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // At least one byte; 0 at the end.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

struct ImapResponse {
  std::string tag;   // "*" untagged, "+" a continuation
  std::string text;  // what follows; a literal's bytes are left out behind its "{n}"
};

// Where the bytes of a mail go. What it refuses breaks the response off: the connection is then of
// no use.
struct ImapBody {
  std::uint64_t bytes_max = 0;
  std::function<Result<void>(std::string_view)> take;
};

class ImapReader {
 public:
  // Borrows.
  explicit ImapReader(ByteSource& source) : source_(source) {}
  // `corrupt` for what is no response, `unavailable` at the end of the line. Literals go to `body`
  // where they follow "BODY[]"; else they may be small and are dropped. `too_large` above its
  // limit.
  Result<ImapResponse> next(const ImapBody* body = nullptr);

  static constexpr std::size_t line_bytes_max = 4U << 20U;
  static constexpr std::size_t dropped_literal_bytes_max = 64U << 10U;

 private:
  Result<void> read_line(std::string& line);
  Result<void> read_literal(std::uint64_t size, const ImapBody* body);
  Result<void> fill();

  ByteSource& source_;
  std::string buffer_;
  std::size_t begin_ = 0;
};

// Of untagged responses; nullopt for any other text.

// "SEARCH 2 3 6", also without a number.
std::optional<std::vector<std::uint32_t>> parse_search(std::string_view text);
// "OK [UIDVALIDITY 3857529045] …"
std::optional<std::uint32_t> parse_uid_validity(std::string_view text);
// "FETCH" of one message; what it does not say is absent.
struct ImapFetched {
  std::optional<std::uint32_t> uid;
  std::optional<std::uint64_t> size;     // RFC822.SIZE: servers may be some bytes wrong
  std::optional<Instant> internal_date;  // when the server took it
  bool has_body = false;                 // "BODY[]" was among it, be it empty
};
std::optional<ImapFetched> parse_fetch(std::string_view text);
// " 7-Feb-1994 21:52:25 -0800"
std::optional<Instant> parse_internal_date(std::string_view text);
// The code in brackets that a text begins with, "OK [TRYCREATE] …": in capitals, "" where none.
std::string response_code(std::string_view text);

// A mailbox's name as it is sent: in modified UTF-7 (RFC 3501, 5.1.3) and quoted.
std::string quoted_mailbox(std::string_view name);

}  // namespace dms::web
