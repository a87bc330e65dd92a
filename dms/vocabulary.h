#pragma once

// The closed lists of the domain (DOMAIN.md, "Words"). The enumerators' names stand in records, in
// the journal, in the search index and in the HTTP interface: they are never renamed.

#include <boost/describe/enum.hpp>
#include <cstdint>

namespace dms {

// What happens at the end of the retention period: A, B or V of the filing plan.
enum class Appraisal : std::uint8_t { archive, assess, destroy };
BOOST_DESCRIBE_ENUM(Appraisal, archive, assess, destroy)

// The event that starts a retention period; the years count from the end of its calendar year.
enum class RetentionStart : std::uint8_t {
  closing,          // of the dossier
  annual_accounts,  // resolution on the annual accounts
  end_of_contract,
  leaving,    // a person leaves service, school, the municipality
  demolition  // of the building
};
BOOST_DESCRIBE_ENUM(RetentionStart, closing, annual_accounts, end_of_contract, leaving, demolition)

enum class Medium : std::uint8_t { electronic, hybrid, paper };
BOOST_DESCRIBE_ENUM(Medium, electronic, hybrid, paper)

enum class Classification : std::uint8_t { normal, internal, confidential, personnel };
BOOST_DESCRIBE_ENUM(Classification, normal, internal, confidential, personnel)

// This release moves between open and closed; the others belong to disposition.
enum class DossierStatus : std::uint8_t { open, closed, transferred, offered, archived, destroyed };
BOOST_DESCRIBE_ENUM(DossierStatus, open, closed, transferred, offered, archived, destroyed)

enum class DocumentType : std::uint8_t {
  letter,
  email,
  notice,
  minutes,
  invoice,
  plan,
  contract,
  application,
  form,
  memo,
  report,
  photo,
  other
};
BOOST_DESCRIBE_ENUM(DocumentType, letter, email, notice, minutes, invoice, plan, contract,
                    application, form, memo, report, photo, other)

enum class Direction : std::uint8_t { incoming, outgoing, internal };
BOOST_DESCRIBE_ENUM(Direction, incoming, outgoing, internal)

// Outgoing and internal: draft → in_process → signed → sent. Incoming: received → final. In signed,
// sent and final a document takes no new version (see is_final()).
enum class DocumentStatus : std::uint8_t { draft, in_process, signed_, sent, received, final_ };
BOOST_DESCRIBE_ENUM(DocumentStatus, draft, in_process, signed_, sent, received, final_)

// By which way a document came into the house.
enum class ReceiptChannel : std::uint8_t { upload, scan_folder, email, app, import_ };
BOOST_DESCRIBE_ENUM(ReceiptChannel, upload, scan_folder, email, app, import_)

}  // namespace dms
