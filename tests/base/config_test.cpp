#include "dms/base/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_dir.h"

namespace dms {
namespace {

constexpr const char* minimal = R"(data_dir = "data"
[[tenant]]
id = "musterbach"
name = "Gemeinde Musterbach"
hosts = ["akten.musterbach.example", "localhost"]
)";

// The problems of `text`, one a line, without the file's name.
std::string problems(std::string_view text) {
  const auto config = parse_config(text, "a.toml");
  if (config) return "(none)";
  EXPECT_EQ(config.error().code, ErrorCode::invalid);
  return config.error().hint;
}

TEST(Config, HasDefaultsForAllButTheEssential) {
  const auto config = parse_config(minimal, "a.toml");
  ASSERT_TRUE(config.has_value()) << config.error().hint;
  EXPECT_EQ(config->data_dir, "data");
  EXPECT_EQ(config->listen.address, "127.0.0.1");
  EXPECT_EQ(config->listen.port, 8443);
  EXPECT_EQ(config->limits.upload_bytes_max, 8ULL << 30U);
  EXPECT_EQ(config->lanes.password.threads, 2U);
  EXPECT_FALSE(config->tls.certificate_file.has_value());
  EXPECT_EQ(config->log.level, LogLevel::info);
  ASSERT_EQ(config->tenant.size(), 1U);
  EXPECT_EQ(config->tenant[0].hosts[1], "localhost");
  EXPECT_EQ(config->tenant[0].content_encryption, ContentEncryption::off);
}

TEST(Config, SaysWithWhoseKeysContentsAreEncrypted) {
  const auto config = parse_config(std::string(minimal) +
                                       "content_encryption = \"dossier\"\n[encryption]\n"
                                       "server_key_file = \"/run/key\"\n",
                                   "a.toml");
  ASSERT_TRUE(config.has_value()) << config.error().hint;
  EXPECT_EQ(config->tenant[0].content_encryption, ContentEncryption::dossier);
  EXPECT_EQ(config->encryption.server_key_file, "/run/key");
  EXPECT_EQ(problems(std::string(minimal) + "content_encryption = \"yes\"\n"),
            "a.toml:6: tenant[0].content_encryption: must be one of: off, tenant, dossier");
  EXPECT_EQ(problems(std::string(minimal) + "[backup]\nfolder = \"/mnt/b\"\n[encryption]\n"
                                            "server_key_file = \"/mnt/b/keys/server.key\"\n"),
            "a.toml:9: encryption.server_key_file: lies beside the backups");
}

TEST(Config, TellsWhichSettingsAFailureIsAbout) {
  const std::string text = std::string(minimal) + R"([listen]
port = 443
[tls]
certificate_file = "./tls//town.pem"
key_file = "tls/town.pem.key"
[backup]
hour = 4
)";
  using Named = std::vector<std::string>;
  const auto named = [&](std::string_view words) {
    return settings_named_in(words, text, "a.toml");
  };
  EXPECT_EQ(named("/etc/aktenwerk/tls/town.pem: No such file"),
            Named{"a.toml:9: tls.certificate_file"});
  EXPECT_EQ(named("127.0.0.1:443: address in use"), Named{"a.toml:7: listen.port"});
  EXPECT_EQ(named("port 4430, error 4, mydata"), Named{});
  EXPECT_EQ(named("no folder 'data' for musterbach"),
            (Named{"a.toml:1: data_dir", "a.toml:3: tenant[0].id"}));
  EXPECT_EQ(named("localhost"), Named{"a.toml:5: tenant[0].hosts[1]"});
  EXPECT_EQ(settings_named_in("x", "x = [", "a.toml"), Named{});
}

constexpr const char* captures = R"([[tenant.mailbox]]
name = "poststelle"
host = "imap.musterbach.example"
user = "post@musterbach.example"
password_file = "/etc/aktenwerk/post.password"
after = "move:Verarbeitet"
inbox = "Posteingang"
acting_user = "poststelle"
[[tenant.scan_folder]]
name = "scanner"
folder = "/srv/scan"
inboxes = [{name = "bauamt", inbox = "Posteingang Bauamt"}]
acting_user = "scanner"
)";

