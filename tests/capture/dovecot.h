#pragma once

// A real Dovecot on free ports of the loopback, with an authority, a certificate and one mailbox of
// its own in a temporary folder. As root it runs as nobody.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/temp_dir.h"

namespace dms::test {

// Aborts where something that must work does not. One thread.
class Dovecot {
 public:
  static constexpr const char* user = "post@musterbach.example";
  static constexpr const char* password = "Birnbaum am Rathaus";
  static constexpr const char* access_token = "ya29.zugangsmarke";

  Dovecot();
  ~Dovecot();
  Dovecot(const Dovecot&) = delete;
  Dovecot& operator=(const Dovecot&) = delete;

  std::uint16_t tls_port() const { return tls_port_; }
  std::uint16_t plain_port() const { return plain_port_; }  // takes a sign-in after STARTTLS only
  std::string ca_file() const { return (folder_ / "ca.pem").string(); }
  // Mode 0600.
  std::string password_file() const { return (folder_ / "password").string(); }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // Puts a mail into INBOX, as received at that time (seconds since 1970; 0: now).
  void deliver(std::string_view mail, std::int64_t received = 0);
  void make_folder(std::string_view mail_folder);
  // How many lie in a folder ("" is INBOX), and how many of them were not seen.
  std::size_t count(std::string_view mail_folder = "") const;
  std::size_t unseen(std::string_view mail_folder = "") const;
  // The server forgets its UIDs: all mails get new ones under another validity.
  void change_uid_validity();
  // It answers nothing any more, and then again.
  void pause();
  void resume();
  // It says no to every mail that is to go into a folder, which is there; or yes again.
  void refuse_moves(std::string_view mail_folder);
  void permit_moves(std::string_view mail_folder);
  // Between pause and resume: what was asked of it since, and not answered, is never done.
  void drop_sessions();

 private:
  void write(const std::string& name, std::string_view text, unsigned mode = 0644);
  void make_certificates();
  void start();
  void set_mode(std::string_view mail_folder, unsigned mode) const;
  std::filesystem::path mail_path(std::string_view mail_folder) const;
  std::vector<std::string> mails(std::string_view mail_folder) const;

  TempDir folder_;
  std::uint16_t tls_port_ = 0;
  std::uint16_t plain_port_ = 0;
  pid_t pid_ = -1;
  int delivered_ = 0;
};

// A small mail.
std::string make_mail(std::string_view subject, std::string_view message_id,
                      std::string_view text = "Guten Tag");

}  // namespace dms::test
