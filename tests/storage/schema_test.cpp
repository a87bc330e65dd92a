// Versions: what a newer program wrote is refused, what an older one wrote is brought up, wholly or
// not at all.

#include "storage/schema.h"

#include "storage/tenant_folder.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

class SchemaTest : public StoreTest {
 protected:
  void open_database() {
    folder_ = value_of(TenantFolder::open(folder(), TenantFolder::Ownership::exclusive));
    Database::Options database_options;
    database_options.folder = folder_->database_path();
    database_options.log = &log_;
    database_ = value_of(Database::open(database_options));
  }
  void close_database() {
    database_.reset();
    folder_.reset();
  }
  Result<Uuid> prepare(std::uint32_t target, std::vector<Migration> steps = {}) {
    return prepare_schema(*database_, clock_, steps, target);
  }
  static Migration step(std::uint32_t from, std::string mark) {
    return {from, [mark](const Database& database, rocksdb::WriteBatch& batch) -> Result<void> {
              batch.Put(database.handle(Family::meta), mark, "done");
              return {};
            }};
  }
  bool marked(std::string_view mark) {
    return value_of(database_->get(Family::meta, mark)).has_value();
  }

  std::unique_ptr<TenantFolder> folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(SchemaTest, GivesAStoreItsIdOnce) {
  open_database();
  const Uuid id = value_of(prepare(1));
  EXPECT_EQ(value_of(prepare(1)), id);
}

TEST_F(SchemaTest, RefusesANewerVersion) {
  open_database();
  value_of(prepare(schema_version + 1));
  close_database();
  EXPECT_EQ(code_of(Store::open(environment_, options())), ErrorCode::unsupported);
}

TEST_F(SchemaTest, RefusesFamiliesOfANewerVersion) {
  open_database();
  value_of(prepare(schema_version));
  rocksdb::ColumnFamilyHandle* handle = nullptr;
  ASSERT_TRUE(database_->raw().CreateColumnFamily({}, "of_tomorrow", &handle).ok());
  database_->raw().DestroyColumnFamilyHandle(handle);
  close_database();
  EXPECT_EQ(code_of(Store::open(environment_, options())), ErrorCode::unsupported);
}

TEST_F(SchemaTest, WalksTheStepsFromTheStoredVersion) {
  open_database();
  value_of(prepare(2));
  value_of(prepare(4, {step(1, "one"), step(2, "two"), step(3, "three")}));
  EXPECT_FALSE(marked("one"));
  EXPECT_TRUE(marked("two"));
  EXPECT_TRUE(marked("three"));
  EXPECT_EQ(code_of(prepare(3)), ErrorCode::unsupported);  // it is at 4 now
}

TEST_F(SchemaTest, AFailedStepLeavesTheVersionBefore) {
  open_database();
  value_of(prepare(1));
  Migration failing = step(2, "two");
  failing.step = [](const Database&, rocksdb::WriteBatch&) -> Result<void> {
    return fail(operator_error(ErrorCode::corrupt, "planted"));
  };
  EXPECT_EQ(code_of(prepare(3, {step(1, "one"), failing})), ErrorCode::corrupt);
  EXPECT_TRUE(marked("one"));
  EXPECT_TRUE(prepare(3, {step(1, "again"), step(2, "two")}).has_value());
  EXPECT_FALSE(marked("again"));
}

TEST_F(SchemaTest, AGapInTheStepsIsRefused) {
  open_database();
  value_of(prepare(1));
  EXPECT_EQ(code_of(prepare(3, {step(1, "one")})), ErrorCode::unsupported);
}

}  // namespace
}  // namespace dms::storage::test
