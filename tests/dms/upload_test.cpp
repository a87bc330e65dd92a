// Uploads on a real store. A kill is a copy of the store's folder taken while it is open: what a
// process leaves that ends at that moment.

#include "dms/upload.h"

#include <atomic>
#include <filesystem>
#include <thread>

#include "dms/upload_record.h"
#include "filing_fixture.h"

namespace dms {
namespace {

using std::chrono::hours;
using test::code_of;
using test::FilingTest;
using test::value_of;

constexpr std::size_t mebibyte = 1U << 20U;

// Bytes of which no two stretches are equal.
std::string make_bytes(std::size_t size) {
  std::string bytes;
  bytes.reserve(size + 8);
  for (std::uint64_t number = 1; bytes.size() < size; ++number) {
    const std::uint64_t mixed = number * 0x9E3779B97F4A7C15ULL;
    bytes.append(reinterpret_cast<const char*>(&mixed), sizeof mixed);
  }
  bytes.resize(size);
  return bytes;
}

class UploadTest : public FilingTest {
 protected:
  UploadTest() : dossier_(open_dossier()) { begin(); }

  void begin(UploadLimits limits = {}) {
    uploads_ = std::make_unique<Uploads>(*store_, clock_, limits);
  }
  void reopen() {
    uploads_.reset();
    open();
    make_services();
    begin();
  }
  UploadId create(std::uint64_t length, const std::string& name = "brief.txt") {
    return value_of(uploads_->create(clerk_, {length, name, "filename YnJpZWYudHh0"})).id;
  }
  // One request: all of it arrives.
  std::uint64_t send(UploadId id, std::uint64_t offset, std::string_view bytes) {
    const auto writer = value_of(uploads_->resume(clerk_, id, offset));
    value_of(writer->append(bytes));
    return value_of(writer->finish()).offset;
  }
  std::uint64_t offset(UploadId id) { return value_of(uploads_->get(clerk_, id)).offset; }
  UploadRecord record(UploadId id) {
    return value_of(store_->read<UploadRecord>(
        [&](const storage::View& view) { return view.get(upload_table, id.key()); }));
  }
  Result<Document> file_upload(UploadId id, const Actor& actor) {
    DMS_TRY(uploads_->assemble(actor, id));
    return documents_->file_document(actor, new_document(dossier_.id, "Plan"), id);
  }
  std::string content_of(const Document& document) {
    const auto opened = value_of(documents_->open_content(clerk_, document.id, std::nullopt));
    std::string bytes;
    while (bytes.size() < opened.version.content.size) {
      bytes += value_of(opened.reader->read(bytes.size(), mebibyte));
    }
    return bytes;
  }
  // What a snapshot or a running flush still holds is freed by a later sweep.
  std::uint64_t freed_by_sweeps() {
    std::uint64_t freed = 0;
    for (int i = 0; i < 5 && freed < mebibyte; ++i) freed += value_of(store_->sweep_content());
    return freed;
  }
  void expect_sound() {
    const auto report = value_of(store_->verify());
    EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  }

