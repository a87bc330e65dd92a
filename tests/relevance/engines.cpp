#include "engines.h"

#include <xapian.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "dms/base/bytes.h"
#include "search/index.h"

namespace dms::relevance {

namespace {

Uuid uuid_of(std::uint32_t number) {
  std::string bytes(12, '\0');
  append_big_endian(bytes, number);
  return *uuid_from_raw(bytes);
}

std::uint32_t number_of(const Uuid& uuid) {
  return *read_big_endian_32(raw_bytes(uuid).substr(12));
}

[[noreturn]] void give_up(const Error& error) {
  std::fprintf(stderr, "relevance: %s\n", error.hint.c_str());
  std::exit(1);
}

class OurEngine final : public Engine {
 public:
  explicit OurEngine(const std::string& folder) {
    auto opened = search::SearchIndex::open({folder});
    if (!opened) give_up(opened.error());
    index_ = std::move(*opened);
    filled_ = index_->document_count() > 0;
  }

  void add(std::uint32_t number, const Text& text) override {
    search::IndexDocument document;
    document.id = uuid_of(number);
    document.body = text.body;
    if (!text.body.empty()) document.body_sha256 = sha256(text.body);
    const auto say = [&](search::Field field, const std::string& said) {
      if (!said.empty()) document.fields.push_back({field, said});
    };
    say(search::Field::file_name, text.name);
    say(search::Field::subject, text.subject);
    say(search::Field::reference, text.reference);
    document.date = text.date;
    if (const auto put = index_->put(document); !put) give_up(put.error());
  }

  void finish() override {
    if (const auto done = index_->commit({{}, 1, {}, 0}); !done) give_up(done.error());
  }

  bool filled() const override { return filled_; }
  void look_from(Date today) override { today_ = today; }

  std::vector<std::uint32_t> best(const std::string& query, std::size_t limit) override {
    search::SearchRequest request;
    request.query = query;
    request.limit = limit;
    request.today = today_;
    const auto results = index_->search(request, [](const Uuid&) { return true; });
    std::vector<std::uint32_t> numbers;
    if (!results) return numbers;
    for (const search::Hit& hit : results->hits) numbers.push_back(number_of(hit.document));
    return numbers;
  }

  std::vector<std::uint32_t> similar(std::uint32_t number, std::size_t limit) override {
    const auto hits =
        index_->similar(uuid_of(number), limit, {[](const Uuid&) { return true; }, {}});
    if (!hits) give_up(hits.error());
    std::vector<std::uint32_t> numbers;
    for (const search::Hit& hit : *hits) numbers.push_back(number_of(hit.document));
    return numbers;
  }

 private:
  std::optional<Date> today_;
  std::unique_ptr<search::SearchIndex> index_;
  bool filled_ = false;
};

class PlainEngine final : public Engine {
 public:
  explicit PlainEngine(const std::string& folder)
      : database_(folder, Xapian::DB_CREATE_OR_OPEN | Xapian::DB_NO_SYNC),
        filled_(database_.get_doccount() > 0) {
    generator_.set_stemmer(stemmer_);
    parser_.set_stemmer(stemmer_);
    parser_.set_database(database_);
  }

  void add(std::uint32_t number, const Text& text) override {
    Xapian::Document document;
    document.set_data(std::to_string(number));
    generator_.set_document(document);
    for (const std::string* said : {&text.body, &text.name, &text.subject, &text.reference}) {
      generator_.index_text(*said);
      generator_.increase_termpos();
    }
    database_.add_document(document);
  }

  void finish() override { database_.commit(); }
  bool filled() const override { return filled_; }

  std::vector<std::uint32_t> best(const std::string& query, std::size_t limit) override {
    Xapian::Enquire enquire(database_);
    // Without operators: quotation marks of titles are punctuation.
    enquire.set_query(parser_.parse_query(in_small_letters(query), 0));
    return numbers_of(enquire.get_mset(0, static_cast<Xapian::doccount>(limit)));
  }

  std::vector<std::uint32_t> similar(std::uint32_t number, std::size_t limit) override {
    constexpr Xapian::termcount words = 40;
    const Xapian::docid document = number + 1;  // in the order of adding
    Xapian::RSet like;
    like.add_document(document);
    Xapian::Enquire enquire(database_);
    enquire.set_query(Xapian::Query(std::string()));
    const Xapian::ESet set = enquire.get_eset(words, like);
    std::vector<std::string> terms;
    for (auto at = set.begin(); at != set.end(); ++at) terms.push_back(*at);
    enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end()));
    std::vector<std::uint32_t> numbers =
        numbers_of(enquire.get_mset(0, static_cast<Xapian::doccount>(limit + 1)));
    std::erase(numbers, number);
    numbers.resize(std::min(numbers.size(), limit));
    return numbers;
  }

 private:
  // Its parser leaves words with a capital unstemmed, which in German are all nouns.
  static std::string in_small_letters(const std::string& text) {
    std::string small;
    for (Xapian::Utf8Iterator at(text); at != Xapian::Utf8Iterator(); ++at) {
      Xapian::Unicode::append_utf8(small, Xapian::Unicode::tolower(*at));
    }
    return small;
  }

  static std::vector<std::uint32_t> numbers_of(const Xapian::MSet& hits) {
    std::vector<std::uint32_t> numbers;
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) {
      numbers.push_back(static_cast<std::uint32_t>(
          std::strtoul(hit.get_document().get_data().c_str(), nullptr, 10)));
    }
    return numbers;
  }

  Xapian::WritableDatabase database_;
  bool filled_;
  Xapian::Stem stemmer_{"german"};
  Xapian::TermGenerator generator_;
  Xapian::QueryParser parser_;
};

}  // namespace

std::unique_ptr<Engine> our_engine(const std::string& folder) {
  return std::make_unique<OurEngine>(folder);
}

std::unique_ptr<Engine> plain_engine(const std::string& folder) {
  return std::make_unique<PlainEngine>(folder);
}

}  // namespace dms::relevance
