#include "dovecot.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace dms::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* program = "/usr/sbin/dovecot";

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "dovecot: %s\n", what.c_str());
  std::abort();
}

// Who Dovecot runs as.
struct Account {
  uid_t user;
  gid_t group;
  std::string user_name;
  std::string group_name;
};

Account account() {
  const passwd* user = ::geteuid() == 0 ? ::getpwnam("nobody") : ::getpwuid(::geteuid());
  if (user == nullptr) give_up("no account");
  const group* of_user = ::getgrgid(user->pw_gid);
  return {user->pw_uid, user->pw_gid, user->pw_name,
          of_user == nullptr ? std::to_string(user->pw_gid) : of_user->gr_name};
}

void give(const fs::path& path) {
  const Account to = account();
  if (::geteuid() == 0 && ::chown(path.c_str(), to.user, to.group) != 0) give_up("chown");
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A port that was free a moment ago.
std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  if (::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    give_up("no free port");
  }
  ::close(descriptor);
  return ntohs(address.sin_port);
}

// Whether a mail server greets there.
bool greets(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  bool is_greeting = false;
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    pollfd entry{descriptor, POLLIN, 0};
    char first = 0;
    is_greeting =
        ::poll(&entry, 1, 2000) == 1 && ::read(descriptor, &first, 1) == 1 && first == '*';
  }
  ::close(descriptor);
  return is_greeting;
}

// Runs a program in `folder` to its end; its words go nowhere.
void run(const fs::path& folder, const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (const std::string& text : arguments) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    if (::chdir(folder.c_str()) == 0) ::execvp(pointers[0], pointers.data());
    ::_exit(127);
  }
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || status != 0) give_up("failed: " + arguments[1]);
}

constexpr const char* config_text = R"(
log_path = @/dovecot.log
base_dir = @/run
state_dir = @/run
protocols = imap
listen = 127.0.0.1
default_internal_user = USER
default_internal_group = GROUP
default_login_user = USER
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = PLAIN_PORT
  }
  inet_listener imaps {
    port = TLS_PORT
    ssl = yes
  }
}
ssl = required
ssl_cert = <@/cert.pem
ssl_key = <@/key.pem
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
mail_location = maildir:@/mail
first_valid_uid = 1
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u @/passwords
  mechanisms = plain login
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u @/tokens
  mechanisms = xoauth2
}
userdb {
  driver = static
  args = uid=USER gid=GROUP home=@/mail
}
)";

void replace(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

Dovecot::Dovecot() : tls_port_(free_port()), plain_port_(free_port()) {
  if (!fs::exists(program)) give_up("is not installed (deploy/packages.txt)");
  fs::permissions(folder_.path(), fs::perms(0755));
  give(folder_.path());
  make_certificates();
  write("passwords", std::string(user) + ":" + password + "\n");
  write("tokens", std::string(user) + ":" + access_token + "\n");
  std::ofstream(folder_ / "password") << password << "\n";
  fs::permissions(folder_ / "password", fs::perms(0600));
  for (const char* name : {"run", "mail", "mail/cur", "mail/new", "mail/tmp"}) {
    fs::create_directory(folder_ / name);
    give(folder_ / name);
  }
  const Account as = account();
  std::string config = config_text;
  replace(config, "@", folder_.path().string());
  replace(config, "USER", as.user_name);
  replace(config, "GROUP", as.group_name);
  replace(config, "PLAIN_PORT", std::to_string(plain_port_));
  replace(config, "TLS_PORT", std::to_string(tls_port_));
  write("dovecot.conf", config);
  start();
}

Dovecot::~Dovecot() {
  resume();
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

void Dovecot::write(const std::string& name, std::string_view text, unsigned mode) {
  std::ofstream(folder_ / name) << text;
  fs::permissions(folder_ / name, fs::perms(mode));
  give(folder_ / name);
}

void Dovecot::make_certificates() {
  write("extensions", "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  const auto openssl = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    run(folder_.path(), arguments);
  };
  const std::string curve = "ec_paramgen_curve:P-256";
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-keyout", "ca.key",
           "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority"});
  openssl({"req", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-keyout", "key.pem", "-out",
           "request.pem", "-subj", "/CN=localhost"});
  openssl({"x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key",
           "-CAcreateserial", "-out", "cert.pem", "-days", "2", "-extfile", "extensions"});
  give(folder_ / "key.pem");
}

