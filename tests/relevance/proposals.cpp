// How often a letter that says nothing of itself but its text is proposed the dossier in which the
// rest of its matter lies: council papers with several attachments, a dossier each, of which one
// attachment is held out and arrives as a scan ("scan0001.pdf", no sender).

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "dms/base/text.h"
#include "dms/filing_proposal.h"
#include "inbox_fixture.h"
#include "support/known_items.h"
#include "support/shared_data.h"

namespace dms::test {
namespace {

constexpr std::size_t papers_max = 150;
constexpr std::size_t text_bytes_min = 200;  // what is shorter is a scan without text
constexpr std::size_t subject_bytes_max = 200;
constexpr double first_floor = 0.80;
constexpr double among_three_floor = 0.88;

class ProposalsOfPapers : public InboxTest {
 protected:
  struct Scan {
    InboundItemId item;
    DossierId dossier;
  };

  // The paper's dossier with all of its texts but the last, which lies in the inbox.
  void arrive(const KnownItem& paper, const std::vector<std::string>& texts) {
    std::vector<const std::string*> parts;
    for (const std::uint32_t number : paper.answers) {
      const std::string& text = texts[number];
      const bool is_new = std::none_of(parts.begin(), parts.end(),
                                       [&](const std::string* part) { return *part == text; });
      if (text.size() >= text_bytes_min && is_new) parts.push_back(&text);
    }
    if (parts.empty()) return;
    const std::string title(truncate_utf8(paper.query, subject_bytes_max));
    const Dossier dossier = open_dossier(title);
    if (parts.size() > 1) {
      NewInboundItem scan = new_item("scan");
      scan.fields.subject = "scan" + std::to_string(1000 + scans_.size());
      scan.file_name = scan.fields.subject + ".pdf";
      const InboundItem item = value_of(items_->receive(clerk_, scan, stage(*parts.back())));
      scans_.push_back({item.id, dossier.id});
      parts.pop_back();
    }
    for (const std::string* part : parts) file(dossier.id, title, *part);
    dossiers_made_ += 1;
    filed_ += parts.size();
  }

  std::vector<Scan> scans_;
  std::size_t dossiers_made_ = 0;
  std::size_t filed_ = 0;
};

TEST_F(ProposalsOfPapers, NameTheDossierOfTheRest) {
  std::vector<std::string> texts;
  const auto papers = read_council_papers(shared_data(AKTENWERK_SOURCE_DIR), papers_max,
                                          [&](std::string text) { texts.push_back(text); });
  if (papers.empty()) GTEST_SKIP() << "the council papers are not there";
  for (const KnownItem& paper : papers) arrive(paper, texts);
  wait();
  const FilingProposals proposals(*store_, *permissions_, *search_);
  std::size_t first = 0;
  std::size_t among_three = 0;
  std::size_t without = 0;
  std::size_t proposed = 0;
  const auto began = std::chrono::steady_clock::now();
  for (const Scan& scan : scans_) {
    const auto found = value_of(proposals.of_item(clerk_, scan.item));
    const auto at = std::find_if(found.begin(), found.end(), [&](const FilingProposal& proposal) {
      return proposal.dossier == scan.dossier;
    });
    first += !found.empty() && at == found.begin() ? 1U : 0U;
    among_three += at != found.end() ? 1U : 0U;
    without += found.empty() ? 1U : 0U;
    proposed += found.size();
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  ASSERT_GT(scans_.size(), 20U);
  const auto all = static_cast<double>(scans_.size());
  std::printf(
      "%zu scans, %zu dossiers, %zu documents: first %.3f, among three %.3f, "
      "no proposal %.3f, %.2f proposals and %.1f ms each\n",
      scans_.size(), dossiers_made_, filed_, static_cast<double>(first) / all,
      static_cast<double>(among_three) / all, static_cast<double>(without) / all,
      static_cast<double>(proposed) / all, took.count() / all);
  EXPECT_GE(static_cast<double>(first) / all, first_floor);
  EXPECT_GE(static_cast<double>(among_three) / all, among_three_floor);
}

}  // namespace
}  // namespace dms::test
