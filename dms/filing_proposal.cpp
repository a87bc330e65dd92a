#include "dms/filing_proposal.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "dms/base/text.h"
#include "dms/content_reading.h"
#include "dms/document_text.h"
#include "dms/inbound_access.h"
#include "dms/letter_subject.h"
#include "dms/recognition_record.h"
#include "dms/reference_search.h"
#include "dms/search_passage.h"

namespace dms {

using storage::View;

namespace {

// References stand in the head of a letter, or in its first pages.
constexpr std::size_t text_bytes_max = 256U << 10U;
// "Hallenbelegung im neuen Jahr": short words stand in every letter, and a sender has some.
constexpr WordLimits subject_words{6, 12};
constexpr WordLimits sender_words{3, 12};
constexpr WordLimits all_words{1, 64};
constexpr std::size_t hits_looked_at = 20;
constexpr std::size_t earlier_items_looked_at = 100;
// Below this per cent of the best possible, what is found merely shares a word.
constexpr double similar_score_min = 20;
// The same of a whole text, most of whose words no other text says.
constexpr double alike_score_min = 10;

// What each speaks for a dossier; they add up.
constexpr double weight_yours = 1000;
constexpr double weight_reference = 500;
constexpr double weight_alike = 2;  // per cent of the letter's own worth; hardly half is met
constexpr double weight_sender = 40;
constexpr double weight_sender_again = 5;  // a further letter, so many times at most
constexpr double sender_again_max = 4;
// What has less than this share of what speaks for the best is noise beside it.
constexpr double share_of_best_min = .25;

struct Candidate {
  double weight = 0;
  std::map<ProposalReason, double> reasons;
  std::string evidence;

