#include "dms/head_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace dms {

namespace {

constexpr std::size_t problems_max = 100;

std::string name_of(const SignedHead& head) {
  return fmt::format("signed head {} of {}", head.sequence, format_rfc3339(head.time));
}

// What is wrong with `head`; "" where nothing is.
Result<std::string> wrong_with(const SignedHead& head, const HeadOwner& owner,
                               const storage::Store& store) {
  if (head.tenant != owner.tenant) return name_of(head) + ": is of another tenant";
  if (std::ranges::find(owner.public_keys, head.public_key) == owner.public_keys.end()) {
    return fmt::format("{}: its key {} is not known", name_of(head), head.public_key);
  }
  if (!has_good_signature(head)) return name_of(head) + ": its signature is wrong";
  const HeadAgreement agrees = DMS_TRY(agreement(head, store));
  return agrees == HeadAgreement::agrees ? std::string() : describe(head, agrees);
}

}  // namespace

Result<HeadAgreement> agreement(const SignedHead& head, const storage::Store& store) {
  if (head.store != store.id()) return HeadAgreement::other_store;
  const auto hash = DMS_TRY(store.journal_hash(head.sequence));
  if (!hash) return HeadAgreement::newer;
  return *hash == head.hash ? HeadAgreement::agrees : HeadAgreement::other_entry;
}

std::string describe(const SignedHead& head, HeadAgreement agreement) {
  switch (agreement) {
    case HeadAgreement::agrees:
      return name_of(head) + ": the store agrees";
    case HeadAgreement::other_store:
      return name_of(head) + ": is of another store";
    case HeadAgreement::newer:
      return name_of(head) + ": is newer than the store";
    case HeadAgreement::other_entry:
      return name_of(head) + ": the entry there is not the one that was signed";
  }
  return name_of(head);
}

Result<HeadsReport> check_heads(const HeadFile& file, const HeadOwner& owner,
                                const storage::Store& store) {
  HeadsReport report;
  const auto problem = [&](std::string text) {
    if (report.problems.size() < problems_max) report.problems.push_back(std::move(text));
  };
  if (file.damaged > 0) {
    problem(fmt::format("signed heads: {} lines are no heads, the first is line {}", file.damaged,
                        file.first_damaged));
  }
  for (const auto& [number, head] : file.lines) {
    ++report.heads;
    std::string wrong = DMS_TRY(wrong_with(head, owner, store));
    if (!wrong.empty()) problem(std::move(wrong));
  }
  return report;
}

}  // namespace dms