TEST(Config, SaysWhatComesInByItself) {
  const auto config = parse_config(std::string(minimal) + captures, "a.toml");
  ASSERT_TRUE(config.has_value()) << config.error().hint;
  ASSERT_EQ(config->tenant[0].mailbox.size(), 1U);
  const MailboxConfig& mailbox = config->tenant[0].mailbox[0];
  EXPECT_EQ(mailbox.security, MailSecurity::tls);
  EXPECT_EQ(move_target(mailbox), "Verarbeitet");
  EXPECT_FALSE(mailbox.files_by_reference) << "only where it is told to";
  ASSERT_EQ(config->tenant[0].scan_folder.size(), 1U);
  EXPECT_EQ(config->tenant[0].scan_folder[0].inboxes[0].inbox, "Posteingang Bauamt");
}

TEST(Config, ListsWhatIsWrongWithMailboxesAndScanFolders) {
  EXPECT_EQ(problems(std::string(minimal) + captures + R"([[tenant.mailbox]]
name = "Post"
host = "imap.musterbach.example"
user = "post@musterbach.example"
security = "none"
password = "geheim"
after = "delete"
inbox = "x"
acting_user = "x"
[[tenant.mailbox]]
name = "scanner"
host = "Mail:993"
user = "a"
after = "move:INBOX"
inbox = "x"
acting_user = "x"
interval_s = 0
password_file = "p"
oauth2 = {token_endpoint = "http://login.example", client_id = "c"}
[[tenant.scan_folder]]
name = "scanner"
folder = "/srv/scan"
inboxes = [{name = "verarbeitet", inbox = "x"}, {name = "a/b", inbox = ""}]
acting_user = "x"
)"),
            "a.toml:15: tenant[0].scan_folder[0].name: occurs more than once\n"
            "a.toml:19: tenant[0].mailbox[1].password_file: either password_file or oauth2 is "
            "needed\n"
            "a.toml:19: tenant[0].mailbox[1].folder: this mailbox is named already\n"
            "a.toml:20: tenant[0].mailbox[1].name: must be 1 to 40 characters of a-z, 0-9 and -\n"
            "a.toml:23: tenant[0].mailbox[1].security: must be one of: tls, starttls\n"
            "a.toml:24: tenant[0].mailbox[1].password: is unknown\n"
            "a.toml:25: tenant[0].mailbox[1].after: must be \"seen\" or \"move:<another folder>\"\n"
            "a.toml:30: tenant[0].mailbox[2].host: must be a host name (lower case, without port)\n"
            "a.toml:32: tenant[0].mailbox[2].after: must be \"seen\" or \"move:<another folder>\"\n"
            "a.toml:35: tenant[0].mailbox[2].interval_s: must be between 1 and 86400\n"
            "a.toml:36: tenant[0].mailbox[2].password_file: either password_file or oauth2 is "
            "needed\n"
            "a.toml:37: tenant[0].mailbox[2].oauth2.token_endpoint: must begin with https://\n"
            "a.toml:37: tenant[0].mailbox[2].oauth2.refresh_token_file: is missing\n"
            "a.toml:39: tenant[0].scan_folder[1].name: occurs more than once\n"
            "a.toml:41: tenant[0].scan_folder[1].inboxes[0].name: is no name of a folder\n"
            "a.toml:41: tenant[0].scan_folder[1].inboxes[1].name: is no name of a folder\n"
            "a.toml:41: tenant[0].scan_folder[1].inboxes[1].inbox: must be a line of 1 to 200 "
            "characters");
}

TEST(Config, SaysHowStacksAreDividedAndWhoLooksForMalware) {
  const std::string separation = R"([tenant.scan_folder.separation]
blank_pages = true
barcode_prefix = "TRENN "
barcode_page = "kept"
[clamav]
socket = "/run/clamav/clamd.ctl"
)";
  EXPECT_NE(problems(std::string(minimal) + captures + separation)
                .find("tenant[0].quarantine_inbox: is missing"),
            std::string::npos);
  std::string text = std::string(minimal) + captures + separation;
  text.insert(text.find("[[tenant.mailbox]]"), "quarantine_inbox = \"Quarantäne\"\n");
  const auto config = parse_config(text, "a.toml");
  ASSERT_TRUE(config.has_value()) << config.error().hint;
  const auto& read = config->tenant[0].scan_folder[0].separation;
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->blank_pages);
  EXPECT_EQ(read->barcode_prefix, "TRENN ");
  EXPECT_EQ(read->barcode_page, BarcodePage::kept);
  EXPECT_EQ(config->tenant[0].quarantine_inbox, "Quarantäne");
  EXPECT_EQ(config->clamav.timeout_s, 300U);
}

