// Certificates and TLS without a socket: an OpenSSL client talks to the engine through memory.

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "support/temp_dir.h"
#include "web/http/certificates.h"
#include "web/http/tls_engine.h"

namespace dms::web {
namespace {

using Hosts = std::vector<std::string>;

std::string slurp(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

unsigned mode_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

class CertificatesTest : public testing::Test {
 protected:
  Certificates ensure(const Hosts& hosts, Instant now) {
    auto made = ensure_certificates(folder_.path(), hosts, now);
    EXPECT_TRUE(made) << made.error().hint;
    return made.value_or(Certificates{});
  }
  std::string server() const { return slurp(folder_ / "server.pem"); }
  std::string authority() const { return slurp(folder_ / "ca.pem"); }

  dms::test::TempDir folder_;
  const Instant now_ = SystemClock().now();
};

TEST_F(CertificatesTest, AreMadeOnceWithTheKeysOfTheOwnerAlone) {
  const Certificates first = ensure({"akten.example", "127.0.0.1"}, now_);
  EXPECT_TRUE(first.is_renewed);
  EXPECT_EQ(mode_of(first.server.key_file), 0600U);
  EXPECT_EQ(mode_of(folder_ / "ca-key.pem"), 0600U);
  const std::string before = server();
  EXPECT_FALSE(ensure({"127.0.0.1", "akten.example"}, now_).is_renewed);
  EXPECT_EQ(server(), before);
  EXPECT_TRUE(TlsContext::load(first.server));
}

TEST_F(CertificatesTest, AreRenewedUnderTheSameAuthority) {
  ensure({"akten.example"}, now_);
  const std::string old_authority = authority();
  EXPECT_TRUE(ensure({"akten.example", "neu.example"}, now_).is_renewed);
  EXPECT_FALSE(ensure({"akten.example", "neu.example"},
                      now_ + certificate_lifetime - renewal_margin - std::chrono::days(1))
                   .is_renewed);
  EXPECT_TRUE(ensure({"akten.example", "neu.example"},
                     now_ + certificate_lifetime - renewal_margin + std::chrono::days(1))
                  .is_renewed);
  EXPECT_EQ(authority(), old_authority);
}

TEST_F(CertificatesTest, ReplaceWhatAnInterruptionLeft) {
  const Certificates made = ensure({"akten.example"}, now_);
  const std::string old_certificate = server();
  ensure({"other.example"}, now_);
  // The key was put in its place, the certificate was not yet.
  std::ofstream(made.server.certificate_chain_file + ".new") << server();
  std::ofstream(made.server.certificate_chain_file) << old_certificate;
  EXPECT_FALSE(TlsContext::load(made.server));
  EXPECT_TRUE(ensure({"other.example"}, now_).is_renewed);
  EXPECT_TRUE(TlsContext::load(made.server));
  // Before that nothing was lost; the draft goes, so that later damage is not taken for this.
  std::ofstream(made.server.certificate_chain_file + ".new") << old_certificate;
  EXPECT_FALSE(ensure({"other.example"}, now_).is_renewed);
  EXPECT_FALSE(std::filesystem::exists(made.server.certificate_chain_file + ".new"));
}

TEST_F(CertificatesTest, TellAPairThatDoesNotFit) {
  const Certificates made = ensure({"akten.example"}, now_);
  const std::string old_certificate = server();
  ensure({"other.example"}, now_);
  std::ofstream(made.server.certificate_chain_file) << old_certificate;
  const auto refused = ensure_certificates(folder_.path(), {"akten.example"}, now_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  EXPECT_NE(refused.error().hint.find("server-key.pem"), std::string::npos);
}

// A new authority in the place of a damaged one would be known to no client.
TEST_F(CertificatesTest, AFlippedByteIsToldOrChangesNothing) {
  constexpr std::size_t step = 7;
  ensure({"akten.example"}, now_);
  std::size_t told = 0;
  std::size_t bytes = 0;
  for (const char* name : {"ca.pem", "ca-key.pem", "server.pem", "server-key.pem"}) {
    const std::string whole = slurp(folder_ / name);
    bytes += whole.size() / step;
    for (std::size_t at = 0; at < whole.size(); at += step) {
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
      std::ofstream(folder_ / name) << flipped;
      const auto made = ensure_certificates(folder_.path(), {"akten.example"}, now_);
      if (made) {
        EXPECT_FALSE(made->is_renewed) << name << " at " << at;
        const auto loaded = TlsContext::load(made->server);
        EXPECT_TRUE(loaded) << name << " at " << at << ": " << loaded.error().hint;
      } else {
        ++told;
        EXPECT_NE(made.error().hint.find(name), std::string::npos) << made.error().hint;
      }
      ASSERT_EQ(slurp(folder_ / name), flipped) << name << " at " << at;
    }
    std::ofstream(folder_ / name) << whole;
  }
  EXPECT_GT(told, bytes / 2);
}

TEST_F(CertificatesTest, AreNotServedWhereTheChainOrTheKeyIsDamaged) {
  const Certificates made = ensure({"akten.example"}, now_);
  const std::string whole = server();
  // In the middle of the leaf: still a certificate, but not as it was signed.
  std::size_t told = 0;
  for (std::size_t at = 300; at < 320; ++at) {
    std::string changed = whole;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    std::ofstream(made.server.certificate_chain_file) << changed;
    if (!TlsContext::load(made.server)) ++told;
  }
  EXPECT_GE(told, 18U);
  std::ofstream(made.server.certificate_chain_file) << whole;
  EXPECT_TRUE(TlsContext::load(made.server));
}

TEST_F(CertificatesTest, RefuseWhatIsNoHostName) {
  for (const Hosts& hosts :
       {Hosts{}, Hosts{""}, Hosts{"a b"}, Hosts{"a,IP:1.2.3.4"}, Hosts{"a:b"}, Hosts{"*.a"}}) {
    EXPECT_FALSE(ensure_certificates(folder_.path(), hosts, now_));
  }
}

TEST_F(CertificatesTest, AreNotServedWhereOthersCanReadTheKeyOrTimeIsOver) {
  const Certificates made = ensure({"akten.example"}, now_);
  ::chmod(made.server.key_file.c_str(), 0640);
  EXPECT_FALSE(TlsContext::load(made.server));
  ::chmod(made.server.key_file.c_str(), 0600);
  EXPECT_TRUE(TlsContext::load(made.server));
  EXPECT_FALSE(TlsContext::load({made.server.certificate_chain_file, folder_ / "ca-key.pem"}));
  EXPECT_FALSE(TlsContext::load({"/nonexistent", made.server.key_file}));

  const dms::test::TempDir past;
  const auto expired = ensure_certificates(past.path(), {"akten.example"},
                                           now_ - certificate_lifetime - std::chrono::days(2));
  ASSERT_TRUE(expired);
  EXPECT_FALSE(TlsContext::load(expired->server));
}

// A TLS client whose two ends of the wire are memory.
class MemoryClient {
 public:
  explicit MemoryClient(const std::string& ca_file) : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_load_verify_locations(context_, ca_file.c_str(), nullptr);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  }
  ~MemoryClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  MemoryClient(const MemoryClient&) = delete;
  MemoryClient& operator=(const MemoryClient&) = delete;

  SSL_CTX* context() { return context_; }
  SSL* ssl() {
    if (ssl_ == nullptr) {
      ssl_ = SSL_new(context_);
      BIO* in = BIO_new(BIO_s_mem());
      BIO* out = BIO_new(BIO_s_mem());
      SSL_set_bio(ssl_, in, out);
      SSL_set_connect_state(ssl_);
      SSL_set_tlsext_host_name(ssl_, "Akten.Example");
      SSL_set1_host(ssl_, "akten.example");
    }
    return ssl_;
  }
  // Moves what each has written to the other, `step` bytes at a time.
  void exchange(TlsEngine& engine, std::size_t step) {
    std::string sent(step, '\0');
    for (int size = 0;
         (size = BIO_read(SSL_get_wbio(ssl()), sent.data(), static_cast<int>(step))) > 0;) {
      const auto room = engine.input_space();
      ASSERT_GE(room.size(), static_cast<std::size_t>(size));
      std::copy_n(sent.data(), size, room.data());
      engine.input_received(static_cast<std::size_t>(size));
      if (!is_up_) is_up_ = engine.handshake() == TlsEngine::State::done;
    }
    BIO_write(SSL_get_rbio(ssl()), engine.output().data(),
              static_cast<int>(engine.output().size()));
    engine.output().clear();
  }
  bool connect(TlsEngine& engine, std::size_t step) {
    for (int round = 0; round < 6; ++round) {
      if (SSL_do_handshake(ssl()) == 1 && is_up_) return true;
      exchange(engine, step);
    }
    return false;
  }

 private:
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  bool is_up_ = false;
};

class TlsEngineTest : public testing::Test {
 protected:
  TlsEngineTest() {
    certificates_ = *ensure_certificates(folder_.path(), {"akten.example"}, SystemClock().now());
    context_ = *TlsContext::load(certificates_.server);
  }
  dms::test::TempDir folder_;
  Certificates certificates_;
  std::shared_ptr<const TlsContext> context_;
};

TEST_F(TlsEngineTest, ShakesHandsWhateverThePiecesOnTheWire) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const std::size_t step : {1UL, 7UL, 16384UL}) {
      TlsEngine engine(context_);
      MemoryClient client(certificates_.ca_file);
      SSL_CTX_set_min_proto_version(client.context(), version);
      SSL_CTX_set_max_proto_version(client.context(), version);
      ASSERT_TRUE(client.connect(engine, step)) << version << " " << step;
      EXPECT_EQ(engine.server_name(), "akten.example");
    }
  }
}

