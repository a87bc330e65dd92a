#pragma once

// An invented town with as many documents as one likes, made by bulk load: thirty years, dossiers
// of 20 to 200 documents that were filed into side by side, and one that is large.

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "dms/base/json_codec.h"
#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/file_plan_record.h"
#include "dms/ids.h"
#include "storage/bulk_load.h"

namespace dms::bench {

inline constexpr std::size_t paper_bytes = 2048;
inline constexpr const char* town_user = "registratur";
inline constexpr const char* town_password = "Birnbaum am Rathausplatz 7";

// What is measured asks for these; kept beside the store, so that a town is made once.
struct TownFacts {
  std::uint64_t documents = 0;
  std::uint64_t dossiers = 0;
  std::uint64_t large_dossier_documents = 0;
  DossierId large_dossier;
  std::vector<DossierId> some_dossiers;    // of ordinary size
  std::vector<DocumentId> some_documents;  // spread over the years
  double load_s = 0;
};
BOOST_DESCRIBE_STRUCT(TownFacts, (),
                      (documents, dossiers, large_dossier_documents, large_dossier, some_dossiers,
                       some_documents, load_s))

struct Paper {
  DocumentRecord document;
  VersionRecord version;  // with its one file; digest and size are set when it is stored
  std::string content;
};

// Papers in the order of their filing, and the dossiers they go to. The same ones every time, but
// for their ids.
class Papers {
 public:
  // Named after `subjects` by turns; without any, by some words.
  explicit Papers(std::size_t documents, std::vector<std::string> subjects = {});
  bool is_done() const { return made_ == documents_; }
  // The next paper; where it is the first of its dossier, that one in `opened`.
  Paper next(std::optional<DossierRecord>& opened);

  UserId clerk() const { return clerk_; }
  const std::vector<FilePlanUnitRecord>& units() const { return units_; }
  TownFacts facts() const { return facts_; }

 private:
  struct OpenDossier {
    DossierId id;
    std::size_t room = 0;
    std::size_t size = 0;  // documents once it is full
  };
  DossierRecord open_dossier(OpenDossier& place, std::size_t room);
  void note_full(DossierId dossier);
  DocumentRecord some_document(DossierId dossier);
  std::string some_text();
  const std::string& some_word();
  Date some_day();

  const std::size_t documents_;
  const std::vector<std::string> subjects_;
  const std::size_t large_documents_;
  const UserId clerk_;
  std::mt19937_64 random_{5};  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same town every time
  Instant now_;
  std::chrono::microseconds step_{0};  // between two papers
  std::vector<OpenDossier> open_;
  std::vector<FilePlanUnitRecord> units_;
  std::size_t made_ = 0;
  std::size_t full_ = 0;
  std::uint64_t last_number_ = 0;
  TownFacts facts_;
};

// Makes the tenant's store below `data_folder`, and an index that claims to be complete: so the
// server leaves it as it is. `progress`: documents so far. `subjects`: as Papers takes them.
Result<TownFacts> load_town(storage::StorageEnvironment& environment,
                            const std::string& data_folder, const std::string& tenant,
                            std::size_t documents, const std::function<void(std::size_t)>& progress,
                            std::vector<std::string> subjects = {});

// Puts an empty index beside the store that says it is where the journal is.
Result<void> pretend_index(const storage::Store& store, const std::string& folder);

}  // namespace dms::bench
