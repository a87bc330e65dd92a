// What a mail has as an invoice where the jobs for the files that it carries end in different ways.
// The helper is played.

#include "search/extract/client/find_invoice.h"

#include <gtest/gtest.h>

#include "extract_support.h"

namespace dms::search::extract {
namespace {

Exchange answer(Reply reply) {
  Exchange exchange;
  exchange.course = Exchange::Course::answered;
  exchange.verdict = Verdict::finished;
  exchange.reply = std::move(reply);
  return exchange;
}

Exchange crash() {
  Exchange exchange;
  exchange.course = Exchange::Course::answered;
  exchange.verdict = Verdict::crashed;
  return exchange;
}

Reply mail_with_pdfs(std::size_t count) {
  Reply reply;
  reply.extraction.mail.emplace();
  reply.extraction.attachments.resize(count, Attachment{"", "application/pdf", false, 1});
  return reply;
}

Reply bill() {
  Reply reply;
  reply.extraction.invoice.emplace().number = "RE 7";
  reply.extraction.invoice->seller = "Salzhandel";
  return reply;
}

Reply bytes(std::string content) {
  Reply reply;
  reply.content = std::move(content);
  return reply;
}

// `attached`: of each PDF what is read out, and what is found in it.
bool finds(const std::vector<std::pair<Exchange, Exchange>>& attached) {
  std::size_t jobs = 0;
  const AskHelper ask = [&](const JobRequest& request, int) -> Result<Exchange> {
    if (jobs++ == 0) return answer(mail_with_pdfs(attached.size()));
    const auto& [content, found] = attached.at((jobs - 2) / 2);
    return request.kind == JobKind::attachment ? content : found;
  };
  const auto file = test::memory_file("mail");
  const auto found = find_invoice({}, file.get(), std::chrono::seconds{5}, ask);
  return found && *found && (*found)->number == "RE 7";
}

TEST(FindInvoice, OfAMailThatIsNotReadWholeThereIsNone) {
  const std::pair read{answer(bytes("%PDF")), answer(bill())};
  const std::pair blank{answer(bytes("%PDF")), answer({})};
  EXPECT_TRUE(finds({read}));
  EXPECT_TRUE(finds({read, read, blank}));
  EXPECT_FALSE(finds({read, {answer(bytes("%PDF")), crash()}}));
  EXPECT_FALSE(finds({{answer(bytes("%PDF")), crash()}, read}));
  EXPECT_FALSE(finds({read, {crash(), crash()}}));
  EXPECT_FALSE(finds({read, {answer(bytes("")), answer(bill())}}));
}

}  // namespace
}  // namespace dms::search::extract