TEST_F(TlsEngineTest, CarriesManyRecordsBothWays) {
  TlsEngine engine(context_);
  MemoryClient client(certificates_.ca_file);
  ASSERT_TRUE(client.connect(engine, 16384));
  const std::string plain(200000, 'x');
  ASSERT_TRUE(engine.write(plain));
  EXPECT_GT(engine.output().size(), plain.size());
  client.exchange(engine, 16384);
  std::string read(plain.size(), '\0');
  std::size_t total = 0;
  for (std::size_t bytes = 0;
       SSL_read_ex(client.ssl(), read.data() + total, read.size() - total, &bytes) == 1;) {
    total += bytes;
  }
  EXPECT_EQ(total, plain.size());
  EXPECT_EQ(read, plain);

  EXPECT_EQ(engine.read(read).state, TlsEngine::State::wants_input);
  EXPECT_EQ(SSL_write(client.ssl(), "hello", 5), 5);
  client.exchange(engine, 3);
  const TlsEngine::Read got = engine.read(read);
  EXPECT_EQ(got.state, TlsEngine::State::done);
  EXPECT_EQ(read.substr(0, got.bytes), "hello");
}

TEST_F(TlsEngineTest, TellsAClosedFromABrokenConnection) {
  TlsEngine engine(context_);
  MemoryClient client(certificates_.ca_file);
  ASSERT_TRUE(client.connect(engine, 16384));
  SSL_shutdown(client.ssl());
  client.exchange(engine, 16384);
  std::string out(10, '\0');
  EXPECT_EQ(engine.read(out).state, TlsEngine::State::closed);

  TlsEngine broken(context_);
  const std::string junk = "GET / HTTP/1.1\r\n\r\n";
  std::ranges::copy(junk, broken.input_space().data());
  broken.input_received(junk.size());
  EXPECT_EQ(broken.handshake(), TlsEngine::State::failed);
  EXPECT_FALSE(broken.failure().empty());
}

TEST_F(TlsEngineTest, RefusesOldVersionsWeakSuitesAndForeignProtocols) {
  {
    TlsEngine engine(context_);
    MemoryClient client(certificates_.ca_file);
    SSL_CTX_set_cipher_list(client.context(), "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(client.context(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client.context(), TLS1_1_VERSION);
    EXPECT_FALSE(client.connect(engine, 16384));
  }
  for (const char* suites :
       {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256"}) {
    TlsEngine engine(context_);
    MemoryClient client(certificates_.ca_file);
    SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(client.context(), suites);
    EXPECT_FALSE(client.connect(engine, 16384)) << suites;
  }
  TlsEngine engine(context_);
  MemoryClient client(certificates_.ca_file);
  static constexpr unsigned char http_2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(client.context(), http_2, sizeof http_2);
  EXPECT_FALSE(client.connect(engine, 16384));
}

}  // namespace
}  // namespace dms::web
