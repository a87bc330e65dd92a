// The ring of content keys: durable before use, told when damaged, destroyed for good. A kill is
// played by doing a step's work by hand and no more.

#include "dms/content_key_ring.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "dms/base/aead.h"
#include "dms/base/bytes.h"
#include "dms/key_file.h"
#include "dms/replaced_file.h"
#include "identity_fixture.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;
using storage::ContentKeyState;
using storage::KeyDomain;

KeyDomain domain(std::uint8_t number) {
  KeyDomain made;
  made.value.bytes.back() = number;
  return made;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class ContentKeyRingTest : public ::testing::Test {
 protected:
  ContentKeyRingTest() { value_of(create_key_file(server_key_file_, server_key('k').key())); }

  static ServerKey server_key(char filled) { return ServerKey(Secret(std::string(32, filled))); }
  Result<std::shared_ptr<ContentKeyRing>> try_open(
      ContentEncryption encryption = ContentEncryption::dossier) {
    return ContentKeyRing::open({file_, encryption, server_key_file_}, clock_);
  }
  void open(ContentEncryption encryption = ContentEncryption::dossier) {
    ring_.reset();
    ring_ = value_of(try_open(encryption));
  }
  storage::ContentSealingKey seal(KeyDomain of) { return *value_of(ring_->sealing_key(of)); }
  std::string opened(KeyDomain of, std::uint32_t id) {
    const auto found = value_of(ring_->opening_key(of, id));
    return std::string(found.key.expose());
  }
  ContentKeyState state(KeyDomain of, std::uint32_t id) {
    return value_of(ring_->opening_key(of, id)).state;
  }
  // Why it does not open.
  Error refusal() {
    ring_.reset();
    const auto ring = try_open();
    EXPECT_FALSE(ring);
    return ring ? Error{} : ring.error();
  }

  TempDir temp_;
  FakeClock clock_;
  std::string file_ = (temp_ / "content.keys").string();
  std::string server_key_file_ = (temp_ / "server.key").string();
  std::shared_ptr<ContentKeyRing> ring_;
};

TEST_F(ContentKeyRingTest, GivesEachDomainItsOwnKeyAndTheSameAfterARestart) {
  open();
  const auto tenant = seal({});
  const auto dossier = seal(domain(1));
  EXPECT_NE(tenant.id, 0U);
  EXPECT_EQ(tenant.key.expose().size(), 32U);
  EXPECT_NE(tenant.key.expose(), dossier.key.expose());
  EXPECT_EQ(seal(domain(1)).id, dossier.id);
  open();
  EXPECT_EQ(seal({}).key.expose(), tenant.key.expose());
  EXPECT_EQ(opened(domain(1), dossier.id), dossier.key.expose());
  EXPECT_EQ(state(domain(1), tenant.id), ContentKeyState::missing) << "a key is its domain's";
  EXPECT_EQ(state(domain(2), dossier.id), ContentKeyState::missing);
}

TEST_F(ContentKeyRingTest, IsThereBeforeTheKeyIsUsed) {
  open();
  const auto key = seal(domain(1));
  // What a kill at this moment leaves.
  const std::string copy = (temp_ / "copy.keys").string();
  fs::copy_file(file_, copy);
  const auto read = value_of(read_content_key_file(copy));
  ASSERT_TRUE(read && read->entries.size() == 1);
  EXPECT_EQ(read->entries[0].id, key.id);
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(ContentKeyRingTest, HoldsNoKeyInTheClear) {
  open();
  const auto key = seal({});
  const std::string bytes = read_file(file_);
  EXPECT_EQ(bytes.find(key.key.expose()), std::string::npos);
  EXPECT_EQ(bytes.find(std::string(32, 'k')), std::string::npos);
}

TEST_F(ContentKeyRingTest, HasTheLayoutThatIsOnDisk) {
  open();
  clock_.set(from_unix_microseconds(0x0102030405060708));
  const auto key = seal(domain(0xAB));
  const std::string bytes = read_file(file_);
  ASSERT_EQ(bytes.size(), 56U + 121U);
  std::string head = "AWCK";
  head += std::string("\0\0\0\1", 4);
  head += server_key('k').fingerprint();
  EXPECT_EQ(bytes.substr(0, 24), head);
  EXPECT_EQ(bytes.substr(24, 32), sha256(head).raw());
  const std::string entry = bytes.substr(56, 89);
  EXPECT_EQ(to_hex(entry.substr(0, 17)), "01000000000000000000000000000000ab");
  EXPECT_EQ(read_big_endian_32(entry.substr(17)), key.id);
  EXPECT_EQ(to_hex(entry.substr(21, 8)), "0102030405060708");
  EXPECT_EQ(bytes.substr(145), sha256(bytes.substr(24, 32) + entry).raw());
  const Secret wrapping =
      hkdf_sha256(Secret(std::string(32, 'k')), "", "aktenwerk content key wrapping 1", 32);
  const auto unwrapped =
      open_message(wrapping, entry.substr(29), "aktenwerk content key 1" + entry.substr(1, 28));
  ASSERT_TRUE(unwrapped);
  EXPECT_EQ(unwrapped->expose(), key.key.expose());
}

TEST_F(ContentKeyRingTest, SealsNothingOfTheTenantsWhereEncryptionIsOff) {
  open(ContentEncryption::off);
  EXPECT_FALSE(value_of(ring_->sealing_key({})));
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_TRUE(value_of(ring_->sealing_key(domain(1)))) << "asked for on behalf of sealed content";
}

TEST_F(ContentKeyRingTest, OpensWithoutAServerKeyOnlyWhereNoneIsNeeded) {
  open();
  const auto key = seal({});
  ring_.reset();
  fs::rename(server_key_file_, server_key_file_ + ".away");
  for (const auto mode : {ContentEncryption::off, ContentEncryption::dossier}) {
    const auto without = try_open(mode);
    ASSERT_FALSE(without) << "its keys are wrapped";
    EXPECT_EQ(without.error().code, ErrorCode::unavailable);
    EXPECT_NE(without.error().hint.find(server_key_file_ + " is missing"), std::string::npos);
  }
  const std::string bytes = read_file(file_);
  fs::remove(file_);
  EXPECT_EQ(code_of(try_open(ContentEncryption::tenant)), ErrorCode::unavailable);
  EXPECT_FALSE(fs::exists(server_key_file_)) << "never made in passing";
  open(ContentEncryption::off);
  ring_.reset();
  write_file(file_, bytes);
  value_of(create_key_file(server_key_file_, server_key('x').key()));
  const Error wrong = refusal();
  EXPECT_EQ(wrong.code, ErrorCode::unavailable);
  EXPECT_NE(wrong.hint.find(fingerprint_text(server_key('k').fingerprint())), std::string::npos);
  EXPECT_NE(wrong.hint.find(fingerprint_text(server_key('x').fingerprint())), std::string::npos);
  fs::rename(server_key_file_ + ".away", server_key_file_);
  open();
  EXPECT_EQ(seal({}).id, key.id);
}

TEST_F(ContentKeyRingTest, TellsEveryChangedByte) {
  open();
  seal({});
  seal(domain(1));
  value_of(ring_->rotate());
  seal(domain(1));
  seal(domain(2));
  value_of(ring_->destroy(domain(2)));
  const std::string bytes = read_file(file_);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write_file(file_, changed);
    const Error error = refusal();
    ASSERT_NE(error.hint.find("content.keys"), std::string::npos) << at << " " << error.hint;
  }
  for (std::size_t entry = 56; entry + 242 <= bytes.size(); entry += 121) {
    std::string without = bytes;
    without.erase(entry, 121);
    write_file(file_, without);
    EXPECT_EQ(refusal().code, ErrorCode::corrupt) << "left out";
  }
  write_file(file_, bytes);
  open();
}

TEST_F(ContentKeyRingTest, TakesNoOffenceAtALastEntryThatWasNeverFinished) {
  open();
  const auto key = seal({});
  const std::string whole = read_file(file_);
  seal(domain(1));
  const std::string longer = read_file(file_);
  ASSERT_EQ(longer.size(), whole.size() + 121);
  for (std::size_t size = whole.size(); size < longer.size(); ++size) {
    ring_.reset();
    write_file(file_, longer.substr(0, size));
    open();
    EXPECT_EQ(seal({}).id, key.id) << size;
  }
  std::string zeros = longer.substr(0, whole.size() + 50);
  zeros.resize(longer.size(), '\0');
  ring_.reset();
  write_file(file_, zeros);
  open();
  const auto made_anew = seal(domain(1));
  open();
  EXPECT_EQ(seal(domain(1)).id, made_anew.id);
  EXPECT_EQ(read_file(file_).size(), longer.size());
}

TEST_F(ContentKeyRingTest, DestroysADomainsKeysForGood) {
  open();
  const auto kept = seal(domain(1));
  const auto first = seal(domain(2));
  value_of(ring_->rotate());
  const auto second = seal(domain(2));
  ASSERT_NE(first.id, second.id);
  const std::string before = read_file(file_);
  value_of(ring_->destroy(domain(2)));
  value_of(ring_->destroy(domain(2)));
  value_of(ring_->destroy(domain(9)));
  for (int restart = 0; restart < 2; ++restart) {
    EXPECT_EQ(state(domain(2), first.id), ContentKeyState::destroyed);
    EXPECT_EQ(state(domain(2), second.id), ContentKeyState::destroyed);
    EXPECT_EQ(code_of(ring_->sealing_key(domain(2))), ErrorCode::conflict);
    EXPECT_EQ(opened(domain(1), kept.id), kept.key.expose());
    open();
  }
  const std::string after = read_file(file_);
  EXPECT_EQ(after.size(), before.size());
  EXPECT_EQ(after.find(before.substr(56 + 121 + 29, 60)), std::string::npos) << "the first's";
  EXPECT_EQ(after.find(before.substr(56 + 3 * 121 + 29, 60)), std::string::npos) << "the second's";
  EXPECT_EQ(value_of(ring_->copy()), after);
  EXPECT_EQ(code_of(ring_->destroy(KeyDomain{})), ErrorCode::invalid);
}

TEST_F(ContentKeyRingTest, OverwritesTheFormerFile) {
  open();
  seal(domain(1));
  std::ifstream former(file_, std::ios::binary);
  ASSERT_TRUE(former);
  value_of(ring_->destroy(domain(1)));
  const std::string bytes{std::istreambuf_iterator<char>(former), {}};
  EXPECT_EQ(bytes, std::string(56 + 121, '\0'));
  EXPECT_FALSE(fs::exists(file_ + ".old"));
}

// A kill between each two steps of replace_and_overwrite().
TEST_F(ContentKeyRingTest, IsWholeAndLeavesNothingWhereverDestroyingIsKilled) {
  open();
  const auto key = seal(domain(1));
  const std::string before = read_file(file_);
  value_of(ring_->destroy(domain(1)));
  const std::string after = read_file(file_);
  struct Kill {
    const char* when;
    bool has_new, has_old, is_renamed;
  };
  for (const Kill& kill : {Kill{"writing", true, false, false}, Kill{"linked", true, true, false},
                           Kill{"renamed", false, true, true}}) {
    ring_.reset();
    fs::remove(file_);
    write_file(file_, before);
    std::ifstream former(file_, std::ios::binary);
    if (kill.has_new) write_file(file_ + ".new", after.substr(0, kill.has_old ? after.size() : 70));
    if (kill.has_old) fs::create_hard_link(file_, file_ + ".old");
    if (kill.is_renamed) {
      write_file(file_ + ".draft", after);
      fs::rename(file_ + ".draft", file_);
    }
    open();
    EXPECT_FALSE(fs::exists(file_ + ".old")) << kill.when;
    EXPECT_FALSE(fs::exists(file_ + ".new")) << kill.when;
    const bool is_destroyed = state(domain(1), key.id) == ContentKeyState::destroyed;
    EXPECT_EQ(is_destroyed, kill.is_renamed) << kill.when;
    EXPECT_EQ(read_file(file_), kill.is_renamed ? after : before) << kill.when;
    const std::string left{std::istreambuf_iterator<char>(former), {}};
    EXPECT_EQ(left == before, !kill.is_renamed) << kill.when;
    value_of(ring_->destroy(domain(1)));
    EXPECT_EQ(state(domain(1), key.id), ContentKeyState::destroyed) << kill.when;
  }
}

TEST_F(ContentKeyRingTest, WritesTheFileAnewAfterAFailedWrite) {
  open();
  const auto key = seal({});
  fs::rename(file_, file_ + ".away");
  fs::create_directory(file_);
  EXPECT_FALSE(ring_->sealing_key(domain(1)));
  fs::remove(file_);
  fs::rename(file_ + ".away", file_);
  const auto made = seal(domain(1));
  open();
  EXPECT_EQ(seal({}).id, key.id);
  EXPECT_EQ(seal(domain(1)).id, made.id);
}

TEST_F(ContentKeyRingTest, GivesNoNumberAgainWhenAnOlderCopyIsPutBack) {
  open();
  seal({});
  const std::string older = read_file(file_);
  const auto lost = seal(domain(1));
  ring_.reset();
  write_file(file_, older);
  open();
  EXPECT_EQ(state(domain(1), lost.id), ContentKeyState::missing);
  EXPECT_NE(seal(domain(1)).id, lost.id);
}

TEST_F(ContentKeyRingTest, RotatesForWhatIsFiledFromNowOn) {
  open();
  const auto tenant = seal({});
  const auto dossier = seal(domain(1));
  value_of(ring_->rotate());
  EXPECT_NE(seal({}).id, tenant.id);
  open();
  const auto newer = seal(domain(1));
  EXPECT_NE(newer.id, dossier.id);
  EXPECT_EQ(seal(domain(1)).id, newer.id);
  EXPECT_EQ(opened(domain(1), dossier.id), dossier.key.expose()) << "older content keeps its key";
}

TEST_F(ContentKeyRingTest, IsWrappedByAnotherServerKeyWithoutAChangeOfKeys) {
  open();
  const auto key = seal(domain(1));
  seal(domain(2));
  value_of(ring_->destroy(domain(2)));
  const std::string before = read_file(file_);
  value_of(ring_->rewrap(server_key('n')));
  value_of(ring_->rewrap(server_key('n')));
  EXPECT_EQ(opened(domain(1), key.id), key.key.expose());
  EXPECT_EQ(read_file(file_).find(before.substr(56 + 29, 60)), std::string::npos);
  // Killed before the server's key followed: both are tried.
  value_of(create_key_file(next_server_key_file(server_key_file_), server_key('n').key()));
  open();
  EXPECT_EQ(opened(domain(1), key.id), key.key.expose());
  const auto later = seal(domain(3));
  fs::rename(next_server_key_file(server_key_file_), server_key_file_);
  open();
  EXPECT_EQ(seal(domain(3)).id, later.id);
  EXPECT_EQ(code_of(ring_->sealing_key(domain(2))), ErrorCode::conflict);
}

TEST_F(ContentKeyRingTest, IsOpenInOneProcessAlone) {
  open();
  EXPECT_EQ(code_of(try_open()), ErrorCode::conflict);
}

TEST_F(ContentKeyRingTest, BearsAHundredThousandDossiers) {
  std::vector<KeyEntry> entries;
  const ServerKey by = server_key('k');
  for (std::uint32_t number = 1; number <= 100'000; ++number) {
    KeyEntry entry;
    entry.domain = {make_uuid_v7(clock_.now())};
    entry.id = number;
    entry.wrapped = std::string(KeyEntry::wrapped_bytes, 'w');
    if (number == 77'777) {
      entry.wrapped = seal_message(by.wrapping(), std::string(32, 'c'), wrapping_context(entry));
    }
    entries.push_back(std::move(entry));
  }
  write_file(file_, encode_key_file(by.fingerprint(), entries));
  EXPECT_EQ(fs::file_size(file_), 56U + 100'000U * 121U);
  open();
  EXPECT_EQ(opened(entries[77'776].domain, 77'777), std::string(32, 'c'));
  const auto before = fs::file_size(file_);
  seal(domain(1));
  EXPECT_EQ(fs::file_size(file_), before + 121) << "a new key is appended";
  value_of(ring_->destroy(entries[5].domain));
  EXPECT_EQ(state(entries[5].domain, 6), ContentKeyState::destroyed);
}

}  // namespace
}  // namespace dms::test