  void add(ProposalReason reason, double more) {
    weight += more;
    reasons[reason] += more;
  }
};
using Candidates = std::map<DossierId, Candidate>;

// The item, with what of it may name a dossier.
struct Letter {
  InboundItemRecord item;
  DocumentText text;
  std::optional<RecognitionRecord> recognition = {};
};

LetterText text_of(const Letter& letter, std::string_view bytes, std::string_view addressee) {
  return {pages_of(bytes, letter.text.page_offsets), letter.item.received_on, addressee};
}

// By what a dossier is looked for, as far as the item and its letter say it.
struct Clues {
  std::string subject;
  std::string sender;
  std::string text;
};

// A scan's subject is the name of its file: a number in it ("scan0001") says nothing.
std::string subject_of(const InboundItemRecord& item) {
  std::string subject;
  for (const std::string& word : telling_words(item.subject, all_words)) {
    const bool has_digit =
        std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (has_digit && item.file.file_name.find(word) != std::string::npos) continue;
    subject += word + " ";
  }
  return subject;
}

Clues clues_of(const Letter& letter, std::string text, std::string_view addressee) {
  Clues clues{subject_of(letter.item), letter.item.sender.value_or(""), std::move(text)};
  const LetterText read = text_of(letter, clues.text, addressee);
  clues.subject += letter_subject(read.pages.front());
  if (!clues.sender.empty()) return clues;
  for (LetterField& field : read_letter(read)) {
    if (field.name == LetterFieldName::sender) clues.sender = std::move(field.value);
  }
  return clues;
}

Result<Letter> readable_letter(const View& view, const PermissionCache& permissions,
                               const Actor& actor, InboundItemId id) {
  const auto item = DMS_TRY(view.find(inbound_item_table, id.key()));
  if (!item) return fail(absent_object());
  DMS_TRY(require_right(DMS_TRY(item_rights(view, permissions, actor, *item)), Right::read));
  if (!is_waiting(*item)) return Letter{*item, {}};
  return Letter{*item, DMS_TRY(find_document_text(view, content_of(*item))),
                DMS_TRY(find_recognition(view, content_of(*item)))};
}

Result<void> add_references(const View& view, std::string_view text, Candidates& candidates) {
  for (const FoundReference& found : find_references(text)) {
    const auto dossier =
        DMS_TRY(view.find_by(dossier_table, "reference", dossier_reference_key(found.text)));
    if (!dossier) continue;
    candidates[dossier->id].add(
        found.is_yours ? ProposalReason::your_reference : ProposalReason::reference_in_text,
        found.is_yours ? weight_yours : weight_reference);
  }
  return {};
}

void add_sender(Candidate& candidate) {
  const double known = candidate.reasons[ProposalReason::same_sender];
  if (known == 0) candidate.add(ProposalReason::same_sender, weight_sender);
  if (known > 0 && known < weight_sender + weight_sender_again * sender_again_max) {
    candidate.add(ProposalReason::same_sender, weight_sender_again);
  }
}

// Where what this sender sent was filed out of an inbox, and lies now.
Result<void> add_earlier_items(const View& view, std::string_view sender, Candidates& candidates) {
  const std::string folded = fold_german(sender);
  if (folded.empty()) return {};
  storage::ScanOptions options;
  options.prefix = inbound_sender_prefix(folded);
  options.limit = earlier_items_looked_at;
  options.direction = storage::ScanOptions::Direction::descending;
  for (const InboundItemRecord& earlier :
       DMS_TRY(view.scan_index(inbound_item_table, "sender", options)).items) {
    if (!earlier.document) continue;
    const auto document = DMS_TRY(view.find(document_table, earlier.document->key()));
    if (document && !document->binned_at) add_sender(candidates[document->dossier]);
  }
  return {};
}

// Keeps those that are open and that the asker may file into; the rest tells nothing.
Result<std::vector<std::pair<double, FilingProposal>>> permitted(const View& view,
                                                                 const PermissionCache& permissions,
                                                                 const Actor& actor,
                                                                 const Candidates& candidates) {
  std::vector<std::pair<double, FilingProposal>> proposals;
  for (const auto& [id, candidate] : candidates) {
    const auto dossier = require_dossier(view, permissions, actor, id, Right::file);
    if (!dossier && (dossier.error().code == ErrorCode::not_found ||
                     dossier.error().code == ErrorCode::forbidden)) {
      continue;
    }
    if (!dossier) return fail(dossier.error());
    if (!require_open(dossier->record)) continue;
    FilingProposal proposal;
    proposal.dossier = id;
    proposal.file_reference = dossier->record.file_reference;
    proposal.title = dossier->record.title;
    proposal.unit = dossier->record.unit;
    proposal.evidence = candidate.evidence;
    std::vector<std::pair<double, ProposalReason>> reasons;
    for (const auto& [reason, weight] : candidate.reasons) {
      if (weight > 0) reasons.emplace_back(weight, reason);
    }
    std::stable_sort(reasons.begin(), reasons.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [weight, reason] : reasons) proposal.reasons.push_back(reason);
    proposals.emplace_back(candidate.weight, std::move(proposal));
  }
  std::stable_sort(proposals.begin(), proposals.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  return proposals;
}

std::string any_of(const std::vector<std::string>& words) {
  std::string query;
  for (const std::string& word : words) query += (query.empty() ? "" : " ODER ") + word;
  return query;
}

// Of what reads alike, each dossier's best.
void add_alike(const std::vector<SearchHit>& hits, double factor, Candidates& candidates) {
  std::set<DossierId> met;
  for (const SearchHit& hit : hits) {
    if (!met.insert(hit.dossier).second) continue;
    Candidate& candidate = candidates[hit.dossier];
    candidate.add(ProposalReason::similar, factor * hit.score);
    if (candidate.evidence.empty()) candidate.evidence = hit.subject;
  }
}

Result<void> add_similar(const SearchService& search, const Actor& actor, const Clues& clues,
                         Candidates& candidates) {
  SearchQuery query;
  query.limit = hits_looked_at;
  query.hits_only = true;
  query.text = any_of(telling_words(clues.subject, subject_words));
  if (!query.text.empty()) {
    std::vector<SearchHit> hits = DMS_TRY(search.search(actor, query)).hits;
    std::erase_if(hits, [](const SearchHit& hit) { return hit.score < similar_score_min; });
    add_alike(hits, 1, candidates);
  }
  std::vector<SearchHit> hits =
      DMS_TRY(search.similar_to(actor, {clues.subject, clues.text}, hits_looked_at));
  std::erase_if(hits, [](const SearchHit& hit) { return hit.score < alike_score_min; });
  add_alike(hits, weight_alike, candidates);
  return {};
}

Result<void> add_sender_post(const SearchService& search, const Actor& actor, const Clues& clues,
                             Candidates& candidates) {
  SearchQuery query;
  query.limit = hits_looked_at;
  query.hits_only = true;
  for (const std::string& word : telling_words(clues.sender, sender_words)) {
    query.text += "+absender:" + word + " ";
  }
  if (query.text.empty()) return {};
  for (const SearchHit& hit : DMS_TRY(search.search(actor, query)).hits) {
    Candidate& candidate = candidates[hit.dossier];
    add_sender(candidate);
    if (candidate.evidence.empty()) candidate.evidence = hit.subject;
  }
  return {};
}

// Where the words of `field` stand on the page's picture.
Result<std::vector<search::PageBox>> boxes_of(const storage::Store& store, const Letter& letter,
                                              const LetterField& field) {
  std::vector<search::PageBox> boxes;
  const auto& recognised = letter.text.recognised_pages;
  const bool is_recognised =
      std::find(recognised.begin(), recognised.end(), field.page) != recognised.end();
  if (!is_recognised || !letter.recognition) return boxes;
  const auto page = read_recognised_page(store, *letter.recognition, field.page);
  if (!page && page.error().code == ErrorCode::corrupt) return boxes;  // read anew, some day
  if (!page) return fail(page.error());
  if (!*page) return boxes;
  for (const search::RecognisedWord& word : (*page)->words) {
    if (word.offset < field.end && word.offset + word.length > field.begin) {
      boxes.push_back(word.box);
    }
  }
  return boxes;
}

// What the file says for machines, before what was read out of its text; each with its place where
// it stands in the text as well.
std::vector<ProposedField> fields_of(const DocumentText& known, const LetterText& text) {
  std::vector<LetterField> read = read_letter(text);
  std::vector<ProposedField> proposed;
  for (FactField& fact : read_facts(known.mail, known.invoice)) {
    const auto same = std::find_if(read.begin(), read.end(), [&](const LetterField& field) {
      return field.name == fact.name;
    });
    std::optional<LetterField> place;
    if (same != read.end() && same->value == fact.value) place = *same;
    if (!place) place = find_value(text.pages, fact.name, fact.value);
    if (same != read.end()) read.erase(same);
    proposed.push_back(
        {fact.source, place.value_or(LetterField{fact.name, fact.value, 0, 0, 0}), {}, {}});
  }
  for (LetterField& field : read) {
    proposed.push_back({FieldSource::text, std::move(field), {}, {}});
  }
  std::stable_sort(proposed.begin(), proposed.end(),
                   [](const auto& a, const auto& b) { return a.field.name < b.field.name; });
  return proposed;
}

}  // namespace

Result<std::vector<ProposedField>> FilingProposals::fields_of_item(const Actor& actor,
                                                                   InboundItemId id) const {
  const Letter letter = DMS_TRY(store_.read<Letter>(
      [&](const View& view) { return readable_letter(view, permissions_, actor, id); }));
  const bool says_something = letter.text.text || letter.text.mail || letter.text.invoice;
  if (!is_waiting(letter.item) || !says_something) return std::vector<ProposedField>();
  DMS_TRY(record_read(store_, actor, "text.read", id.value));
  const std::string bytes = DMS_TRY(read_text(store_, letter.text, text_bytes_max));
  const LetterText text = text_of(letter, bytes, tenant_name_);
  std::vector<ProposedField> proposed = fields_of(letter.text, text);
  for (ProposedField& found : proposed) {
    const LetterField& field = found.field;
    if (field.page == 0) continue;
    found.quote = text.pages[field.page - 1].substr(field.begin, field.end - field.begin);
    found.boxes = DMS_TRY(boxes_of(store_, letter, field));
  }
  return proposed;
}

Result<std::vector<FilingProposal>> FilingProposals::of_item(const Actor& actor,
                                                             InboundItemId id) const {
  const Letter letter = DMS_TRY(store_.read<Letter>(
      [&](const View& view) { return readable_letter(view, permissions_, actor, id); }));
  if (!is_waiting(letter.item)) return std::vector<FilingProposal>();
  const Clues clues =
      clues_of(letter, DMS_TRY(read_text(store_, letter.text, text_bytes_max)), tenant_name_);
  Candidates candidates;
  DMS_TRY(add_similar(search_, actor, clues, candidates));
  DMS_TRY(add_sender_post(search_, actor, clues, candidates));
  const std::string text =
      letter.item.subject + "\n" + letter.item.file.file_name + "\n" + clues.text;
  using Weighed = std::vector<std::pair<double, FilingProposal>>;
  const Weighed weighed = DMS_TRY(store_.read<Weighed>([&](const View& view) -> Result<Weighed> {
    DMS_TRY(add_references(view, text, candidates));
    DMS_TRY(add_earlier_items(view, clues.sender, candidates));
    return permitted(view, permissions_, actor, candidates);
  }));
  std::vector<FilingProposal> proposals;
  for (const auto& [weight, proposal] : weighed) {
    if (proposals.size() == filing_proposals_max) break;
    if (weight < share_of_best_min * weighed.front().first) break;
    proposals.push_back(proposal);
  }
  return proposals;
}

}  // namespace dms
