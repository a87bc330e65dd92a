// Two walks, of the records and of the references, that meet in sums: each pair of content and
// owner is hashed into one of some thousand buckets, added where a record names it and taken away
// where it is referenced. Only the pairs of buckets that do not come out even are then looked at
// one by one, a bounded number of references at a time; in a sound store there are none.

#include "storage/reference_check.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "dms/base/bytes.h"
#include "storage/content_records.h"
#include "storage/key_codec.h"
#include "storage/slice.h"
#include "storage/verify.h"
#include "storage/walk.h"

namespace dms::storage {

namespace {

constexpr std::size_t bucket_count = 4096;

// Differs, but for a chance of one in 2^128, where the same number of other pairs is in it.
struct Bucket {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint64_t references = 0;
};

struct Hashed {
  std::size_t bucket = 0;
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

Hashed hashed(std::string_view ref) {
  const Sha256Digest digest = sha256(ref);
  const std::string_view bytes = digest.raw();
  const std::uint64_t chosen = read_big_endian_64(bytes.substr(0, 8)).value_or(0);
  return {chosen % bucket_count, read_big_endian_64(bytes.substr(8, 8)).value_or(0),
          read_big_endian_64(bytes.substr(16, 8)).value_or(0)};
}

class ReferenceCheck {
 public:
  struct Told {
    VisitMissing missing;
    std::function<void(const ParsedRef&)> unnamed;
    std::function<void(std::string)> problem;
    std::function<bool()> is_enough = [] { return false; };
    std::uint64_t references_at_once = references_at_once_usual;
  };
  ReferenceCheck(const Database& database, const std::vector<TableIndexes>& tables, Walk& walk,
                 Told told)
      : database_(database),
        walk_(walk),
        told_(std::move(told)),
        snapshot_(database.snapshot()),
        buckets_(bucket_count) {
    for (const TableIndexes& table : tables) {
      if (table.contents_of) tables_.push_back(&table);
    }
  }

  // How many references there are.
  Result<std::uint64_t> run() {
    std::uint64_t references = 0;
    if (tables_.empty()) return references;
    DMS_TRY(for_each_named([&](const Named& named) {
      const Hashed hash = hashed(named.ref);
      buckets_[hash.bucket].first += hash.first;
      buckets_[hash.bucket].second += hash.second;
      return Result<void>();
    }));
    DMS_TRY(for_each_reference([&](std::string_view ref) {
      const Hashed hash = hashed(ref);
      buckets_[hash.bucket].first -= hash.first;
      buckets_[hash.bucket].second -= hash.second;
      ++buckets_[hash.bucket].references;
      ++references;
    }));
    if (!is_readable_) {
      told_.problem("references to contents: not held against records, for not all can be read");
      return references;
    }
    DMS_TRY(compare_uneven());
    return references;
  }

 private:
  struct Named {
    const TableIndexes* table = nullptr;
    std::string_view record_key;
    const NamedContent& content;
    const std::string& ref;
  };
  using VisitNamed = std::function<Result<void>(const Named&)>;

  // What damaged blocks hide is told by those who walk all of the family.
  Result<void> walk(Family family, const std::string& prefix,
                    const std::function<Result<void>(std::string_view, std::string_view)>& visit) {
    const std::string last = prefix_end(prefix);
    const rocksdb::Slice upper = slice(last);
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_.get();
    options.iterate_upper_bound = &upper;
    options.fill_cache = false;
    const auto at = database_.iterate(family, options);
    for (at->Seek(slice(prefix)); at->Valid(); at->Next()) {
      DMS_TRY(visit(view(at->key()), view(at->value())));
      DMS_TRY(walk_.step());
    }
    if (at->status().IsCorruption()) {
      is_readable_ = false;
      return {};
    }
    if (!at->status().ok()) return fail(read_error(at->status(), "verify"));
    return {};
  }