  Dossier dossier_;
  std::unique_ptr<Uploads> uploads_;
};

TEST_F(UploadTest, PiecesBecomeADocumentInOneCommit) {
  const std::uint64_t events_before = store_->journal_head().sequence;
  const UploadId id = create(11);
  EXPECT_EQ(offset(id), 0U);
  EXPECT_EQ(send(id, 0, "Guten "), 6U);
  EXPECT_EQ(send(id, 6, "Abend"), 11U);
  EXPECT_EQ(store_->journal_head().sequence, events_before) << "nothing is filed yet";
  const Document filed = value_of(file_upload(id, clerk_));
  EXPECT_EQ(store_->journal_head().sequence, events_before + 1);
  EXPECT_EQ(content_of(filed), "Guten Abend");
  EXPECT_EQ(filed.current.content.sha256, sha256("Guten Abend"));
  EXPECT_LOOKS_ABSENT(uploads_->get(clerk_, id));
  EXPECT_LOOKS_ABSENT(uploads_->resume(clerk_, id, 11));
  EXPECT_LOOKS_ABSENT(uploads_->terminate(clerk_, id));
  expect_sound();
}

TEST_F(UploadTest, BecomesAVersionToo) {
  const Document first = file(dossier_.id);
  const UploadId id = create(4);
  send(id, 0, "neu!");
  value_of(uploads_->assemble(clerk_, id));
  const Document second = value_of(
      documents_->add_version(clerk_, first.id, {"neu.txt", ""}, id, first.change.revision));
  EXPECT_EQ(second.current.number, 2U);
  EXPECT_EQ(content_of(second), "neu!");
}

TEST_F(UploadTest, IsFiledOnce) {
  const UploadId id = create(5);
  send(id, 0, "Brief");
  value_of(file_upload(id, clerk_));
  const auto again = file_upload(id, clerk_);
  EXPECT_EQ(code_of(again), ErrorCode::conflict);
  EXPECT_EQ(again.error().message.en, "This upload has been filed already.");
  const auto direct = documents_->file_document(clerk_, new_document(dossier_.id, "Plan"), id);
  EXPECT_EQ(code_of(direct), ErrorCode::conflict);
  EXPECT_EQ(value_of(documents_->list(clerk_, dossier_.id, {})).items.size(), 1U);
}

TEST_F(UploadTest, IsFiledOnceByManyAtTheSameTime) {
  const UploadId id = create(3 * mebibyte);
  const std::string bytes = make_bytes(3 * mebibyte);
  send(id, 0, std::string_view(bytes).substr(0, 2 * mebibyte));
  send(id, 2 * mebibyte, std::string_view(bytes).substr(2 * mebibyte));
  std::atomic<int> filed{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> clerks;
  for (int i = 0; i < 4; ++i) {
    clerks.emplace_back([&] {
      const auto document = file_upload(id, clerk_);
      if (document) ++filed;
      if (!document && document.error().code == ErrorCode::conflict) ++refused;
    });
  }
  for (std::thread& clerk : clerks) clerk.join();
  EXPECT_EQ(filed, 1);
  EXPECT_EQ(refused, 3);
  const auto documents = value_of(documents_->list(clerk_, dossier_.id, {})).items;
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(content_of(documents.front()), bytes);
  expect_sound();
}

TEST_F(UploadTest, WhatWasAcknowledgedSurvivesAKill) {
  const std::string bytes = make_bytes(5 * mebibyte);
  const std::string_view all(bytes);
  const UploadId id = create(bytes.size());
  send(id, 0, all.substr(0, 3 * mebibyte));
  send(id, 3 * mebibyte, all.substr(3 * mebibyte, 100));
  const auto unfinished = value_of(uploads_->resume(clerk_, id, 3 * mebibyte + 100));
  value_of(unfinished->append(all.substr(3 * mebibyte + 100, mebibyte)));
  std::filesystem::copy(temp_ / "store", temp_ / "killed",
                        std::filesystem::copy_options::recursive);

  storage::StoreOptions options;
  options.folder = (temp_ / "killed").string();
  const auto killed = value_of(storage::Store::open(environment_, options));
  Uploads uploads(*killed, clock_);
  Documents documents(*killed, *permissions_, clock_);
  const std::uint64_t at = value_of(uploads.get(clerk_, id)).offset;
  EXPECT_EQ(at, 3 * mebibyte + 100) << "no more than was acknowledged, no less";
  const auto writer = value_of(uploads.resume(clerk_, id, at));
  value_of(writer->append(all.substr(at)));
  value_of(writer->finish());
  value_of(uploads.assemble(clerk_, id));
  const Document filed =
      value_of(documents.file_document(clerk_, new_document(dossier_.id, "Plan"), id));
  EXPECT_EQ(filed.current.content.sha256, sha256(bytes));
  EXPECT_TRUE(value_of(killed->verify()).problems.empty());
}

TEST_F(UploadTest, ABrokenLineKeepsWhatCame) {
  const UploadId id = create(10);
  {
    const auto writer = value_of(uploads_->resume(clerk_, id, 0));
    value_of(writer->append("abc"));
    value_of(writer->append("d"));
  }
  EXPECT_EQ(offset(id), 4U);
  { value_of(uploads_->resume(clerk_, id, 4)); }
  EXPECT_EQ(record(id).pieces.size(), 1U) << "no byte, no piece";
  reopen();
  EXPECT_EQ(send(id, 4, "efghij"), 10U);
  EXPECT_EQ(content_of(value_of(file_upload(id, clerk_))), "abcdefghij");
}

TEST_F(UploadTest, LooksAbsentToEverybodyElse) {
  const UploadId id = create(3);
  send(id, 0, "abc");
  Actor program = clerk_;
  program.token = TokenId::make(clock_.now());
  for (const Actor& other : {signer_, admin_, program}) {
    EXPECT_LOOKS_ABSENT(uploads_->get(other, id));
    EXPECT_LOOKS_ABSENT(uploads_->resume(other, id, 3));
    EXPECT_LOOKS_ABSENT(uploads_->terminate(other, id));
    EXPECT_LOOKS_ABSENT(uploads_->assemble(other, id));
  }
  EXPECT_LOOKS_ABSENT(documents_->file_document(signer_, new_document(dossier_.id, "x"), id));
  EXPECT_EQ(offset(id), 3U);
}

TEST_F(UploadTest, OnlyTheNextByteMayFollow) {
  const UploadId id = create(10);
  send(id, 0, "abcd");
  EXPECT_EQ(code_of(uploads_->resume(clerk_, id, 3)), ErrorCode::conflict);
  EXPECT_EQ(code_of(uploads_->resume(clerk_, id, 5)), ErrorCode::conflict);
  const auto one = value_of(uploads_->resume(clerk_, id, 4));
  const auto two = value_of(uploads_->resume(clerk_, id, 4));
  value_of(one->append("EF"));
  value_of(two->append("xy"));
  EXPECT_EQ(value_of(one->finish()).offset, 6U);
  EXPECT_EQ(code_of(two->finish()), ErrorCode::conflict) << "another wrote meanwhile";
  EXPECT_EQ(send(id, 6, "ghij"), 10U);
  EXPECT_EQ(content_of(value_of(file_upload(id, clerk_))), "abcdEFghij");
  expect_sound();
}

TEST_F(UploadTest, TakesNoByteBeyondItsLength) {
  const UploadId id = create(5);
  const auto writer = value_of(uploads_->resume(clerk_, id, 0));
  value_of(writer->append("abc"));
  EXPECT_EQ(code_of(writer->append("def")), ErrorCode::too_large);
  EXPECT_EQ(value_of(writer->finish()).offset, 3U);
  begin({.bytes_max = 100});
  EXPECT_EQ(code_of(uploads_->create(clerk_, {101, "a.txt", ""})), ErrorCode::too_large);
  EXPECT_EQ(code_of(uploads_->create(clerk_, {1, "../a", ""})), ErrorCode::invalid);
  EXPECT_EQ(code_of(uploads_->create(clerk_, {1, "a", std::string(4097, 'a')})),
            ErrorCode::invalid);
}

TEST_F(UploadTest, IsNotFiledBeforeItIsWhole) {
  const UploadId id = create(5);
  send(id, 0, "abcd");
  EXPECT_EQ(code_of(file_upload(id, clerk_)), ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->file_document(clerk_, new_document(dossier_.id, "x"), id)),
            ErrorCode::conflict);
  EXPECT_TRUE(value_of(documents_->list(clerk_, dossier_.id, {})).items.empty());
  const UploadId empty = create(0);
  EXPECT_EQ(content_of(value_of(file_upload(empty, clerk_))), "");
}

TEST_F(UploadTest, ADeniedFilingLeavesTheUpload) {
  const UploadId id = create(3);
  send(id, 0, "abc");
  NewDocument elsewhere = new_document(DossierId::make(clock_.now()), "x");
  EXPECT_LOOKS_ABSENT(documents_->file_document(clerk_, elsewhere, id));
  EXPECT_EQ(content_of(value_of(file_upload(id, clerk_))), "abc");
}

TEST_F(UploadTest, ManySmallRequestsMakeFewPieces) {
  const UploadId id = create(200);
  const std::string bytes = make_bytes(200);
  for (std::size_t at = 0; at < bytes.size(); ++at) send(id, at, bytes.substr(at, 1));
  EXPECT_EQ(record(id).pieces.size(), 1U);
  EXPECT_EQ(content_of(value_of(file_upload(id, clerk_))), bytes);
}

TEST_F(UploadTest, ALongRequestIsAcknowledgedOnItsWay) {
  const std::string bytes = make_bytes(40 * mebibyte);
  const UploadId id = create(bytes.size());
  const auto writer = value_of(uploads_->resume(clerk_, id, 0));
  value_of(writer->append(std::string_view(bytes).substr(0, 39 * mebibyte)));
  EXPECT_EQ(offset(id), 32 * mebibyte) << "what a kill would leave";
  value_of(writer->append(std::string_view(bytes).substr(39 * mebibyte)));
  EXPECT_EQ(value_of(writer->finish()).offset, bytes.size());
  EXPECT_EQ(record(id).pieces.size(), 3U);
  EXPECT_EQ(content_of(value_of(file_upload(id, clerk_))), bytes);
  expect_sound();
}

TEST_F(UploadTest, ExpiresADayAfterItsLastByteAndGivesItsBytesBack) {
  const UploadId id = create(2 * mebibyte);
  const UploadId filed = create(3);
  send(filed, 0, "abc");
  const Document document = value_of(file_upload(filed, clerk_));
  clock_.advance(hours(23));
  send(id, 0, make_bytes(mebibyte));
  clock_.advance(hours(23));
  EXPECT_EQ(offset(id), mebibyte) << "a byte renews it";
  EXPECT_EQ(value_of(uploads_->sweep()), 1U) << "the mark of the filed one";
  clock_.advance(hours(1));
  EXPECT_LOOKS_ABSENT(uploads_->get(clerk_, id));
  EXPECT_LOOKS_ABSENT(uploads_->assemble(clerk_, id));
  EXPECT_EQ(value_of(uploads_->sweep()), 1U);
  EXPECT_EQ(value_of(uploads_->sweep()), 0U);
  EXPECT_GE(freed_by_sweeps(), mebibyte);
  EXPECT_EQ(content_of(document), "abc");
  expect_sound();
}

TEST_F(UploadTest, EndsWhenItsMakerSaysSo) {
  const UploadId id = create(2 * mebibyte);
  send(id, 0, make_bytes(mebibyte));
  const auto writer = value_of(uploads_->resume(clerk_, id, mebibyte));
  value_of(writer->append("late"));
  value_of(uploads_->terminate(clerk_, id));
  EXPECT_LOOKS_ABSENT(uploads_->get(clerk_, id));
  EXPECT_LOOKS_ABSENT(writer->finish());
  EXPECT_GE(freed_by_sweeps(), mebibyte);
  expect_sound();
}

TEST_F(UploadTest, AUserHasFewAtATime) {
  begin({.open_max = 2});
  const UploadId one = create(1);
  create(1);
  EXPECT_EQ(code_of(uploads_->create(clerk_, {1, "a", ""})), ErrorCode::rate_limited);
  EXPECT_TRUE(uploads_->create(signer_, {1, "a", ""}).has_value()) << "each their own";
  send(one, 0, "x");
  value_of(file_upload(one, clerk_));
  create(1);
}

}  // namespace
}  // namespace dms
