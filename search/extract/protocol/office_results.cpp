#include "search/extract/protocol/office_results.h"

#include "dms/base/bytes.h"
#include "search/extract/protocol/taking.h"

namespace dms::search::extract {
namespace {

constexpr std::string_view pdf_begin = "%PDF-";

}  // namespace

std::string result_head(OfficeOutcome outcome, std::uint64_t size) {
  std::string head{static_cast<char>(outcome)};
  append_big_endian(head, size);
  return head;
}

std::optional<std::vector<BatchResult>> decode_results(std::string_view answer, std::size_t count) {
  std::vector<BatchResult> results;
  while (results.size() < count) {
    const auto number = take(answer, 1);
    if (!number) return std::nullopt;
    const auto pdf = take_sized(answer);
    if (!pdf) return std::nullopt;
    const auto outcome = static_cast<OfficeOutcome>(number->front());
    const bool is_known = outcome == OfficeOutcome::made || outcome == OfficeOutcome::nothing ||
                          outcome == OfficeOutcome::too_large ||
                          outcome == OfficeOutcome::out_of_time;
    const bool is_pdf = pdf->starts_with(pdf_begin);
    if (!is_known || (outcome == OfficeOutcome::made ? !is_pdf : !pdf->empty())) {
      return std::nullopt;
    }
    results.push_back({outcome, *pdf});
  }
  if (!answer.empty()) return std::nullopt;
  return results;
}

}  // namespace dms::search::extract