TEST(Config, RefusesSeparationThatDividesNothingAndScannersElsewhere) {
  const std::string begun = std::string(minimal) + captures;
  EXPECT_NE(problems(begun + "separation = {}\n").find("neither blank_pages nor barcode_prefix"),
            std::string::npos);
  EXPECT_NE(problems(begun + "separation = {barcode_prefix = \"\"}\n").find("barcode_prefix: must"),
            std::string::npos);
  for (const char* socket : {"", "clamd.ctl", "192.0.2.1:3310", "localhost:3310", "127.0.0.1",
                             "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:3310x"}) {
    EXPECT_NE(problems(std::string(minimal) + "[clamav]\nsocket = \"" + socket + "\"\n")
                  .find("clamav.socket: must be"),
              std::string::npos)
        << socket;
  }
  EXPECT_EQ(clamd_address("[::1]:3310"), (ClamdAddress{"", "::1", 3310}));
  EXPECT_EQ(clamd_address("127.0.0.1:3310"), (ClamdAddress{"", "127.0.0.1", 3310}));
  EXPECT_EQ(clamd_address("/run/c"), (ClamdAddress{"/run/c", "", 0}));
  EXPECT_FALSE(clamd_address("/" + std::string(107, 'x'))) << "longer than a socket's path may be";
}

TEST(Config, ReadsEverySection) {
  const auto config = parse_config(std::string(R"(
tls = { certificate_file = "a.pem", key_file = "b.pem" }
listen.address = "::"
listen.port = 0
admin_listen = { address = "::1", port = 1 }
[limits]
upload_bytes_max = 2_147_483_648
[lanes.interactive]
threads = 8
[storage]
block_cache_bytes = 268435456
[extract]
helper_path = "x"
timeout_s = 5
[log]
level = "warning"
[[tenant]]
id = "nebenbach"
name = "Nebenbach"
hosts = ["nebenbach.example", "[::1]", "192.0.2.1"]
)")
                                       .insert(0, "data_dir = '/srv/a'\n"),
                                   "a.toml");
  ASSERT_TRUE(config.has_value()) << config.error().hint;
  EXPECT_EQ(config->tls.key_file, "b.pem");
  EXPECT_EQ(config->listen.port, 0);
  EXPECT_EQ(config->limits.upload_bytes_max, 2ULL << 30U);
  EXPECT_EQ(config->lanes.interactive.threads, 8U);
  EXPECT_EQ(config->lanes.interactive.queue_limit, 512U);
  EXPECT_EQ(config->storage.block_cache_bytes, 256ULL << 20U);
  EXPECT_EQ(config->extract.timeout_s, 5U);
  EXPECT_EQ(config->log.level, LogLevel::warning);
  EXPECT_EQ(config->tenant[0].id, "nebenbach");
}

TEST(Config, ListsAllThatIsWrongWithItsLine) {
  EXPECT_EQ(problems(R"(data_dir = 7
colour = "blue"
[listen]
address = "localhost"
port = 65536
prot = 1
io_threads = 0
[limits]
connections_max = 0
[lanes.interactive]
threads = -1
[log]
level = "loud"
[tls]
key_file = "k"
[[tenant]]
id = "Musterbach"
name = ""
hosts = ["A.example", "a.example:8443", "a..b"]
[[tenant]]
id = "b"
name = "B"
hosts = "b.example"
)"),
            "a.toml:1: data_dir: must be a string\n"
            "a.toml:2: colour: is unknown\n"
            "a.toml:4: listen.address: must be a numeric IPv4 or IPv6 address\n"
            "a.toml:5: listen.port: must be between 0 and 65535\n"
            "a.toml:6: listen.prot: is unknown\n"
            "a.toml:7: listen.io_threads: must be between 1 and 64\n"
            "a.toml:9: limits.connections_max: must be between 1 and 65536\n"
            "a.toml:11: lanes.interactive.threads: must be between 0 and 4294967295\n"
            "a.toml:13: log.level: must be one of: debug, info, warning, error\n"
            "a.toml:14: tls: certificate_file and key_file belong together\n"
            "a.toml:17: tenant[0].id: must be 1 to 40 characters of a-z, 0-9 and -\n"
            "a.toml:18: tenant[0].name: must be a line of 1 to 200 characters\n"
            "a.toml:19: tenant[0].hosts: 'A.example' is no host name (lower case, without port)\n"
            "a.toml:19: tenant[0].hosts: 'a.example:8443' is no host name (lower case, without "
            "port)\n"
            "a.toml:19: tenant[0].hosts: 'a..b' is no host name (lower case, without port)\n"
            "a.toml:23: tenant[1].hosts: must be an array");
}

