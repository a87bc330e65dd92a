// A store whose creation was cut off is told from one that has lost something. The images are
// copies of the folder at each moment at which RocksDB has synced its manifest while a store is
// opened for the first time: what a kill at that moment would leave.

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "storage/column_families.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

namespace fs = std::filesystem;

// Calls `synced` whenever the manifest is on disk.
class ManifestWatch final : public rocksdb::FileSystemWrapper {
 public:
  explicit ManifestWatch(std::function<void()> synced)
      : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()), synced_(std::move(synced)) {}
  const char* Name() const override { return "ManifestWatch"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status =
        rocksdb::FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (status.ok() && fs::path(name).filename().string().starts_with("MANIFEST-")) {
      *result = std::make_unique<File>(std::move(*result), synced_);
    }
    return status;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, const std::function<void()>& synced)
        : rocksdb::FSWritableFileOwnerWrapper(std::move(file)), synced_(synced) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      rocksdb::IOStatus status = FSWritableFileOwnerWrapper::Sync(options, debug);
      synced_();
      return status;
    }

   private:
    const std::function<void()>& synced_;
  };

  std::function<void()> synced_;
};

class CreationTest : public StoreTest {
 protected:
  std::vector<std::string> families_of(const fs::path& at) {
    std::vector<std::string> names;
    if (!fs::exists(at / "db" / "CURRENT")) return names;
    EXPECT_TRUE(
        rocksdb::DB::ListColumnFamilies(rocksdb::Options(), (at / "db").string(), &names).ok());
    return names;
  }
  Result<std::unique_ptr<Store>> open_at(const fs::path& at) {
    StoreOptions chosen = options();
    chosen.folder = at.string();
    return Store::open(environment_, chosen);
  }
  // Opens a store for the first time; returns an image for each moment of it.
  std::vector<fs::path> images_of_a_creation() {
    std::vector<fs::path> images;
    const auto files = std::make_shared<ManifestWatch>([&] {
      images.push_back(temp_ / ("image" + std::to_string(images.size())));
      fs::copy(folder(), images.back(), fs::copy_options::recursive);
    });
    const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
    rocksdb::Env* const before = std::exchange(environment_.state().env, env.get());
    open();
    store_.reset();
    environment_.state().env = before;
    return images;
  }
  // A copy of the store's folder without one family and without the files named.
  fs::path image_without(std::string_view family, const std::vector<std::string>& files) {
    const fs::path image = temp_ / "image";
    fs::remove_all(image);
    fs::copy(folder(), image, fs::copy_options::recursive);
    for (const std::string& file : files) EXPECT_TRUE(fs::remove(image / file)) << file;
    std::vector<rocksdb::ColumnFamilyDescriptor> all;
    for (const std::string& name : families_of(image)) all.emplace_back(name, rocksdb::Options());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    const auto opened = rocksdb::DB::Open({}, (image / "db").string(), all, &handles, &raw);
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    const std::unique_ptr<rocksdb::DB> database(raw);
    for (rocksdb::ColumnFamilyHandle* const handle : handles) {
      if (handle->GetName() == family) {
        EXPECT_TRUE(database->DropColumnFamily(handle).ok());
      }
      EXPECT_TRUE(database->DestroyColumnFamilyHandle(handle).ok());
    }
    return image;
  }
};

TEST_F(CreationTest, ACreationThatWasInterruptedBeginsAgain) {
  std::vector<std::size_t> lacking;
  for (const fs::path& image : images_of_a_creation()) {
    const std::size_t families = families_of(image).size();  // with RocksDB's own default one
    SCOPED_TRACE(image.filename().string() + ": " + std::to_string(families) + " families");
    if (families < family_count + 1) lacking.push_back(families);
    Result<std::unique_ptr<Store>> opened = open_at(image);
    ASSERT_TRUE(opened.has_value()) << opened.error().hint;
    store_ = std::move(*opened);
    value_of(put(note("a", "Alpha")));
    value_of(append(event("note.made")));
    store_.reset();
    store_ = value_of(open_at(image));
    EXPECT_TRUE(find("a"));
    expect_clean();
    store_.reset();
  }
  // Each number of families was met: none, the default one, and so on.
  for (std::size_t families = 1; families <= family_count; ++families) {
    EXPECT_NE(std::find(lacking.begin(), lacking.end(), families), lacking.end()) << families;
  }
}

TEST_F(CreationTest, AMissingFamilyIsToldHoweverMuchElseIsLost) {
  open();
  value_of(put(note("a", "Alpha")));
  value_of(append(event("note.made")));
  value_of(store_->append_read({"content.read", Uuid{}, Uuid{}, std::nullopt}));
  store_.reset();
  const std::vector<std::vector<std::string>> losses{
      {}, {"clean"}, {"acknowledged"}, {"acknowledged", "clean"}};
  for (const std::string_view family : family_names) {
    for (const std::vector<std::string>& lost : losses) {
      SCOPED_TRACE(std::string(family) + ", files lost: " + std::to_string(lost.size()));
      const fs::path image = image_without(family, lost);
      const Result<std::unique_ptr<Store>> opened = open_at(image);
      EXPECT_EQ(code_of(opened), ErrorCode::corrupt);
      EXPECT_EQ(families_of(image).size(), family_count);  // nothing was put in its place
    }
  }
}

// As with a manifest that has lost its end: the first families are there, and empty.
TEST_F(CreationTest, WhatLooksLikeAnInterruptedCreationIsToldWhereSomethingWasAcknowledged) {
  for (const std::string file : {"acknowledged", "clean"}) {
    SCOPED_TRACE(file);
    int told = 0;
    for (const fs::path& image : images_of_a_creation()) {
      const std::size_t families = families_of(image).size();
      if (families == 0 || families == family_count + 1) continue;
      fs::copy(fs::path(folder()) / file, image / file);
      EXPECT_EQ(code_of(open_at(image)), ErrorCode::corrupt);
      ++told;
    }
    EXPECT_GE(told, 10);
    fs::remove_all(temp_.path());
    fs::create_directory(temp_.path());
  }
}

}  // namespace
}  // namespace dms::storage::test
