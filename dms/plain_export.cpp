#include "dms/plain_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "dms/base/json_codec.h"
#include "dms/exchange/export_format.h"
#include "dms/exchange/export_names.h"
#include "dms/exchange/json_text.h"
#include "dms/user_record.h"

namespace dms {

namespace {

// So that a path of twenty units stays below what file systems take, and one of four below the 260
// characters that old Windows programs do.
constexpr std::size_t unit_name_bytes_max = 48;
constexpr std::size_t dossier_name_bytes_max = 64;
constexpr std::size_t document_name_bytes_max = 64;
constexpr std::size_t file_name_bytes_max = 96;
constexpr std::size_t page_size = 500;
constexpr std::string_view metadata_name = "metadata.json";
constexpr std::string_view versions_name = "versions";

// Calls `see` with each record of a scan, page by page.
template <class Record, class Scan>
Result<void> for_each(const Scan& scan, const std::function<Result<void>(const Record&)>& see) {
  storage::ScanOptions page;
  page.limit = page_size;
  do {
    const storage::Scanned<Record> found = DMS_TRY(scan(page));
    for (const Record& record : found.items) DMS_TRY(see(record));
    page.after = found.cursor;
  } while (!page.after.empty());
  return {};
}

storage::ContentId content_of(const ContentFileRecord& file) {
  return {{file.domain.value_or(Uuid{})}, file.sha256, file.size};
}

}  // namespace

WrittenContents::Digest WrittenContents::digest_of(const storage::ContentId& content,
                                                   const Uuid& owner) {
  std::string named(raw_bytes(owner));
  named.append(raw_bytes(content.domain.value)).append(content.sha256.raw());
  const Sha256Digest whole = sha256(named);
  Digest digest{};
  std::copy_n(whole.bytes.begin(), digest.size(), digest.begin());
  return digest;
}

void WrittenContents::add(const storage::ContentId& content, const Uuid& owner) {
  written_.push_back(digest_of(content, owner));
}

void WrittenContents::end() {
  std::sort(written_.begin(), written_.end());
}

bool WrittenContents::has(const storage::ContentId& content, const Uuid& owner) const {
  return std::binary_search(written_.begin(), written_.end(), digest_of(content, owner));
}

Result<void> copy_content(const storage::Store& store, const storage::ContentId& content,
                          exchange::ExportFolder& folder, const std::string& path) {
  constexpr std::size_t piece_bytes = 1U << 20U;
  const auto reader = DMS_TRY(store.read_content(content));
  const auto file = DMS_TRY(folder.create(path));
  for (std::uint64_t at = 0; at < content.size; at += piece_bytes) {
    DMS_TRY(file->write(DMS_TRY(reader->read(at, piece_bytes))));
  }
  if (DMS_TRY(folder.close(*file)) == content.sha256) return {};
  return fail(operator_error(ErrorCode::corrupt,
                             fmt::format("content {}: has another digest", content.sha256.hex())));
}

Result<void> PlainExport::run() {
  DMS_TRY(read_names());
  DMS_TRY(read_units());
  DMS_TRY(target_.folder.make_folder("dossiers"));
  exchange::NamesTaken names;
  for (const Unit* unit : roots_) {
    const std::string name = exchange::portable_name(
        fmt::format("{} {}", unit->record.code, unit->record.title), unit_name_bytes_max);
    DMS_TRY(write_unit(*unit, "dossiers/" + names.take(name)));
  }
  DMS_TRY(write_bin());
  return write_inboxes();
}

Result<void> PlainExport::read_names() {
  const auto scan = [&](const auto& table) {
    return [&](const storage::ScanOptions& page) { return view_.scan(table, page); };
  };
  DMS_TRY(for_each<UserRecord>(scan(user_table), [&](const UserRecord& user) -> Result<void> {
    names_[user.id.text()] = user.display_name;
    return {};
  }));
  DMS_TRY(for_each<GroupRecord>(scan(group_table), [&](const GroupRecord& group) -> Result<void> {
    names_[group.id.text()] = group.name;
    return {};
  }));
  return for_each<OrgUnitRecord>(scan(org_unit_table),
                                 [&](const OrgUnitRecord& unit) -> Result<void> {
                                   names_[unit.id.text()] = unit.name;
                                   return {};
                                 });
}

// In the order of their codes, as the plan shows them.
Result<void> PlainExport::read_units() {
  const auto scan = [&](const storage::ScanOptions& page) { return view_.scan(unit_table, page); };
  DMS_TRY(for_each<FilePlanUnitRecord>(scan, [&](const FilePlanUnitRecord& unit) -> Result<void> {
    units_[unit.id.value].record = unit;
    return {};
  }));
  std::vector<Unit*> by_code;
  for (auto& [id, unit] : units_) by_code.push_back(&unit);
  std::sort(by_code.begin(), by_code.end(),
            [](const Unit* a, const Unit* b) { return a->record.code < b->record.code; });
  for (const Unit* unit : by_code) {
    const auto parent =
        unit->record.parent ? units_.find(unit->record.parent->value) : units_.end();
    (parent == units_.end() ? roots_ : parent->second.children).push_back(unit);
  }
  return {};
}

Result<void> PlainExport::write_unit(const Unit& unit, const std::string& folder) {
  DMS_TRY(target_.folder.make_folder(folder));
  DMS_TRY(write_metadata(folder, {"file_plan_unit", unit_table.name, unit.record.id.key(), ""}));
  exchange::NamesTaken names;
  names.reserve(std::string(metadata_name));
  for (const Unit* child : unit.children) {
    const std::string name = exchange::portable_name(
        fmt::format("{} {}", child->record.code, child->record.title), unit_name_bytes_max);
    DMS_TRY(write_unit(*child, folder + "/" + names.take(name)));
  }
  return write_dossiers(unit.record.id, folder, names);
}

Result<void> PlainExport::write_dossiers(UnitId unit, const std::string& folder,
                                         exchange::NamesTaken& names) {
  const auto scan = [&](storage::ScanOptions page) {
    page.prefix = dossier_unit_prefix(unit);
    return view_.scan_index(dossier_table, "unit", page);
  };
  return for_each<DossierRecord>(scan, [&](const DossierRecord& dossier) {
    const std::string name = exchange::portable_name(
        fmt::format("{} {}", dossier.file_reference, dossier.title), dossier_name_bytes_max);
    return write_dossier(dossier, folder + "/" + names.take(name));
  });
}

Result<void> PlainExport::write_dossier(const DossierRecord& dossier, const std::string& folder) {
  DMS_TRY(target_.folder.make_folder(folder));
  DMS_TRY(write_metadata(folder, {"dossier", dossier_table.name, dossier.id.key(), ""}));
  ++target_.counts.dossiers;
  std::uint64_t number = 0;
  const auto scan = [&](storage::ScanOptions page) {
    page.prefix = document_dossier_prefix(dossier.id);
    return view_.scan_index(document_table, "dossier", page);
  };
  return for_each<DocumentRecord>(scan, [&](const DocumentRecord& document) {
    // The number keeps them apart and in the order of filing.
    const std::string name =
        exchange::portable_name(fmt::format("{:05} {} {}", ++number,
                                            format_date(document_date(document)), document.subject),
                                document_name_bytes_max);
    return write_document(document, folder + "/" + name);
  });
}

Result<void> PlainExport::write_bin() {
  DMS_TRY(target_.folder.make_folder("bin"));
  const auto scan = [&](const storage::ScanOptions& page) {
    return view_.scan_index(document_table, "bin", page);
  };
  return for_each<DocumentRecord>(scan, [&](const DocumentRecord& document) {
    const std::string name = exchange::portable_name(document.id.text() + " " + document.subject,
                                                     document_name_bytes_max);
    return write_document(document, "bin/" + name);
  });
}

Result<void> PlainExport::write_inboxes() {
  const auto scan_inboxes = [&](const storage::ScanOptions& page) {
    return view_.scan_index(inbox_table, "name", page);
  };
  bool has_folder = false;
  exchange::NamesTaken names;
  return for_each<InboxRecord>(scan_inboxes, [&](const InboxRecord& inbox) -> Result<void> {
    if (!has_folder) DMS_TRY(target_.folder.make_folder("inbox"));
    has_folder = true;
    const std::string folder =
        "inbox/" + names.take(exchange::portable_name(inbox.name, dossier_name_bytes_max));
    DMS_TRY(target_.folder.make_folder(folder));
    DMS_TRY(write_metadata(folder, {"inbox", inbox_table.name, inbox.id.key(), ""}));
    const auto scan_items = [&](storage::ScanOptions page) {
      page.prefix = storage::KeyBuilder().raw(inbox.id.key()).take();
      return view_.scan_index(inbound_item_table, "inbox", page);
    };
    return for_each<InboundItemRecord>(scan_items, [&](const InboundItemRecord& item) {
      return is_filed(item) ? Result<void>() : write_item(item, folder);
    });
  });
}

Result<void> PlainExport::write_item(const InboundItemRecord& item, const std::string& folder) {
  const std::string own =
      fmt::format("{}/{}", folder,
                  exchange::portable_name(fmt::format("{} {}", item.id.text(), item.subject),
                                          document_name_bytes_max));
  DMS_TRY(target_.folder.make_folder(own));
  exchange::NamesTaken names;
  names.reserve(std::string(metadata_name));
  const std::string name =
      names.take(exchange::portable_file_name(item.file.file_name, file_name_bytes_max));
  const bool is_there =
      DMS_TRY(write_content(item.file, item.id.value, fmt::format("{}/{}", own, name)));
  return write_metadata(
      own, {"inbound_item", inbound_item_table.name, item.id.key(),
            fmt::format(",\"path\":{}", is_there ? encode_json(name) : std::string("null"))});
}

Result<void> PlainExport::write_document(const DocumentRecord& document,
                                         const std::string& folder) {
  DMS_TRY(target_.folder.make_folder(folder));
  std::vector<std::string> described;
  storage::ScanOptions all;
  all.prefix = document.id.key();
  all.limit = page_size;
  bool has_versions_folder = false;
  do {
    const auto found = DMS_TRY(view_.scan(version_table, all));
    for (const VersionRecord& version : found.items) {
      const bool is_current = version.number == document.current_version;
      std::string place = folder;
      if (!is_current) {
        if (!has_versions_folder) {
          DMS_TRY(target_.folder.make_folder(fmt::format("{}/{}", folder, versions_name)));
        }
        has_versions_folder = true;
        place = fmt::format("{}/{}/{}", folder, versions_name, version.number);
        DMS_TRY(target_.folder.make_folder(place));
      }
      DMS_TRY(write_version(version, is_current, place, described));
    }
    all.after = found.cursor;
  } while (!all.after.empty());
  DMS_TRY(write_metadata(folder, {"document", document_table.name, document.id.key(),
                                  fmt::format(",\"versions\":[{}]", fmt::join(described, ","))}));
  if (++target_.counts.documents % page_size == 0) target_.progress(target_.counts);
  return {};
}

Result<void> PlainExport::write_version(const VersionRecord& version, bool is_current,
                                        const std::string& folder,
                                        std::vector<std::string>& described) {
  exchange::NamesTaken names;
  names.reserve(std::string(metadata_name));
  names.reserve(std::string(versions_name));
  std::vector<std::string> paths;
  for (const ContentFileRecord& file : version.files) {
    const std::string name =
        names.take(exchange::portable_file_name(file.file_name, file_name_bytes_max));
    if (!DMS_TRY(write_content(file, version.id.value, folder + "/" + name))) {
      paths.emplace_back("null");
    } else if (is_current) {
      paths.push_back(encode_json(name));
    } else {
      paths.push_back(encode_json(fmt::format("{}/{}/{}", versions_name, version.number, name)));
    }
  }
  const auto stored =
      DMS_TRY(view_.read_record(version_table.name, version_key(version.document, version.number)));
  described.push_back(fmt::format(R"({{"paths":[{}],"version":{}}})", fmt::join(paths, ","),
                                  stored.value_or("null")));
  return {};
}

Result<bool> PlainExport::write_content(const ContentFileRecord& file, const Uuid& owner,
                                        const std::string& path) {
  const storage::ContentId content = content_of(file);
  const Result<void> copied = copy_content(store_, content, target_.folder, path);
  // Erased for good. What is still owned and cannot be read, the machine part meets again.
  if (!copied && copied.error().code == ErrorCode::not_found) return false;
  if (!copied) return fail(copied.error());
  const exchange::ContentLine line{{},           path,   content.domain.value, content.sha256,
                                   content.size, {owner}};
  DMS_TRY(target_.contents.write_line(encode_json(line)));
  target_.written.add(content, owner);
  target_.counts.content_bytes += content.size;
  ++target_.counts.contents;
  return true;
}

Result<void> PlainExport::write_metadata(const std::string& folder, const Described& object) {
  const auto stored = DMS_TRY(view_.read_record(object.table, object.key));
  const std::string members =
      fmt::format("\"{}\":{}{}", object.kind, stored.value_or("null"), object.more);
  const std::string json = fmt::format(R"({{"format":1,"kind":"{}",{},"names":{}}})", object.kind,
                                       members, names_in(members));
  return target_.folder.write_file(fmt::format("{}/{}", folder, metadata_name),
                                   exchange::indented_json(json));
}

std::string PlainExport::names_in(std::string_view json) const {
  std::map<std::string, std::string> found;
  exchange::for_each_uuid(json, [&](std::string_view id) {
    const auto known = names_.find(id);
    if (known != names_.end()) found.insert(*known);
  });
  return encode_json(found);
}

}  // namespace dms
