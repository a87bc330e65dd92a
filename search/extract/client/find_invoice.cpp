#include "search/extract/client/find_invoice.h"

#include <algorithm>
#include <utility>

#include "search/extract/client/input_file.h"
#include "search/extract/client/requests.h"
#include "search/extract/protocol/carried_invoice.h"

namespace dms::search::extract {
namespace {

using Clock = std::chrono::steady_clock;
using Found = std::optional<InvoiceFacts>;

constexpr std::size_t attached_files_max = 10;

class Search {
 public:
  Search(const ExtractorOptions& options, std::chrono::seconds patience, const AskHelper& ask)
      : options_(options), ask_(ask), deadline_(Clock::now() + patience) {}

  Result<Found> run(int file) {
    Exchange exchange = DMS_TRY(ask(JobKind::extract, file, 0));
    if (!exchange.reply) return Found();
    Extraction& whole = exchange.reply->extraction;
    if (whole.mail) {
      if (!DMS_TRY(add_attached(file, whole))) return Found();
    }
    return std::move(whole.invoice);
  }

 private:
  Result<Exchange> ask(JobKind kind, int file, std::size_t number) {
    const auto left =
        std::chrono::duration_cast<std::chrono::seconds>(deadline_ - Clock::now()).count();
    return ask_(awaited_request(options_, kind, number,
                                static_cast<std::uint32_t>(std::max<std::int64_t>(left, 1))),
                file);
  }

  // False where not all could be looked at.
  Result<bool> add_attached(int file, Extraction& mail) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < mail.attachments.size(); ++i) {
      const Attachment& listed = mail.attachments[i];
      if (listed.inline_part || listed.mime_type != "application/pdf") continue;
      if (++count > attached_files_max || Clock::now() > deadline_) return false;
      const Exchange content = DMS_TRY(ask(JobKind::attachment, file, i));
      if (!content.reply || content.reply->content.empty()) return false;
      const UniqueFd own = DMS_TRY(make_input_file(content.reply->content));
      Exchange beside = DMS_TRY(ask(JobKind::extract, own.get(), 0));
      if (!beside.reply) return false;
      carry_invoice(mail, beside.reply->extraction);
    }
    return true;
  }

  const ExtractorOptions& options_;
  const AskHelper& ask_;
  const Clock::time_point deadline_;
};

}  // namespace

Result<Found> find_invoice(const ExtractorOptions& options, int file, std::chrono::seconds patience,
                           const AskHelper& ask) {
  return Search(options, patience, ask).run(file);
}

}  // namespace dms::search::extract
