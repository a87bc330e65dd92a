// What states and ways of confinement are called, and what an extractor without quicker ways does.

#include "search/extract/extractor.h"

namespace dms::search {

std::string_view to_string(TextState state) {
  switch (state) {
    case TextState::extracted:
      return "extracted";
    case TextState::empty:
      return "empty";
    case TextState::unsupported:
      return "unsupported";
    case TextState::encrypted:
      return "encrypted";
    case TextState::damaged:
      return "damaged";
    case TextState::limit_exceeded:
      return "limit_exceeded";
    case TextState::refused:
      return "refused";
  }
  return "";
}

std::string_view to_string(SandboxStatus::Way way) {
  switch (way) {
    case SandboxStatus::Way::namespaces:
      return "namespaces";
    case SandboxStatus::Way::landlock:
      return "landlock";
    case SandboxStatus::Way::none:
      return "none";
  }
  return "";
}

Result<std::optional<MailFacts>> Extractor::mail_head(int descriptor, std::chrono::seconds) {
  return DMS_TRY(extract(descriptor)).mail;
}

Result<std::optional<InvoiceFacts>> Extractor::invoice(int descriptor, std::chrono::seconds) {
  return DMS_TRY(extract(descriptor)).invoice;
}

}  // namespace dms::search
