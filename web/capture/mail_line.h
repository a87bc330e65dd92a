#pragma once

// The lines to mail servers: TLS 1.2 or newer with the server's certificate proven, or none. The
// library (libcurl) connects, begins TLS and signs in; what is said after that is ours
// (imap_session.h), for the library takes lines of a mail for the server's answers and marks what
// it fetches as seen.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dms/base/capture_config.h"
#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "web/capture/imap_reader.h"

namespace dms::web {

// One thread. Every wait ends at the deadline, or soon after the flag it was opened with is set:
// `unavailable`.
class MailLine : public ByteSource {
 public:
  virtual Result<void> write(std::string_view bytes) = 0;
  // From now on; of all that is read and written until it is set again.
  virtual void set_deadline(std::chrono::milliseconds from_now) = 0;
};

// How long a server is waited for.
struct MailPatience {
  std::chrono::milliseconds sign_in{40'000};   // connecting, TLS and signing in together
  std::chrono::milliseconds command{60'000};   // one command with its answer
  std::chrono::milliseconds message{900'000};  // a mail's bytes: a large one over a slow line
};

struct MailLogin {
  std::string host;
  std::uint16_t port = 993;
  MailSecurity security = MailSecurity::tls;
  std::optional<std::string> ca_file;
  std::string user;
  enum class Proof : std::uint8_t { password, access_token } proof = Proof::password;
  Secret secret;
  std::chrono::milliseconds limit = MailPatience().sign_in;
};

// Connects and signs in. `unauthenticated` where the server refuses the sign-in; `unavailable` for
// all else, its certificate above all. Borrows the flag.
Result<std::unique_ptr<MailLine>> open_mail_line(const MailLogin& login,
                                                 const std::atomic<bool>& is_stopping);

// Posts a form (application/x-www-form-urlencoded) over HTTPS; the answer's body, of at most 64
// KiB. No redirection is followed. `unauthenticated` for a status of 400 to 403, `unavailable` for
// all else but 200.
struct FormPost {
  std::string url;  // https://…
  std::optional<std::string> ca_file;
  Secret form;
};
Result<Secret> post_form(const FormPost& post, const std::atomic<bool>& is_stopping);

// `text` as a value in a form.
std::string form_encoded(std::string_view text);

}  // namespace dms::web
