#include "large_town.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "dms/access_record.h"
#include "dms/base/text.h"
#include "dms/file_plan_record.h"
#include "dms/index_document.h"
#include "dms/password.h"
#include "dms/scope.h"
#include "dms/tables.h"
#include "dms/tenant.h"
#include "dms/user_record.h"
#include "search/index.h"
#include "search/language.h"

namespace dms::bench {

namespace {

constexpr std::size_t open_dossiers_most = 200;
constexpr std::size_t listed_documents = 50;
constexpr std::size_t large_dossier_most = 100'000;
constexpr std::size_t facts_most = 2000;
constexpr std::chrono::sys_days town_begins = std::chrono::year{1996} / 1 / 2;
constexpr std::chrono::days town_lasts{30 * 365};

const std::array<std::string, 24>& words() {
  static const std::array<std::string, 24> all = {
      "Stellungnahme", "Übergabe",   "Änderung", "Bauantrag", "Öffentlichkeit", "Niederschrift",
      "Entwässerung",  "Straße",     "Prüfung",  "Rechnung",  "Grundstück",     "Genehmigung",
      "Gemeinderat",   "Zustimmung", "Gebühren", "Bescheid",  "Widerspruch",    "Kindergarten",
      "Feuerwehr",     "Friedhof",   "Haushalt", "Vergabe",   "Vermessung",     "Beschluss"};
  return all;
}

Actor actor_of(UserId user) {
  Actor actor;
  actor.user = user;
  return actor;
}

Result<void> put_people(storage::BulkLoad& load, UserId clerk, Instant now) {
  Argon2idHasher hasher;
  UserRecord user;
  user.id = clerk;
  user.revision = 1;
  user.name = user.folded_name = town_user;
  user.display_name = "Registratur";
  user.password_hash = DMS_TRY(hasher.hash(Secret(town_password)));
  user.created = user.modified = now;
  DMS_TRY(load.put(user_table, user));
  AccessRecord access;
  access.revision = 1;
  access.modified = now;
  AccessEntryRecord entry;
  entry.subject_kind = SubjectKind::user;
  entry.subject = clerk.value;
  entry.role = Open<Role>(Role::record_manager);
  access.entries.push_back(std::move(entry));
  return load.put(access_table, access);
}

Result<void> put_paper(storage::BulkLoad& load, Paper& paper, const Actor& actor) {
  const auto writer = DMS_TRY(load.write_content({}));
  DMS_TRY(writer->append(paper.content));
  const storage::StagedContent staged = DMS_TRY(writer->finish());
  paper.version.files.front().sha256 = staged.id().sha256;
  paper.version.files.front().size = staged.id().size;
  DMS_TRY(load.name_content(staged.id(), paper.version.id.value));
  DMS_TRY(load.put(document_table, paper.document));
  DMS_TRY(load.put(version_table, paper.version));
  return load.append_event(document_event(actor, "document.filed", paper.document),
                           paper.document.created_at);
}

Result<void> put_dossier(storage::BulkLoad& load, const DossierRecord& dossier,
                         const Actor& actor) {
  DMS_TRY(load.put(dossier_table, dossier));
  return load.append_event(
      object_event(actor, "dossier.opened", dossier.id.value, dossier.unit.value,
                   fmt::format(R"({{"file_reference":"{}","title":"{}"}})", dossier.file_reference,
                               dossier.title)),
      dossier.created_at);
}

}  // namespace

Papers::Papers(std::size_t documents, std::vector<std::string> subjects)
    : documents_(documents),
      subjects_(std::move(subjects)),
      large_documents_(std::min(documents / 2, large_dossier_most)),
      clerk_(UserId::make(Instant(town_begins))),
      now_(town_begins),
      step_(std::chrono::microseconds(town_lasts) / std::max<std::size_t>(documents, 1)),
      // So that most become full in a small town, too.
      open_(1 + std::clamp<std::size_t>(documents / 500, 10, open_dossiers_most)) {
  for (int group = 1; group <= 9; ++group) {
    FilePlanUnitRecord parent;
    for (int leaf = 0; leaf <= 9; ++leaf) {
      FilePlanUnitRecord unit;
      unit.id = UnitId::make(now_);
      stamp_created(unit, {now_, clerk_});
      unit.code = leaf == 0 ? fmt::format("{}", group) : fmt::format("{}{}", group, leaf);
      unit.title = some_word();
      if (leaf == 0) {
        parent = unit;
      } else {
        unit.parent = parent.id;
      }
      units_.push_back(std::move(unit));
    }
  }
  facts_.documents = documents;
  facts_.large_dossier_documents = large_documents_;
}

const std::string& Papers::some_word() {
  return words().at(random_() % words().size());
}

Date Papers::some_day() {
  return Date{std::chrono::floor<std::chrono::days>(now_) - std::chrono::days(random_() % 30)};
}

std::string Papers::some_text() {
  std::string text;
  while (text.size() < paper_bytes) {
    text.append(some_word()).append(fmt::format(" {} ", random_() % 100'000));
  }
  text.resize(paper_bytes);
  return replace_ill_formed(text).substr(0, paper_bytes);
}

DossierRecord Papers::open_dossier(OpenDossier& place, std::size_t room) {
  DossierRecord record;
  record.id = DossierId::make(now_);
  stamp_created(record, {now_, clerk_});
  // Leaves only: of ten units each the first is their parent.
  const std::size_t leaf = random_() % (units_.size() / 10 * 9);
  const FilePlanUnitRecord& unit = units_[leaf / 9 * 10 + 1 + leaf % 9];
  record.unit = unit.id;
  record.file_reference =
      fmt::format("{}-{}/{:06}", unit.code, 1996 + last_number_ % 30, last_number_ + 1);
  ++last_number_;
  record.title = fmt::format("{} {} {}", some_word(), some_word(), random_() % 1000);
  place = {record.id, room, room};
  ++facts_.dossiers;
  return record;
}

DocumentRecord Papers::some_document(DossierId dossier) {
  DocumentRecord record;
  record.id = DocumentId::make(now_);
  record.dossier = dossier;
  stamp_created(record, {now_, clerk_});
  record.subject = !subjects_.empty()
                       ? subjects_[made_ % subjects_.size()]
                       : fmt::format("{} {} Nr. {}", some_word(), some_word(), random_() % 1000);
  record.type = static_cast<DocumentType>(random_() % 13);
  record.direction = Direction::incoming;
  record.status = random_() % 3 == 0 ? DocumentStatus::received : DocumentStatus::final_;
  record.sender = "Landratsamt Musterkreis";
  record.letter_date = some_day();
  if (random_() % 2 == 0) record.received_on = some_day();
  if (random_() % 2 == 0) record.foreign_reference = fmt::format("III/{}", random_() % 5000);
  ReceiptStampRecord receipt;
  receipt.received_at = now_;
  receipt.received_by = clerk_;
  record.receipt_stamp = std::move(receipt);
  return record;
}

// Some of all that are full, spread over the years.
void Papers::note_full(DossierId dossier) {
  ++full_;
  if (facts_.some_dossiers.size() < facts_most) {
    facts_.some_dossiers.push_back(dossier);
  } else if (const std::size_t place = random_() % full_; place < facts_most) {
    facts_.some_dossiers[place] = dossier;
  }
}

// The first place is the large dossier's, which gets its share of every year; in each of the others
// lies a dossier that is filed into until it is full.
Paper Papers::next(std::optional<DossierRecord>& opened) {
  now_ += step_;
  opened.reset();
  const bool is_first = made_ == 0;
  const bool is_for_large =
      is_first || (open_[0].room > 0 && random_() % documents_ < large_documents_);
  OpenDossier& place = open_[is_for_large ? 0 : 1 + random_() % (open_.size() - 1)];
  if (place.room == 0) {
    opened = open_dossier(place, is_first ? large_documents_ : 20 + random_() % 181);
    if (is_first) facts_.large_dossier = place.id;
  }
  if (--place.room == 0 && place.size >= listed_documents && !is_for_large) note_full(place.id);
  Paper paper;
  paper.document = some_document(place.id);
  paper.version.id = VersionId::make(now_);
  paper.version.document = paper.document.id;
  paper.version.created_at = now_;
  paper.version.created_by = clerk_;
  paper.version.files.push_back({});
  paper.version.files.back().file_name = "schreiben.txt";
  paper.content = some_text();
  ++made_;
  if (made_ % std::max<std::size_t>(documents_ / facts_most, 1) == 0) {
    facts_.some_documents.push_back(paper.document.id);
  }
  return paper;
}

Result<void> pretend_index(const storage::Store& store, const std::string& folder) {
  search::IndexOptions options;
  options.folder = folder;
  const auto index = DMS_TRY(search::SearchIndex::open(options));
  const storage::JournalPosition head = store.journal_head();
  search::IndexPosition position;
  position.store_id = store.id();
  position.sequence = head.sequence;
  position.hash = head.hash;
  position.source_version = index_source_version;
  return index->commit(position);
}

Result<TownFacts> load_town(storage::StorageEnvironment& environment,
                            const std::string& data_folder, const std::string& tenant,
                            std::size_t documents, const std::function<void(std::size_t)>& progress,
                            std::vector<std::string> subjects) {
  const auto began = std::chrono::steady_clock::now();
  const TenantFolders folders = tenant_folders(data_folder, tenant);
  storage::BulkLoadOptions loading;
  loading.store.folder = folders.store;
  loading.store.name = tenant;
  loading.store.tables = stored_tables();
  Papers papers(documents, std::move(subjects));
  {
    const auto load = DMS_TRY(storage::BulkLoad::begin(environment, loading));
    const Actor actor = actor_of(papers.clerk());
    DMS_TRY(put_people(*load, papers.clerk(), Instant(town_begins)));
    for (const FilePlanUnitRecord& unit : papers.units()) DMS_TRY(load->put(unit_table, unit));
    std::optional<DossierRecord> opened;
    for (std::size_t made = 1; !papers.is_done(); ++made) {
      Paper paper = papers.next(opened);
      if (opened) DMS_TRY(put_dossier(*load, *opened, actor));
      DMS_TRY(put_paper(*load, paper, actor));
      if (made % 10'000 == 0) progress(made);
    }
    DMS_TRY(load->finish(storage::BulkLoad::Proof::opened));
  }
  TownFacts facts = papers.facts();
  facts.load_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  storage::StoreOptions reading = loading.store;
  reading.access = storage::StoreOptions::Access::read_only;
  const auto store = DMS_TRY(storage::Store::open(environment, std::move(reading)));
  DMS_TRY(pretend_index(*store, folders.index));
  return facts;
}

}  // namespace dms::bench
