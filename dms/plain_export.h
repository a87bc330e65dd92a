#pragma once

// INTERNAL to the export: the part that people read. One thread.

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/exchange/export_folder.h"
#include "dms/exchange/export_names.h"
#include "dms/file_plan_record.h"
#include "dms/inbox_record.h"
#include "dms/tenant_export.h"
#include "storage/store_image.h"

namespace dms {

// What of the store's contents has been written, and by whom it is owned.
class WrittenContents {
 public:
  void add(const storage::ContentId& content, const Uuid& owner);
  // To be called once, when nothing more is added.
  void end();
  bool has(const storage::ContentId& content, const Uuid& owner) const;

 private:
  using Digest = std::array<std::uint8_t, 16>;
  static Digest digest_of(const storage::ContentId& content, const Uuid& owner);
  std::vector<Digest> written_;
};

class PlainExport {
 public:
  // Where it writes and what it tells of it; all borrowed.
  struct Target {
    exchange::ExportFolder& folder;
    exchange::ExportFile& contents;  // contents.jsonl
    WrittenContents& written;
    ExportCounts& counts;
    const std::function<void(const ExportCounts&)>& progress;
  };
  PlainExport(const storage::Store& store, const storage::StoreImage& image, Target target)
      : store_(store), view_(image.view()), target_(target) {}

  Result<void> run();

 private:
  struct Unit {
    FilePlanUnitRecord record;
    std::vector<const Unit*> children;
  };

  Result<void> read_names();
  Result<void> read_units();
  Result<void> write_unit(const Unit& unit, const std::string& folder);
  Result<void> write_dossiers(UnitId unit, const std::string& folder, exchange::NamesTaken& names);
  Result<void> write_dossier(const DossierRecord& dossier, const std::string& folder);
  Result<void> write_bin();
  // What waits in an inbox or lies in the bin; what is filed is its document's.
  Result<void> write_inboxes();
  Result<void> write_item(const InboundItemRecord& item, const std::string& folder);
  // `folder` is made for it.
  Result<void> write_document(const DocumentRecord& document, const std::string& folder);
  Result<void> write_version(const VersionRecord& version, bool is_current,
                             const std::string& folder, std::vector<std::string>& described);
  // False where the content is no longer there.
  Result<bool> write_content(const ContentFileRecord& file, const Uuid& owner,
                             const std::string& path);
  // metadata.json in `folder`: what `kind` of object it is, and its members.
  struct Described {
    std::string_view kind;
    std::string_view table;
    std::string_view key;
    std::string more;  // further members: `,"versions":[…]`
  };
  Result<void> write_metadata(const std::string& folder, const Described& object);
  std::string names_in(std::string_view json) const;

  const storage::Store& store_;
  const storage::View& view_;
  Target target_;
  std::map<std::string, std::string, std::less<>> names_;  // of people, groups, org units, by id
  std::map<Uuid, Unit> units_;
  std::vector<const Unit*> roots_;
};

// Copies a content's bytes into `file`, which is then closed.
Result<void> copy_content(const storage::Store& store, const storage::ContentId& content,
                          exchange::ExportFolder& folder, const std::string& path);

}  // namespace dms