  // Each pair once a record. Unreadable records are told of by who checks their indexes.
  Result<void> for_each_named(const VisitNamed& visit) {
    for (const TableIndexes* table : tables_) {
      const std::string prefix = table_prefix(table->table);
      DMS_TRY(walk(Family::records, prefix,
                   [&](std::string_view key, std::string_view stored) -> Result<void> {
                     const auto named = table->contents_of(stored);
                     if (!named) return {};
                     std::set<std::string> met;
                     for (const NamedContent& each : *named) {
                       const auto [ref, is_new] =
                           met.insert(ref_key(content_key(each.content), each.owner));
                       if (!is_new) continue;
                       DMS_TRY(visit({table, key.substr(prefix.size()), each, *ref}));
                     }
                     return {};
                   }));
    }
    return {};
  }

  Result<void> for_each_reference(const std::function<void(std::string_view)>& visit) {
    return walk(Family::content_meta, std::string(1, tag_ref),
                [&](std::string_view key, std::string_view) {
                  visit(key);
                  return Result<void>();
                });
  }

  Result<void> compare_uneven() {
    std::set<std::size_t> part;
    std::uint64_t references = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
      const Bucket& bucket = buckets_[i];
      if (bucket.first == 0 && bucket.second == 0) continue;
      if (!part.empty() && references + bucket.references > told_.references_at_once) {
        DMS_TRY(compare(part));
        if (told_.is_enough()) return {};
        part.clear();
        references = 0;
      }
      part.insert(i);
      references += bucket.references;
    }
    return part.empty() ? Result<void>() : compare(part);
  }

  Result<void> compare(const std::set<std::size_t>& part) {
    std::map<std::string, bool, std::less<>> is_named;
    DMS_TRY(for_each_reference([&](std::string_view ref) {
      if (part.contains(hashed(ref).bucket)) is_named.emplace(ref, false);
    }));
    DMS_TRY(for_each_named([&](const Named& named) -> Result<void> {
      if (!part.contains(hashed(named.ref).bucket)) return {};
      const auto found = is_named.find(named.ref);
      if (found == is_named.end()) {
        return told_.missing({named.table, std::string(named.record_key), named.content});
      }
      found->second = true;
      return {};
    }));
    for (const auto& [ref, named] : is_named) {
      const auto parsed = parse_ref_key(ref);
      if (!named && parsed) told_.unnamed(*parsed);  // verify_content() tells of an ill-formed one
    }
    return {};
  }

  const Database& database_;
  Walk& walk_;
  const Told told_;
  std::shared_ptr<const rocksdb::Snapshot> snapshot_;
  std::vector<const TableIndexes*> tables_;
  std::vector<Bucket> buckets_;
  bool is_readable_ = true;
};

}  // namespace

std::string describe(const ContentId& content) {
  const std::string name = "content " + content.sha256.hex();
  if (content.domain == KeyDomain{}) return name;
  return name + " of key domain " + to_string(content.domain.value);
}

Result<void> check_references(const Database& database, const std::vector<TableIndexes>& tables,
                              Walk& walk, VerifyReport& report, std::uint64_t references_at_once) {
  const auto problem = [&](std::string text) {
    if (report.problems.size() < verify_problems_max) report.problems.push_back(std::move(text));
  };
  const auto missing = [&](const MissingReference& found) -> Result<void> {
    const ContentId& content = found.named.content;
    const bool is_stored =
        DMS_TRY(database.get(Family::content_meta, manifest_key(content_key(content)))).has_value();
    problem(fmt::format("{} {}: names {} as {}, which is not referenced by it{}",
                        found.table->table, to_hex(found.record_key), describe(content),
                        to_string(found.named.owner), is_stored ? "" : " and is not stored"));
    return {};
  };
  const auto unnamed = [&](const ParsedRef& found) {
    problem(fmt::format("{}: referenced by {}, but no readable record names it",
                        describe({found.content.domain, found.content.sha256, 0}),
                        to_string(found.owner)));
  };
  const auto is_enough = [&] { return report.problems.size() >= verify_problems_max; };
  ReferenceCheck check(database, tables, walk,
                       {missing, unnamed, problem, is_enough, references_at_once});
  report.references += DMS_TRY(check.run());
  return {};
}

Result<void> find_missing_references(const Database& database,
                                     const std::vector<TableIndexes>& tables, Walk& walk,
                                     const VisitMissing& visit) {
  ReferenceCheck check(database, tables, walk,
                       {visit, [](const ParsedRef&) {}, [](const std::string&) {}});
  DMS_TRY(check.run());
  return {};
}

}  // namespace dms::storage