void Dovecot::start() {
  const std::string config = (folder_ / "dovecot.conf").string();
  const std::string output = (folder_ / "output.log").string();
  const Account as = account();
  const bool is_root = ::geteuid() == 0;
  pid_ = ::fork();
  if (pid_ == 0) {
    // A group of its own: all its processes are stopped together.
    ::setpgid(0, 0);
    const int log = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ::dup2(log, 1);
    ::dup2(log, 2);
    const bool is_lowered = !is_root || (::setgroups(0, nullptr) == 0 && ::setgid(as.group) == 0 &&
                                         ::setuid(as.user) == 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a test that aborts leaves nothing behind
    if (is_lowered) ::execl(program, program, "-F", "-c", config.c_str(), nullptr);
    ::_exit(127);
  }
  for (int i = 0; i < 200; ++i) {
    if (greets(plain_port_)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  give_up("does not start: see " + folder_.path().string());
}

void Dovecot::deliver(std::string_view mail, std::int64_t received) {
  const std::string name =
      std::to_string(1'000'000 + ++delivered_) + ".M" + std::to_string(::getpid()) + ".test";
  const fs::path draft = folder_ / ("mail/tmp/" + name);
  std::ofstream(draft, std::ios::binary) << mail;
  give(draft);
  if (received != 0) {
    const timespec times[2] = {{received, 0}, {received, 0}};
    if (::utimensat(AT_FDCWD, draft.c_str(), times, 0) != 0) give_up("utimensat");
  }
  fs::rename(draft, folder_ / ("mail/new/" + name));
}

fs::path Dovecot::mail_path(std::string_view mail_folder) const {
  const fs::path mail = folder_ / "mail";
  return mail_folder.empty() ? mail : mail / ("." + std::string(mail_folder));
}

std::vector<std::string> Dovecot::mails(std::string_view mail_folder) const {
  std::vector<std::string> names;
  for (const char* part : {"new", "cur"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(mail_path(mail_folder) / part, error)) {
      names.push_back(entry.path().filename().string());
    }
  }
  return names;
}

std::size_t Dovecot::count(std::string_view mail_folder) const {
  return mails(mail_folder).size();
}

std::size_t Dovecot::unseen(std::string_view mail_folder) const {
  std::size_t unseen = 0;
  for (const std::string& name : mails(mail_folder)) {
    const std::size_t flags = name.find(":2,");
    unseen += flags == std::string::npos || name.find('S', flags) == std::string::npos ? 1U : 0U;
  }
  return unseen;
}

void Dovecot::change_uid_validity() {
  std::vector<fs::path> known;
  for (const auto& entry : fs::directory_iterator(folder_ / "mail")) {
    if (entry.path().filename().string().starts_with("dovecot")) known.push_back(entry.path());
  }
  // The validity is a time in seconds: the next one must be another.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  for (const fs::path& path : known) fs::remove(path);
}

void Dovecot::pause() {
  ::kill(-pid_, SIGSTOP);
}

void Dovecot::resume() {
  ::kill(-pid_, SIGCONT);
}

void Dovecot::set_mode(std::string_view mail_folder, unsigned mode) const {
  for (const char* part : {"", "cur", "new", "tmp"}) {
    fs::permissions(mail_path(mail_folder) / part, fs::perms(mode));
  }
}

void Dovecot::make_folder(std::string_view mail_folder) {
  for (const char* part : {"", "cur", "new", "tmp"}) {
    fs::create_directory(mail_path(mail_folder) / part);
    give(mail_path(mail_folder) / part);
  }
}

void Dovecot::refuse_moves(std::string_view mail_folder) {
  set_mode(mail_folder, 0500);
}

void Dovecot::permit_moves(std::string_view mail_folder) {
  set_mode(mail_folder, 0700);
}

void Dovecot::drop_sessions() {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto process = static_cast<pid_t>(std::stol(name));
    std::string program_name;
    std::getline(std::ifstream(entry.path() / "comm"), program_name);
    if (program_name == "imap" && ::getpgid(process) == pid_) ::kill(process, SIGKILL);
  }
}

std::string make_mail(std::string_view subject, std::string_view message_id,
                      std::string_view text) {
  std::string mail = "Return-Path: <anna@example.org>\r\n";
  mail += "From: Anna Weber <anna@example.org>\r\nTo: post@musterbach.example\r\nSubject: ";
  mail.append(subject);
  mail += "\r\nDate: Mon, 23 Nov 2026 09:30:00 +0100\r\nMessage-ID: <";
  mail.append(message_id);
  mail += ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
  mail.append(text);
  mail += "\r\n";
  return mail;
}

}  // namespace dms::test
