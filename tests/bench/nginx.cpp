#include "nginx.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

extern char** environ;

namespace dms::bench {

Nginx::Nginx(const std::filesystem::path& folder, const std::filesystem::path& certificates)
    : files_(folder / "files"),
      ca_file_((certificates / "ca.pem").string()),
      port_(static_cast<std::uint16_t>(20000 + ::getpid() % 10000)) {
  std::filesystem::create_directories(files_);
  std::filesystem::permissions(files_, std::filesystem::perms::all);
  const auto config = folder / "nginx.conf";
  std::ofstream(config) << "worker_processes 2;\ndaemon off;\nuser root;\npid "
                        << (folder / "pid").string() << ";\nerror_log "
                        << (folder / "error.log").string()
                        << ";\nevents { worker_connections 512; }\nhttp {\n  access_log off;\n"
                           "  sendfile on;\n  keepalive_requests 100000000;\n"
                           "  client_max_body_size 0;\n  client_body_temp_path "
                        << (folder / "body").string() << ";\n  proxy_temp_path "
                        << (folder / "p").string() << ";\n  fastcgi_temp_path "
                        << (folder / "f").string() << ";\n  uwsgi_temp_path "
                        << (folder / "u").string() << ";\n  scgi_temp_path "
                        << (folder / "s").string()
                        << ";\n  server {\n    listen 127.0.0.1:" << port_
                        << " ssl;\n    ssl_certificate " << (certificates / "server.pem").string()
                        << ";\n    ssl_certificate_key "
                        << (certificates / "server-key.pem").string()
                        << ";\n    ssl_protocols TLSv1.3;\n    root " << files_.string()
                        << ";\n    dav_methods PUT;\n    create_full_put_path on;\n  }\n}\n";
  const std::string config_file = config.string();
  const std::string program = "/usr/sbin/nginx";
  char* const argv[] = {const_cast<char*>(program.c_str()), const_cast<char*>("-c"),
                        const_cast<char*>(config_file.c_str()), nullptr};
  if (posix_spawn(&pid_, program.c_str(), nullptr, nullptr, argv, environ) != 0) {
    std::fprintf(stderr, "bench: nginx is not installed (apt-get install nginx-light)\n");
    std::exit(2);
  }
  for (int i = 0; i < 100; ++i) {
    if (client().connect()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::fprintf(stderr, "bench: nginx does not answer\n");
  std::exit(2);
}

Nginx::~Nginx() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

test::HttpsClient Nginx::client() const {
  test::HttpsClientOptions options;
  options.port = port_;
  options.host = "localhost";
  options.ca_file = ca_file_;
  options.version = test::TlsVersion::tls_1_3;
  return test::HttpsClient(options);
}

}  // namespace dms::bench
