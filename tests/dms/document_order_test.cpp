// A dossier's documents by column: each order against std::sort over the documents themselves,
// whatever was changed, moved, binned and brought back before; and stores from before there were
// orders.

#include "dms/document_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <tuple>

#include "dms/base/text.h"
#include "dms/cursor.h"
#include "dms/local_date.h"
#include "filing_fixture.h"

namespace dms::test {
namespace {

using Order = storage::ScanOptions::Direction;

constexpr std::array columns = {DocumentColumn::filed,     DocumentColumn::subject,
                                DocumentColumn::date,      DocumentColumn::received,
                                DocumentColumn::reference, DocumentColumn::type,
                                DocumentColumn::status,    DocumentColumn::modified};

constexpr std::array subjects = {"Äcker am Bach", "Ahorn",      "Abwasser",  "Übergabe", "Uferweg",
                                 "Plan 2",        "Plan 10",    "Plan 1",    "Straße",   "Strasse",
                                 "Strassen",      "öffnen",     "Offen",     "ZWECK",    "zweck",
                                 "Zisterne",      "§ 34 BauGB", "Ärztehaus", "Aerztin",  "É"};

class DocumentOrderTest : public FilingTest {
 protected:
  DocumentId add(DossierId dossier, const DocumentFields& fields) {
    clock_.advance(std::chrono::seconds(1));  // so that ids stand in the order of filing
    NewDocument input = new_document(dossier, "");
    input.fields = fields;
    return value_of(documents_->file_document(signer_, input, stage(fields.subject))).id;
  }
  DocumentId add(DossierId dossier, const std::string& subject) {
    DocumentFields fields;
    fields.subject = subject;
    return add(dossier, fields);
  }
  std::vector<Document> list(DossierId dossier, DocumentOrder order, std::size_t limit = 3) {
    std::vector<Document> all;
    PageRequest page{"", limit};
    do {
      const Page<Document> part = value_of(documents_->list(clerk_, dossier, page, order));
      EXPECT_LE(part.items.size(), limit);
      all.insert(all.end(), part.items.begin(), part.items.end());
      page.after = part.next;
    } while (!page.after.empty());
    return all;
  }
  std::vector<std::string> subjects_by(DossierId dossier, DocumentOrder order) {
    std::vector<std::string> found;
    for (const Document& each : list(dossier, order)) found.push_back(each.fields.subject);
    return found;
  }
};

// What a column shows, to be compared; "" where there is nothing.
std::string shown(const Document& document, DocumentColumn column) {
  const DocumentFields& fields = document.fields;
  const auto text = [](const std::string& of) {
    return of.empty() ? of : sort_key_german(of, DigitOrder::value);
  };
  switch (column) {
    case DocumentColumn::filed:
      return document.id.text();
    case DocumentColumn::subject:
      return text(fields.subject);
    case DocumentColumn::date:
      if (fields.letter_date) return format_date(*fields.letter_date);
      if (fields.received_on) return format_date(*fields.received_on);
      if (fields.sent_on) return format_date(*fields.sent_on);
      return format_date(local_date(document.change.created.at));
    case DocumentColumn::received:
      if (fields.received_on) return format_date(*fields.received_on);
      return document.receipt_stamp ? format_date(local_date(document.receipt_stamp->received.at))
                                    : "";
    case DocumentColumn::reference:
      return text(fields.business_reference.empty() ? fields.foreign_reference
                                                    : fields.business_reference);
    case DocumentColumn::type: {
      const std::map<DocumentType, std::string> words = {
          {DocumentType::letter, "Schreiben"}, {DocumentType::email, "E-Mail"},
          {DocumentType::notice, "Bescheid"},  {DocumentType::minutes, "Niederschrift"},
          {DocumentType::invoice, "Rechnung"}, {DocumentType::plan, "Plan"},
          {DocumentType::contract, "Vertrag"}, {DocumentType::application, "Antrag"},
          {DocumentType::form, "Formular"},    {DocumentType::memo, "Vermerk"},
          {DocumentType::report, "Gutachten"}, {DocumentType::photo, "Foto"},
          {DocumentType::other, "Sonstiges"}};
      return text(words.at(fields.type));
    }
    case DocumentColumn::status: {
      const std::map<DocumentStatus, std::string> steps = {
          {DocumentStatus::received, "1"},   {DocumentStatus::draft, "2"},
          {DocumentStatus::in_process, "3"}, {DocumentStatus::signed_, "4"},
          {DocumentStatus::sent, "5"},       {DocumentStatus::final_, "6"}};
      return steps.at(*fields.status);
    }
    case DocumentColumn::modified:
      return format_rfc3339(document.change.modified.at);
  }
  return "";
}

void sort_by(std::vector<Document>& documents, DocumentOrder order) {
  const bool descends = order.direction == Order::descending;
  std::sort(documents.begin(), documents.end(), [&](const Document& a, const Document& b) {
    const std::string of_a = shown(a, order.column);
    const std::string of_b = shown(b, order.column);
    if (of_a.empty() != of_b.empty()) return of_b.empty();  // last, either way
    const auto key_a = std::tuple(of_a, a.id.text());
    const auto key_b = std::tuple(of_b, b.id.text());
    return descends ? key_b < key_a : key_a < key_b;
  });
}

std::vector<std::string> ids_of(const std::vector<Document>& documents) {
  std::vector<std::string> ids;
  for (const Document& each : documents) ids.push_back(each.id.text());
  return ids;
}

TEST_F(DocumentOrderTest, SubjectsStandAsInADictionary) {
  const DossierId dossier = open_dossier().id;
  for (const char* subject : {"Plan 10", "Zufahrt", "Ärztehaus", "Straße", "Bach", "Plan 2",
                              "Strassen", "Abwasser", "Strasse"}) {
    add(dossier, subject);
  }
  const std::vector<std::string> ordered = {"Abwasser", "Ärztehaus", "Bach",
                                            "Plan 2",   "Plan 10",   "Strasse",
                                            "Straße",   "Strassen",  "Zufahrt"};
  EXPECT_EQ(subjects_by(dossier, {DocumentColumn::subject, Order::ascending}), ordered);
  EXPECT_EQ(subjects_by(dossier, {DocumentColumn::subject, Order::descending}),
            std::vector<std::string>(ordered.rbegin(), ordered.rend()));
}

TEST_F(DocumentOrderTest, WhatHasNoValueComesLastEitherWay) {
  const DossierId dossier = open_dossier().id;
  DocumentFields fields;
  for (const char* reference : {"", "AZ 10", "", "AZ 9"}) {
    fields.subject = std::string("Zeichen ") + reference;
    fields.foreign_reference = reference;
    add(dossier, fields);
  }
  EXPECT_EQ(subjects_by(dossier, {DocumentColumn::reference, Order::ascending}),
            (std::vector<std::string>{"Zeichen AZ 9", "Zeichen AZ 10", "Zeichen", "Zeichen"}));
  EXPECT_EQ(subjects_by(dossier, {DocumentColumn::reference, Order::descending}),
            (std::vector<std::string>{"Zeichen AZ 10", "Zeichen AZ 9", "Zeichen", "Zeichen"}));
}

TEST_F(DocumentOrderTest, SubjectsThatBeginAlikeStandInTheOrderOfFiling) {
  const DossierId dossier = open_dossier().id;
  const std::string beginning(100, 'x');
  add(dossier, beginning + "b");
  add(dossier, beginning + "a");
  EXPECT_EQ(subjects_by(dossier, {DocumentColumn::subject, Order::ascending}),
            (std::vector<std::string>{beginning + "b", beginning + "a"}));
}

// Characters whose sort keys are as long as they come.
TEST_F(DocumentOrderTest, PlacesStayShort) {
  const DossierId dossier = open_dossier().id;
  std::string longest;
  for (int i = 0; i < 500; ++i) longest += "\uFDFA";
  add(dossier, longest);
  add(dossier, longest);
  const PageRequest one{"", 1};
  const auto page = value_of(documents_->list(clerk_, dossier, one, {DocumentColumn::subject, {}}));
  EXPECT_LT(page.next.size(), cursor_bytes_max / 2);
}

class RandomDossiers {
 public:
  explicit RandomDossiers(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  DocumentFields fields() {
    DocumentFields made;
    made.subject = subjects.at(below(subjects.size()));
    if (chance(3)) made.subject += fmt::format(" {}", below(200));
    made.type = static_cast<DocumentType>(below(13));
    made.direction = static_cast<dms::Direction>(below(3));
    if (chance(2)) made.letter_date = day();
    if (chance(3)) made.received_on = day();
    if (chance(4)) made.sent_on = day();
    if (chance(3)) made.business_reference = fmt::format("{}/{}", below(3), below(120));
    if (chance(3)) made.foreign_reference = subjects.at(below(subjects.size()));
    return made;
  }

 private:
  Date day() {
    return Date{std::chrono::sys_days{std::chrono::year{1990} / 1 / 1} +
                std::chrono::days{below(40) * 300}};
  }

  std::mt19937 random_;
};

TEST_F(DocumentOrderTest, EveryOrderIsThatOfStdSortWhateverHappened) {
  RandomDossiers random(11);
  const std::array dossiers = {open_dossier("Nord").id, open_dossier("Süd").id};
  std::vector<DocumentId> ids;
  std::size_t changes = 0;
  for (int i = 0; i < 240; ++i) {
    if (ids.size() < 40 || random.chance(3)) {
      ids.push_back(add(dossiers.at(random.below(2)), random.fields()));
      continue;
    }
    clock_.advance(std::chrono::seconds(1));
    const Document before = value_of(documents_->get(signer_, ids.at(random.below(ids.size()))));
    const std::uint64_t revision = before.change.revision;
    if (before.binned) {
      value_of(documents_->restore(signer_, before.id, revision));
    } else if (random.chance(4)) {
      value_of(documents_->put_in_bin(signer_, before.id, revision));
    } else if (random.chance(3)) {
      value_of(documents_->move(signer_, before.id, dossiers.at(random.below(2)), revision)
                   .or_else([&](const Error&) -> Result<Document> { return before; }));
    } else {
      DocumentFields fields = random.fields();
      fields.direction = before.fields.direction;
      value_of(documents_->update(signer_, before.id, fields, revision));
    }
    ++changes;
  }
  EXPECT_GT(changes, 100U);
  for (const DossierId dossier : dossiers) {
    std::vector<Document> expected;
    for (const DocumentId id : ids) {
      const Document document = value_of(documents_->get(signer_, id));
      if (!document.binned && document.dossier == dossier) expected.push_back(document);
    }
    ASSERT_GT(expected.size(), 20U);
    for (const DocumentColumn column : columns) {
      for (const Order direction : {Order::ascending, Order::descending}) {
        const DocumentOrder order{column, direction};
        sort_by(expected, order);
        EXPECT_EQ(ids_of(list(dossier, order, 7)), ids_of(expected)) << enum_name(column);
      }
    }
  }
  EXPECT_EQ(value_of(store_->verify()).problems, std::vector<std::string>());
}

// The tables as they were before there were orders.
TEST_F(DocumentOrderTest, AStoreFromBeforeIsPutInOrderWhenItOpens) {
  storage::Table<DocumentRecord> before = document_table;
  before.indexes.resize(2);
  storage::StoreOptions options;
  options.folder = (temp_ / "before").string();
  options.name = "before";
  options.tables = {indexes_of(before)};
  const DossierId dossier = DossierId::make(clock_.now());
  {
    const auto store = value_of(storage::Store::open(environment_, options));
    value_of(store->commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      for (const char* subject : subjects) {
        DocumentRecord record;
        record.id = DocumentId::make(clock_.now());
        record.dossier = dossier;
        record.subject = subject;
        DMS_TRY(commit.insert(before, record));
      }
      return commit;
    }));
  }
  options.tables = {indexes_of(document_table)};
  const auto store = value_of(storage::Store::open(environment_, options));
  const auto found = value_of(store->read<std::vector<std::string>>(
      [&](const storage::View& view) -> Result<std::vector<std::string>> {
        const DocumentOrder order{DocumentColumn::subject, Order::ascending};
        std::vector<std::string> texts;
        const auto page = DMS_TRY(read_ordered(view, dossier, order, {"", 100}));
        for (const DocumentRecord& record : page.items) texts.push_back(record.subject);
        return texts;
      }));
  std::vector<std::string> expected(subjects.begin(), subjects.end());
  std::sort(expected.begin(), expected.end(), [](const std::string& a, const std::string& b) {
    return sort_key_german(a, DigitOrder::value) < sort_key_german(b, DigitOrder::value);
  });
  EXPECT_EQ(found, expected);
  EXPECT_EQ(value_of(store->verify()).problems, std::vector<std::string>());
}

TEST_F(DocumentOrderTest, WhatIsSortedByTextFollowsTheCollation) {
  std::size_t collated = 0;
  for (const auto& index : indexes_of(document_table).indexes) {
    collated += index.version.ends_with(sort_key_version()) ? 1U : 0U;
  }
  EXPECT_EQ(collated, 2U) << "subject and reference";
}

}  // namespace
}  // namespace dms::test
