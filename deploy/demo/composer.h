#pragma once

// From a story's words to files: placeholders are filled, letters are laid out, mails threaded.
// Pure.
//
// Placeholders:  {frist} {today-3w|kurz}   a day (calendar.h has expressions and formats)
//                {tage|frist}              how many days from the start until then
//                {az} {az|consent}         the file reference of this dossier, or of another

#include <map>
#include <string>

#include "deploy/demo/render.h"
#include "deploy/demo/story.h"

namespace dms::demo {

// File references by the keys of dossiers.
using References = std::map<std::string, std::string, std::less<>>;

// Borrows all it is given. Thread-safe.
class Composer {
 public:
  Composer(const Town& town, const Story& story, const DossierScript& dossier,
           const References& references)
      : town_(town), story_(story), dossier_(dossier), references_(references) {}

  // `invalid` for a placeholder that means nothing.
  Result<std::string> fill(std::string_view text) const;
  // For what is put on paper; not for mails, invoices and plans.
  Result<Sheet> sheet(const ContentScript& content) const;
  // The file.
  Result<std::string> file(const ContentScript& content) const;
  // "Gemeinde Musterbach, Bauamt", "Jonas Keller, Bauamt", "Petra Ackerlund": for the document's
  // metadata.
  Result<std::string> name_of(std::string_view correspondent, std::string_view clerk) const;

 private:
  Result<std::string> fill_one(std::string_view placeholder) const;
  Result<void> fill_all(std::vector<std::string>& texts) const;
  Result<Correspondent> correspondent(std::string_view key, std::string_view clerk) const;
  Result<const Person*> person(std::string_view name) const;
  Result<std::vector<Block>> body(std::string_view text) const;
  Result<std::vector<ReferenceLine>> references_of(const ContentScript& content) const;
  Result<Signature> signature_of(const ContentScript& content) const;
  Result<std::string> mail_file(const ContentScript& content) const;
  Result<std::string> attachment_file(const ContentScript& mail,
                                      const AttachmentScript& attachment) const;
  Result<Invoice> invoice_of(const ContentScript& content) const;

  const Town& town_;
  const Story& story_;
  const DossierScript& dossier_;
  const References& references_;
};

}  // namespace dms::demo