TEST(Config, NeedsADataFolderAndATenant) {
  EXPECT_EQ(problems(""),
            "a.toml: data_dir: is missing\n"
            "a.toml: tenant: at least one [[tenant]] is needed");
}

TEST(Config, KeysAreBackedUpEncryptedOnlyAndTheirKeyLiesElsewhere) {
  const std::string backup = std::string(minimal) + "[backup]\nfolder = \"/mnt/b\"\n";
  EXPECT_NE(problems(backup + "keys = true\n")
                .find("backup.keys: keys are backed up encrypted only: key_file is missing"),
            std::string::npos);
  EXPECT_NE(problems(backup + "key_file = \"/mnt/b/../b/x.key\"\n")
                .find("backup.key_file: lies within the folder of the backups"),
            std::string::npos);
  const auto sound = parse_config(backup + "key_file = \"/etc/b.key\"\nkeys = true\n", "a.toml");
  ASSERT_TRUE(sound);
  EXPECT_EQ(sound->backup.key_file, "/etc/b.key");
  EXPECT_TRUE(sound->backup.keys);
}

TEST(Config, RefusesTenantsThatShareAnIdOrAHost) {
  EXPECT_EQ(problems(std::string(minimal) + R"([[tenant]]
id = "musterbach"
name = "Zwei"
hosts = ["zwei.example", "localhost"]
)"),
            "a.toml:7: tenant[1].id: 'musterbach' occurs more than once\n"
            "a.toml:9: tenant[1].hosts: 'localhost' occurs more than once");
}

TEST(Config, SaysWhereTheFileIsNoToml) {
  const std::string text = problems("data_dir = \"a\"\nlisten = [\n");
  EXPECT_TRUE(text.starts_with("a.toml:")) << text;
  EXPECT_NE(text.find("not valid TOML"), std::string::npos) << text;
  EXPECT_NE(problems("a = 1\na = 2\n").find("not valid TOML"), std::string::npos);
  EXPECT_NE(problems("a = \"\xff\"").find("not valid TOML"), std::string::npos);
}

TEST(Config, LoadsAFileAndResolvesItsPaths) {
  const test::TempDir directory;
  const auto file = directory / "aktenwerk.toml";
  std::ofstream(file) << minimal << "[extract]\nhelper_path = \"/opt/x\"\n"
                      << "[page]\nfolder = \"dist\"\n"
                      << "[tls]\ncertificate_file = \"../c.pem\"\nkey_file = \"k.pem\"\n";
  const auto config = load_config(file);
  ASSERT_TRUE(config.has_value()) << config.error().hint;
  EXPECT_EQ(config->data_dir, (directory / "data").string());
  EXPECT_EQ(config->extract.helper_path, "/opt/x");
  EXPECT_EQ(config->page.folder, (file.parent_path() / "dist").string());
  EXPECT_EQ(config->tls.certificate_file, (directory.path().parent_path() / "c.pem").string());
}

TEST(Config, SaysWhyAFileCannotBeRead) {
  const test::TempDir directory;
  const auto missing = load_config(directory / "absent.toml");
  ASSERT_FALSE(missing.has_value());
  EXPECT_NE(missing.error().hint.find("absent.toml"), std::string::npos);
  EXPECT_FALSE(load_config(directory.path()).has_value());
  std::ofstream(directory / "large.toml") << std::string((1U << 20U) + 1, '#');
  EXPECT_NE(load_config(directory / "large.toml").error().hint.find("1 MiB"), std::string::npos);
}

}  // namespace
}  // namespace dms
