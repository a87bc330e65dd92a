#include "web/http/certificate_files.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "web/http/openssl_error.h"

namespace dms::web {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> failed(std::string hint) {
  return fail(operator_error(ErrorCode::unavailable, std::move(hint)));
}

tl::unexpected<Error> failed_file(const fs::path& file) {
  return failed(file.string() + ": " + std::strerror(errno));
}

fs::path draft_of(const fs::path& file) {
  return file.string() + ".new";
}

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

// Reading.

template <class T, class Read>
Owned<T> read_pem(BIO* bio, Read read) {
  Owned<T> result(bio != nullptr ? read(bio, nullptr, nullptr, nullptr) : nullptr);
  ERR_clear_error();
  return result;
}

Identity read_files(const IdentityFiles& files) {
  Identity identity;
  const Owned<BIO> certificates(BIO_new_file(files.certificate.c_str(), "r"));
  // As TlsContext reads it: bytes behind the certificate are damage.
  identity.certificate = read_pem<X509>(certificates.get(), PEM_read_bio_X509_AUX);
  identity.issuer = read_pem<X509>(certificates.get(), PEM_read_bio_X509);
  const Owned<BIO> key(BIO_new_file(files.key.c_str(), "r"));
  identity.key = read_pem<EVP_PKEY>(key.get(), PEM_read_bio_PrivateKey);
  ERR_clear_error();
  return identity;
}

// A certificate that names itself as its issuer stands alone; every other comes with its issuer's.
bool is_whole_chain(const Identity& identity) {
  X509* certificate = identity.certificate.get();
  if (certificate == nullptr) return false;
  if (!identity.issuer) return is_signed_by(certificate, certificate);
  return is_signed_by(certificate, identity.issuer.get()) &&
         is_signed_by(identity.issuer.get(), identity.issuer.get());
}

// What is wrong; nullopt where nothing is.
std::optional<std::string> find_damage(const Identity& identity, const IdentityFiles& files) {
  if (!is_whole_chain(identity)) return files.certificate.string() + ": is damaged";
  if (!identity.key || !is_whole_key(identity.key.get()))
    return files.key.string() + ": is damaged";
  const bool fits = X509_check_private_key(identity.certificate.get(), identity.key.get()) == 1;
  ERR_clear_error();
  if (fits) return std::nullopt;
  return files.key.string() + ": is not the key of " + files.certificate.string();
}

// Writing.

Result<std::string> certificate_pem(X509* certificate) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) {
    return failed("PEM: " + take_openssl_error());
  }
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

Result<std::string> key_pem(EVP_PKEY* key) {
  const Owned<BIO> bio(BIO_new(BIO_s_secmem()));
  char* text = nullptr;
  if (!bio ||
      PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failed("PEM: " + take_openssl_error());
  }
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

Result<void> write_draft(const fs::path& file, std::string_view text, mode_t mode) {
  const fs::path draft = draft_of(file);
  std::error_code ignored;
  fs::remove(draft, ignored);
  const int descriptor =
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (descriptor < 0) return failed_file(draft);
  const bool is_written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  if (!is_written) return failed_file(draft);
  return {};
}

Result<void> put_in_place(const fs::path& file) {
  const fs::path draft = draft_of(file);
  if (::rename(draft.c_str(), file.c_str()) != 0) return failed_file(draft);
  const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failed_file(file.parent_path());
  ::fsync(folder);
  ::close(folder);
  return {};
}

}  // namespace

bool is_whole_key(EVP_PKEY* key) {
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key, nullptr));
  const bool is_whole = context && EVP_PKEY_pairwise_check(context.get()) == 1;
  ERR_clear_error();
  return is_whole;
}

bool is_signed_by(X509* certificate, X509* issuer) {
  const bool is_signed = X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;
  ERR_clear_error();
  return is_signed;
}

Result<std::optional<Identity>> read_identity(const IdentityFiles& files) {
  if (!is_there(files.certificate) || !is_there(files.key)) return std::optional<Identity>();
  const fs::path draft = draft_of(files.certificate);
  Identity identity = read_files(files);
  const auto damage = find_damage(identity, files);
  if (!damage) {
    std::error_code ignored;
    fs::remove(draft, ignored);  // of an interruption before anything was renamed
    return std::optional<Identity>(std::move(identity));
  }
  if (is_there(draft)) return std::optional<Identity>();
  return fail(
      operator_error(ErrorCode::corrupt, *damage + "; put both back from a copy, or remove " +
                                             files.certificate.string() + " and " +
                                             files.key.string() + " to have new ones made"));
}

Result<void> write_identity(const Identity& identity, const IdentityFiles& files) {
  std::string chain = DMS_TRY(certificate_pem(identity.certificate.get()));
  if (identity.issuer) chain += DMS_TRY(certificate_pem(identity.issuer.get()));
  std::string key = DMS_TRY(key_pem(identity.key.get()));
  auto written = write_draft(files.key, key, 0600);
  OPENSSL_cleanse(key.data(), key.size());
  DMS_TRY(std::move(written));
  DMS_TRY(write_draft(files.certificate, chain, 0644));
  DMS_TRY(put_in_place(files.key));
  return put_in_place(files.certificate);
}

}  // namespace dms::web
