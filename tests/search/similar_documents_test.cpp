// Which documents are alike, and that hidden ones have no part in it: neither as hits nor by how
// often they say a word.

#include <string>

#include "search/index_fixture.h"

namespace dms::search::test {
namespace {

using Numbers = std::vector<std::uint32_t>;

class SimilarDocumentsTest : public IndexTest {
 protected:
  Numbers similar(std::uint32_t number, const GroupVisible& visible = everything,
                  std::size_t limit = 10) {
    const auto hits = index_->similar(uuid_of(number), limit, {visible, {}});
    EXPECT_TRUE(hits) << hits.error().hint;
    Numbers list;
    for (const Hit& hit : *hits) list.push_back(number_of(hit.document));
    return list;
  }

  void put_text(std::uint32_t number, const std::string& body, std::uint32_t group = 1) {
    IndexDocument made = document(number, body, group);
    made.body_sha256 = sha256(body);
    put(made);
  }

  // Other business, so that not every word stands in every document.
  void put_filling(std::uint32_t first, std::uint32_t count, std::uint32_t group = 1) {
    for (std::uint32_t i = 0; i < count; ++i) {
      put_text(first + i, "Allerlei über Sache" + std::to_string(1000 + i) + " und Ding", group);
    }
  }
};

bool group_one(const Uuid& group) {
  return group == uuid_of(1);
}

TEST_F(SimilarDocumentsTest, FindsWhatSharesTheWordsThatStandOut) {
  put_text(1, "Die Zisterne am Mühlgraben leckt, sagt der Gutachter Rübezahl.");
  put_text(2, "Rübezahl hat die Zisternen beim Mühlgraben besehen.");
  put_text(3, "Am Mühlgraben wird gebaut.");
  put_text(4, "Haushalt, Gemeinde, Posten und Genaueres");
  put_filling(100, 40);
  commit();
  EXPECT_EQ(similar(1), (Numbers{2, 3}));
  EXPECT_EQ(similar(4), Numbers{});
  EXPECT_EQ(similar(77), Numbers{}) << "not in the index";
  EXPECT_EQ(similar(1, everything, 1), Numbers{2});
}

TEST_F(SimilarDocumentsTest, ASubjectCountsToo) {
  IndexDocument first = document(1, "");
  first.fields.push_back({Field::subject, "Schallschutzwand Bahndamm"});
  IndexDocument second = document(2, "Der Bahndamm bekommt eine Schallschutzwand");
  IndexDocument third = document(3, "");
  third.fields.push_back({Field::notes, "Schallschutzwand Bahndamm"});
  for (const auto& each : {first, second, third}) put(each);
  put_filling(100, 40);
  commit();
  EXPECT_EQ(similar(1), Numbers{2}) << "notes may say what the asker is not to read";
}

TEST_F(SimilarDocumentsTest, ATextThatIsInNoIndexFindsWhatIsLikeIt) {
  put_text(1, "Rübezahl hat die Zisternen beim Mühlgraben besehen.");
  put_text(2, "Am Mühlgraben wird gebaut.", 2);
  put_filling(100, 40);
  commit();
  const auto like = [&](const SimilarText& text, const GroupVisible& visible) {
    Numbers list;
    const auto hits = index_->similar_to(text, 10, {visible, {}});
    EXPECT_TRUE(hits) << hits.error().hint;
    for (const Hit& hit : *hits) list.push_back(number_of(hit.document));
    return list;
  };
  EXPECT_EQ(like({"", "Die Zisterne am Mühlgraben leckt"}, everything), (Numbers{1, 2}));
  EXPECT_EQ(like({"Mühlgraben", ""}, group_one), Numbers{1});
  EXPECT_EQ(like({"Unbekanntes", "und Neues"}, everything), Numbers{});
  EXPECT_EQ(like({"", ""}, everything), Numbers{});
}

TEST_F(SimilarDocumentsTest, OneTextIsThereOnceAndNotTheOneAsked) {
  const std::string text = "Die Zisterne am Mühlgraben leckt";
  put_text(1, text);
  put_text(2, text);
  put_text(3, "Zisterne und Mühlgraben, neu gemauert");
  put_text(4, "Zisterne und Mühlgraben, neu gemauert");
  put_filling(100, 40);
  commit();
  EXPECT_EQ(similar(1), Numbers{3});
}

TEST_F(SimilarDocumentsTest, HiddenDocumentsAreNoHitsAndChooseNothing) {
  put_text(1, "Zisterne Mühlgraben Rübezahl Gutachten Leckage");
  put_text(2, "Zisterne mit Leckage");
  put_text(3, "Mühlgraben mit Gutachten");
  put_filling(100, 60);
  commit();
  const Numbers before = similar(1, group_one);
  ASSERT_EQ(before.size(), 2U);
  const auto scores = [&] {
    std::vector<double> list;
    const auto hits = index_->similar(uuid_of(1), 10, {group_one, {}});
    for (const Hit& hit : *hits) list.push_back(hit.score);
    return list;
  };
  const std::vector<double> scores_before = scores();
  // What made the one stand out is said by every hidden document now, and the other by none.
  const std::string often = before.front() == 2 ? "Zisterne Leckage " : "Mühlgraben Gutachten ";
  for (std::uint32_t i = 0; i < 300; ++i) {
    put_text(1000 + i, often + "Zahl" + std::to_string(5000 + i), 2);
  }
  commit();
  EXPECT_EQ(similar(1, group_one), before);
  EXPECT_EQ(scores(), scores_before) << "not even by a little";
  EXPECT_NE(similar(1), before) << "who sees the others is answered otherwise";
}

TEST_F(SimilarDocumentsTest, MoreThanTheSampleHoldsIsCountedInPart) {
  put_text(1, "Zisterne Mühlgraben Alleinwort");
  put_text(2, "Zisterne Mühlgraben Anderes");
  for (std::uint32_t i = 0; i < 5000; ++i) {
    put(document(10'000 + i, "Sache " + std::to_string(100'000 + i) + " Ding"));
  }
  commit();
  EXPECT_EQ(similar(1), Numbers{2});
}

TEST_F(SimilarDocumentsTest, TheNewestIsTheLastThatStandsInAUnit) {
  const auto put_at = [&](std::uint8_t time, std::uint32_t number, bool stands_in_unit) {
    IndexDocument made = document(number, "Kanal");
    made.id.bytes[5] = time;
    if (stands_in_unit) made.filters.push_back({Filter::unit, "a unit"});
    put(made);
    return made.id;
  };
  EXPECT_EQ(index_->newest_document().value(), Uuid{});
  put_at(9, 1, false);
  commit();
  EXPECT_EQ(index_->newest_document().value(), Uuid{}) << "post that waits";
  put_at(3, 2, true);
  const Uuid newest = put_at(3, 7, true);
  put_at(3, 8, false);
  put_at(4, 3, false);
  commit();
  EXPECT_EQ(index_->newest_document().value(), newest);
  const Uuid newer = put_at(12, 1, true);
  commit();
  EXPECT_EQ(index_->newest_document().value(), newer);
}

TEST_F(SimilarDocumentsTest, SinglesAreFound) {
  put_text(1, "Zisterne am Mühlgraben", 1);
  put_text(2, "Zisterne und Mühlgraben", 2);
  put_filling(100, 40);
  commit();
  EXPECT_EQ(similar(1, group_one), Numbers{});
  const auto hits = index_->similar(uuid_of(1), 10, {group_one, {uuid_of(2)}});
  ASSERT_TRUE(hits);
  ASSERT_EQ(hits->size(), 1U);
}

TEST_F(SimilarDocumentsTest, HitsFiledAfterAnotherAreCounted) {
  for (const std::uint32_t number : {1U, 5U, 9U}) put_text(number, "Kanal", 1);
  put_text(12, "Kanal", 2);
  put_text(13, "Brücke", 1);
  commit();
  const auto newer = [&](std::uint32_t than, const GroupVisible& visible) {
    SearchRequest request;
    request.query = "kanal";
    request.limit = 1;
    request.newer_than = uuid_of(than);
    const SearchResults results = search(request, visible);
    EXPECT_TRUE(results.is_newer_complete);
    return results.newer;
  };
  EXPECT_EQ(newer(0, everything), 4U);
  EXPECT_EQ(newer(1, everything), 3U);
  EXPECT_EQ(newer(6, everything), 2U) << "the moment need not be a document";
  EXPECT_EQ(newer(6, group_one), 1U);
  EXPECT_EQ(newer(12, everything), 0U);
  SearchRequest nobody_asked;
  nobody_asked.query = "kanal";
  EXPECT_EQ(search(nobody_asked).newer, 0U);
}

}  // namespace
}  // namespace dms::search::test
