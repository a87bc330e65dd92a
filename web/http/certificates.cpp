#include "web/http/certificates.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "dms/base/random.h"
#include "web/http/ascii.h"
#include "web/http/certificate_files.h"
#include "web/http/openssl_error.h"

namespace dms::web {

namespace {

tl::unexpected<Error> failed(std::string hint) {
  return fail(operator_error(ErrorCode::unavailable, std::move(hint)));
}

bool ends_before(const X509* certificate, Instant instant) {
  const std::time_t time =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::time_point(instant));
  return ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), time) < 0;
}

// Numeric addresses as their bytes, to be compared with what a certificate holds.
std::optional<std::string> address_bytes(const std::string& host) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
  ERR_clear_error();
  if (address == nullptr) return std::nullopt;
  std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(address)),
                    static_cast<std::size_t>(ASN1_STRING_length(address)));
  ASN1_OCTET_STRING_free(address);
  return bytes;
}

std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  const Owned<GENERAL_NAMES> list(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(list.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list.get(), i);
    const ASN1_STRING* value = name->type == GEN_DNS     ? name->d.dNSName
                               : name->type == GEN_IPADD ? name->d.iPAddress
                                                         : nullptr;
    if (value == nullptr) continue;
    names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                       static_cast<std::size_t>(ASN1_STRING_length(value)));
  }
  std::ranges::sort(names);
  return names;
}

bool is_still_good(const Identity& server, const Identity& authority,
                   const std::vector<std::string>& hosts, Instant now) {
  std::vector<std::string> wanted;
  wanted.reserve(hosts.size());
  for (const std::string& host : hosts) wanted.push_back(address_bytes(host).value_or(host));
  std::ranges::sort(wanted);
  const bool is_ours =
      server.issuer && X509_cmp(server.issuer.get(), authority.certificate.get()) == 0;
  return is_ours && names_of(server.certificate.get()) == wanted &&
         !ends_before(server.certificate.get(), now + renewal_margin);
}

// Making.

struct Template {
  std::string common_name;
  std::chrono::days lifetime;
  std::vector<std::pair<int, std::string>> extensions;  // NID, value as in openssl.cnf
};

Result<void> set_serial(X509* certificate) {
  std::string bytes = random_bytes(16);
  bytes[0] = static_cast<char>((static_cast<unsigned char>(bytes[0]) & 0x7FU) | 0x40U);
  BIGNUM* number = BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()), nullptr);
  const bool is_set = number != nullptr &&
                      BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  if (!is_set) return failed("serial number: " + take_openssl_error());
  return {};
}

void set_validity(X509* certificate, Instant now, std::chrono::days lifetime) {
  using Seconds = std::chrono::seconds;
  const auto now_s = std::chrono::floor<Seconds>(now);
  // An hour of grace for clients whose clock is behind.
  const std::time_t begin = (now_s - std::chrono::hours{1}).time_since_epoch().count();
  const std::time_t end = (now_s + lifetime).time_since_epoch().count();
  ASN1_TIME_set(X509_getm_notBefore(certificate), begin);
  ASN1_TIME_set(X509_getm_notAfter(certificate), end);
}

// Signed by `authority`, or by itself without one.
Result<Identity> make_identity(const Template& wanted, const Identity* authority, Instant now) {
  Identity made{Owned<X509>(X509_new()), nullptr, Owned<EVP_PKEY>(EVP_EC_gen("P-256"))};
  if (!made.certificate || !made.key) return failed("key: " + take_openssl_error());
  X509* certificate = made.certificate.get();
  const Identity& issuer = authority == nullptr ? made : *authority;
  if (authority != nullptr) {
    X509_up_ref(authority->certificate.get());
    made.issuer.reset(authority->certificate.get());
  }
  X509_set_version(certificate, X509_VERSION_3);
  DMS_TRY(set_serial(certificate));
  set_validity(certificate, now, wanted.lifetime);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wanted.common_name.c_str()), -1,
                             -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate.get()));

  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer.certificate.get(), certificate, nullptr, nullptr, 0);
  for (const auto& [nid, value] : wanted.extensions) {
    const Owned<X509_EXTENSION> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
      return failed("extension " + value + ": " + take_openssl_error());
    }
  }
  if (X509_sign(certificate, issuer.key.get(), EVP_sha256()) == 0) {
    return failed("signing: " + take_openssl_error());
  }
  return made;
}

Result<Identity> make_authority(Instant now) {
  std::string id = random_bytes(4);
  std::string name = "Aktenwerk CA ";
  for (const char c : id) {
    static constexpr std::string_view digits = "0123456789abcdef";
    name.push_back(digits[static_cast<unsigned char>(c) >> 4U]);
    name.push_back(digits[static_cast<unsigned char>(c) & 15U]);
  }
  return make_identity({name,
                        ca_lifetime,
                        {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                         {NID_key_usage, "critical,keyCertSign,cRLSign"},
                         {NID_subject_key_identifier, "hash"}}},
                       nullptr, now);
}

Result<Identity> make_server(const std::vector<std::string>& hosts, const Identity& authority,
                             Instant now) {
  std::string names;
  for (const std::string& host : hosts) {
    names += names.empty() ? "" : ",";
    names += (address_bytes(host) ? "IP:" : "DNS:") + host;
  }
  return make_identity({hosts.front().substr(0, 64),
                        certificate_lifetime,
                        {{NID_basic_constraints, "critical,CA:FALSE"},
                         {NID_key_usage, "critical,digitalSignature"},
                         {NID_ext_key_usage, "serverAuth"},
                         {NID_subject_alt_name, names},
                         {NID_subject_key_identifier, "hash"},
                         {NID_authority_key_identifier, "keyid"}}},
                       &authority, now);
}

Result<void> check_host(const std::string& host) {
  const auto fits = [](char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == ':';
  };
  const bool is_name = !host.empty() && host.size() <= 253 && std::ranges::all_of(host, fits);
  if (is_name && (host.find(':') == std::string::npos || address_bytes(host))) return {};
  return fail(ErrorCode::invalid, "Das ist kein Servername: " + host, "Not a host name: " + host);
}

}  // namespace

Result<Certificates> ensure_certificates(const std::filesystem::path& folder,
                                         const std::vector<std::string>& hosts, Instant now) {
  if (hosts.empty()) {
    return fail(ErrorCode::invalid, "Es fehlt ein Servername.", "A host name is missing.");
  }
  for (const std::string& host : hosts) DMS_TRY(check_host(host));
  const IdentityFiles ca_files{folder / "ca.pem", folder / "ca-key.pem"};
  const IdentityFiles server_files{folder / "server.pem", folder / "server-key.pem"};
  Certificates result{ca_files.certificate,
                      {server_files.certificate.string(), server_files.key.string()}};

  auto authority = DMS_TRY(read_identity(ca_files));
  if (!authority || ends_before(authority->certificate.get(), now + certificate_lifetime)) {
    authority = DMS_TRY(make_authority(now));
    DMS_TRY(write_identity(*authority, ca_files));
  }
  const auto server = DMS_TRY(read_identity(server_files));
  if (server && is_still_good(*server, *authority, hosts, now)) return result;
  DMS_TRY(write_identity(DMS_TRY(make_server(hosts, *authority, now)), server_files));
  result.is_renewed = true;
  return result;
}

}  // namespace dms::web
