// The reply of a child that is not trusted: what is sound arrives whole, all else is dropped.

#include "search/extract/protocol/reply.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "dms/base/bytes.h"
#include "search/extract/protocol/fact.h"
#include "search/extract/protocol/messages.h"
#include "search/extract/protocol/unique_fd.h"

namespace dms::search::extract {
namespace {

constexpr std::uint64_t text_max = 1U << 20U;

std::string frame(FrameType type, std::string_view payload) {
  std::string bytes{static_cast<char>(type)};
  append_big_endian(bytes, static_cast<std::uint32_t>(payload.size()));
  bytes += payload;
  return bytes;
}

std::string state_frame(TextState state) {
  return frame(FrameType::state, std::string{static_cast<char>(state)});
}

std::string sound_reply() {
  return frame(FrameType::mime_type, "text/plain") + state_frame(TextState::extracted) +
         frame(FrameType::title, "Bescheid") + frame(FrameType::text, "Grüße") +
         frame(FrameType::end, "");
}

std::optional<Reply> decode(std::string_view bytes) {
  ReplyDecoder decoder({text_max});
  decoder.feed(bytes);
  return decoder.finish();
}

// What ReplyWriter writes, read back from its pipe.
std::string written(const Extraction& extraction, Cause cause) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  UniqueFd read_end(ends[0]);
  {
    UniqueFd write_end(ends[1]);
    ReplyWriter writer(write_end.get());
    writer.write_type(extraction.mime_type);
    writer.write(extraction, cause);
  }
  std::string bytes(65536, '\0');
  bytes.resize(static_cast<std::size_t>(::read(read_end.get(), bytes.data(), bytes.size())));
  return bytes;
}

TEST(Reply, ArrivesAsWritten) {
  Extraction extraction;
  extraction.mime_type = "message/rfc822";
  extraction.state = TextState::extracted;
  extraction.text = "Erste Seite\fZweite Seite";
  extraction.title = "Betreff";
  extraction.author = "Frau Müller";
  extraction.attachments = {{"Plan.pdf", "application/pdf", false, 1ULL << 40U},
                            {"", "image/png", true}};
  auto reply = decode(written(extraction, Cause::text_cut));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->extraction.mime_type, extraction.mime_type);
  EXPECT_EQ(reply->extraction.state, extraction.state);
  EXPECT_EQ(reply->extraction.text, extraction.text);
  EXPECT_EQ(reply->extraction.title, extraction.title);
  EXPECT_EQ(reply->extraction.author, extraction.author);
  EXPECT_EQ(reply->extraction.cause, "text_cut");
  ASSERT_EQ(reply->extraction.attachments.size(), 2U);
  EXPECT_EQ(reply->extraction.attachments[0].name, "Plan.pdf");
  EXPECT_EQ(reply->extraction.attachments[0].size, 1ULL << 40U);
  EXPECT_EQ(reply->extraction.attachments[1].size, 0U);
  EXPECT_TRUE(reply->extraction.attachments[1].inline_part);
  EXPECT_FALSE(reply->is_handed_off);
}

TEST(Reply, FactsArriveAsWritten) {
  Extraction mail;
  mail.mime_type = "message/rfc822";
  mail.state = TextState::extracted;
  mail.text = "x";
  mail.mail = {"Frau Müller <m@example.org>",
               {"amt@example.org", "bau@example.org"},
               {"rat@example.org"},
               parse_rfc3339("2026-11-20T08:15:00Z"),
               "Wege",
               "1@example.org",
               {"0@example.org"},
               {"00@example.org", "0@example.org"}};
  auto reply = decode(written(mail, Cause::none));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->extraction.mail, mail.mail);
  EXPECT_FALSE(reply->extraction.invoice);
  Extraction bill;
  bill.mime_type = "text/xml";
  bill.state = TextState::extracted;
  bill.text = "x";
  bill.invoice = {InvoiceKind::credit_note, "RE 1",   "Salzhandel", "Amt", parse_date("2026-11-20"),
                  parse_date("2026-12-04"), "-12.50", "EUR"};
  reply = decode(written(bill, Cause::none));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->extraction.invoice, bill.invoice);
  EXPECT_FALSE(reply->extraction.mail);
  mail.invoice = bill.invoice;
  reply = decode(written(mail, Cause::none));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->extraction.mail, mail.mail);
  EXPECT_EQ(reply->extraction.invoice, bill.invoice);
  EXPECT_FALSE(reply->extraction.has_several_invoices);
  mail.invoice.reset();
  mail.has_several_invoices = true;
  reply = decode(written(mail, Cause::none));
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->extraction.has_several_invoices);
}

TEST(Reply, MayBeSplitAnywhere) {
  const std::string bytes = sound_reply();
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    ReplyDecoder decoder({text_max});
    EXPECT_TRUE(decoder.feed(std::string_view(bytes).substr(0, cut)));
    EXPECT_TRUE(decoder.feed(std::string_view(bytes).substr(cut)));
    auto reply = decoder.finish();
    ASSERT_TRUE(reply) << cut;
    EXPECT_EQ(reply->extraction.text, "Grüße");
  }
}

TEST(Reply, CutShortIsNone) {
  const std::string bytes = sound_reply();
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, cut))) << cut;
  }
}

TEST(Reply, TellsTheTypeEvenWhenCutShort) {
  ReplyDecoder decoder({text_max});
  decoder.feed(frame(FrameType::mime_type, "text/html") + "\x07");
  EXPECT_FALSE(decoder.finish());
  EXPECT_EQ(decoder.mime_type(), "text/html");
}

TEST(Reply, ThatBreaksARuleIsNone) {
  const std::string type = frame(FrameType::mime_type, "text/plain");
  const std::string state = state_frame(TextState::extracted);
  const std::string text = frame(FrameType::text, "x");
  const std::string end = frame(FrameType::end, "");
  ASSERT_TRUE(decode(type + state + text + end));
  const std::vector<std::pair<const char*, std::string>> broken{
      {"no type", state + text + end},
      {"no state", type + text + end},
      {"two types", type + type + state + text + end},
      {"two states", type + state + state + text + end},
      {"after the end", type + state + text + end + end},
      {"a byte after the end", type + state + text + end + "x"},
      {"type without a slash", frame(FrameType::mime_type, "textplain") + state + text + end},
      {"type with a line break", frame(FrameType::mime_type, "a/b\n") + state + text + end},
      {"type in capitals", frame(FrameType::mime_type, "TEXT/PLAIN") + state + text + end},
      {"long type", frame(FrameType::mime_type, "a/" + std::string(200, 'b')) + state + text + end},
      {"refused is the helper's word", type + state_frame(TextState::refused) + end},
      {"unknown state", type + frame(FrameType::state, "\x7f") + end},
      {"state of two bytes", type + frame(FrameType::state, std::string(2, '\0')) + text + end},
      {"unknown cause", type + state + frame(FrameType::cause, "\x7f") + text + end},
      {"extracted without text", type + state + end},
      {"empty with text", type + state_frame(TextState::empty) + text + end},
      {"empty text frame", type + state + frame(FrameType::text, "") + text + end},
      {"ill-formed UTF-8", type + state + frame(FrameType::text, "\xc3") + end},
      {"escape sequence", type + state + frame(FrameType::text, "\x1b[2J") + end},
      {"NUL in text", type + state + frame(FrameType::text, std::string(1, '\0')) + end},
      {"line break in title", type + state + frame(FrameType::title, "a\nb") + text + end},
      {"long title", type + state + frame(FrameType::title, std::string(1001, 'a')) + text + end},
      {"handoff with payload", type + state + frame(FrameType::handoff, "x") + text + end},
      {"unknown frame", type + state + frame(static_cast<FrameType>(99), "") + text + end},
      {"frame number 0", type + state + frame(static_cast<FrameType>(0), "") + text + end},
      {"attachment cut short", type + state + frame(FrameType::attachment, "x") + text + end},
      {"attachment's type beyond the frame",
       type + state + frame(FrameType::attachment, std::string("\0\x50text", 6)) + text + end},
      {"attachment neither inline nor not", type + state +
                                                frame(FrameType::attachment,
                                                      "\x02\x03"
                                                      "a/bname") +
                                                text + end},
      {"attachment named with a line break", type + state +
                                                 frame(FrameType::attachment, std::string("\0\x03"
                                                                                          "a/bx\ny",
                                                                                          8)) +
                                                 text + end},
  };
  for (const auto& [what, bytes] : broken) EXPECT_FALSE(decode(bytes)) << what;
}

std::string fact(FactKind kind, std::string_view text) {
  return frame(FrameType::fact, static_cast<char>(kind) + std::string(text));
}

TEST(Reply, FactsOfAnotherFormBreakIt) {
  const std::string begin =
      frame(FrameType::mime_type, "text/xml") + state_frame(TextState::extracted);
  const std::string end = frame(FrameType::text, "x") + frame(FrameType::end, "");
  const std::string invoice = fact(FactKind::invoice_kind, "invoice");
  const std::string euro = fact(FactKind::invoice_currency, "EUR");
  ASSERT_TRUE(decode(begin + invoice + euro + fact(FactKind::invoice_amount, "1.50") + end));
  const std::vector<std::pair<const char*, std::string>> broken{
      {"no kind", frame(FrameType::fact, "")},
      {"unknown kind", frame(FrameType::fact, "\x63x")},
      {"kind 0", frame(FrameType::fact, std::string("\0x", 2))},
      {"empty", fact(FactKind::mail_from, "")},
      {"two senders", fact(FactKind::mail_from, "a") + fact(FactKind::mail_from, "b")},
      {"line break", fact(FactKind::mail_subject, "a\nb")},
      {"override", fact(FactKind::mail_subject, "a\u202Eb")},
      {"ill-formed", fact(FactKind::mail_to, "\xc3")},
      {"too long", fact(FactKind::mail_to, std::string(1001, 'a'))},
      {"no time", fact(FactKind::mail_sent_at, "2026-11-20")},
      {"no such day", invoice + fact(FactKind::invoice_issued, "2026-02-30")},
      {"two days", invoice + fact(FactKind::invoice_due, "2026-02-01") +
                       fact(FactKind::invoice_due, "2026-02-02")},
      {"before its kind", fact(FactKind::invoice_number, "1") + invoice},
      {"kind of its own", fact(FactKind::invoice_kind, "bill")},
      {"kind twice", invoice + invoice},
      {"several, of no mail", fact(FactKind::several_invoices, "several")},
      {"several and one",
       fact(FactKind::mail_from, "a") + invoice + fact(FactKind::several_invoices, "several")},
      {"several twice", fact(FactKind::mail_from, "a") +
                            fact(FactKind::several_invoices, "several") +
                            fact(FactKind::several_invoices, "several")},
      {"another several", fact(FactKind::mail_from, "a") + fact(FactKind::several_invoices, "2")},
      {"amount without currency", invoice + fact(FactKind::invoice_amount, "1.50")},
      {"currency without amount", invoice + euro},
      {"German amount", invoice + euro + fact(FactKind::invoice_amount, "1,50")},
      {"needless zero", invoice + euro + fact(FactKind::invoice_amount, "01.50")},
      {"exponent", invoice + euro + fact(FactKind::invoice_amount, "1e9")},
      {"no decimals", invoice + euro + fact(FactKind::invoice_amount, "1.")},
      {"small currency",
       invoice + fact(FactKind::invoice_currency, "eur") + fact(FactKind::invoice_amount, "1")},
  };
  for (const auto& [what, bytes] : broken) EXPECT_FALSE(decode(begin + bytes + end)) << what;
  std::string parties;
  for (std::size_t i = 0; i < MailFacts::parties_max; ++i) parties += fact(FactKind::mail_cc, "a");
  EXPECT_TRUE(decode(begin + parties + end));
  EXPECT_FALSE(decode(begin + parties + fact(FactKind::mail_cc, "a") + end));
}

TEST(Reply, TooLongFrameIsRefusedByItsHeadAlone) {
  std::string head{static_cast<char>(FrameType::text)};
  append_big_endian(head, static_cast<std::uint32_t>(frame_bytes_max + 1));
  ReplyDecoder decoder({text_max});
  EXPECT_FALSE(decoder.feed(head));
}

TEST(Reply, TextBeyondTheLimitIsRefused) {
  const std::string head =
      frame(FrameType::mime_type, "text/plain") + state_frame(TextState::extracted);
  ReplyDecoder decoder({10});
  EXPECT_TRUE(decoder.feed(head + frame(FrameType::text, "0123456789")));
  EXPECT_FALSE(decoder.feed(frame(FrameType::text, "x")));
}

TEST(Reply, MoreAttachmentsThanTheLimitAreRefused) {
  ReplyDecoder decoder({text_max});
  const std::string head(9, '\0');  // no inline part, of no bytes
  const std::string one = frame(FrameType::attachment, head + "\x03" + "a/b" + "name");
  for (std::size_t i = 0; i < attachments_max; ++i) ASSERT_TRUE(decoder.feed(one));
  EXPECT_FALSE(decoder.feed(one));
}

TEST(Reply, APdfIsHandedOnWithWhatStandsBesideItsPages) {
  const std::string handoff = frame(FrameType::handoff, "");
  const std::string type = frame(FrameType::mime_type, "application/pdf");
  const std::string end = frame(FrameType::text, "Feld") + frame(FrameType::end, "");
  const auto reply = decode(type + state_frame(TextState::unsupported) + handoff + end);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->is_handed_off);
  EXPECT_EQ(reply->extraction.text, "Feld");
  EXPECT_FALSE(decode(type + state_frame(TextState::extracted) + handoff + end));
}

TEST(Reply, BytesOfAnAttachmentComeWhereAskedFor) {
  const std::string bytes = frame(FrameType::mime_type, "message/rfc822") +
                            state_frame(TextState::unsupported) +
                            frame(FrameType::content, std::string("\0\xff", 2)) +
                            frame(FrameType::content, "x") + frame(FrameType::end, "");
  EXPECT_FALSE(decode(bytes));
  ReplyDecoder decoder({text_max, 3});
  EXPECT_TRUE(decoder.feed(bytes));
  const auto reply = decoder.finish();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->content, std::string("\0\xffx", 3));
  ReplyDecoder small({text_max, 2});
  EXPECT_FALSE(small.feed(bytes));
}

TEST(Replies, AreTakenWhereThereAreAsManyAsWereAskedFor) {
  const std::string one = sound_reply();
  const std::string two = frame(FrameType::mime_type, "application/pdf") +
                          state_frame(TextState::unsupported) + frame(FrameType::handoff, "") +
                          frame(FrameType::end, "");
  const std::string all = one + two + one;
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    RepliesDecoder decoder({text_max}, 3);
    EXPECT_TRUE(decoder.feed(std::string_view(all).substr(0, cut)));
    EXPECT_TRUE(decoder.feed(std::string_view(all).substr(cut)));
    EXPECT_EQ(decoder.mime_type(), "text/plain");
    const auto replies = decoder.finish();
    ASSERT_TRUE(replies) << cut;
    ASSERT_EQ(replies->size(), 3U);
    EXPECT_EQ(replies->front().extraction.text, "Grüße");
    EXPECT_TRUE((*replies)[1].is_handed_off);
    EXPECT_EQ(replies->back().extraction.text, "Grüße");
  }
}

TEST(Replies, AreNoneWhereOneIsAmissOrMissing) {
  const std::string one = sound_reply();
  const auto decode_two = [](const std::string& bytes) {
    RepliesDecoder decoder({text_max}, 2);
    decoder.feed(bytes);
    return decoder.finish().has_value();
  };
  EXPECT_TRUE(decode_two(one + one));
  EXPECT_FALSE(decode_two(""));
  EXPECT_FALSE(decode_two(one));
  EXPECT_FALSE(decode_two(one + one.substr(0, one.size() - 1)));
  EXPECT_FALSE(decode_two(one + one + one));
  EXPECT_FALSE(decode_two(one + "x" + one));
  EXPECT_FALSE(decode_two(frame(FrameType::end, "") + one));
}

TEST(Messages, ArriveAsSent) {
  const JobRequest request{JobKind::attachment, 60, 30,          7,   1ULL << 29U,   1ULL << 28U,
                           1ULL << 25U,         16, 1ULL << 26U, 256, Standing::last};
  auto decoded = decode_request(encode(request));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->kind, JobKind::attachment);
  EXPECT_EQ(decoded->number, 7U);
  EXPECT_EQ(decoded->processor_s, 30U);
  EXPECT_EQ(decoded->timeout_s, 60U);
  EXPECT_EQ(decoded->memory_bytes_max, 1ULL << 29U);
  EXPECT_EQ(decoded->input_bytes_max, 1ULL << 28U);
  EXPECT_EQ(decoded->text_bytes_max, 1ULL << 25U);
  EXPECT_EQ(decoded->count, 16U);
  EXPECT_EQ(decoded->content_bytes_max, 1ULL << 26U);
  EXPECT_EQ(decoded->side_max, 256U);
  EXPECT_EQ(decoded->standing, Standing::last);
  auto status = decode_status(encode(SandboxStatus{SandboxStatus::Way::landlock, "seccomp"}));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->way, SandboxStatus::Way::landlock);
  EXPECT_EQ(status->description, "seccomp");
}

TEST(Messages, OfAnotherShapeAreRefused) {
  const std::string request = encode(JobRequest{});
  EXPECT_FALSE(decode_request(request.substr(1)));
  EXPECT_FALSE(decode_request(request + "x"));
  EXPECT_FALSE(decode_request(""));
  std::string unknown_kind = request;
  unknown_kind[1] = static_cast<char>(static_cast<std::uint8_t>(last_job_kind) + 1);
  EXPECT_FALSE(decode_request(unknown_kind));
  std::string unknown_standing = request;
  unknown_standing.back() = 4;
  EXPECT_FALSE(decode_request(unknown_standing));
  EXPECT_FALSE(decode_status("S"));
  EXPECT_FALSE(decode_status("S\x09"));
  EXPECT_FALSE(decode_status(std::string(packet_bytes_max + 1, 'S')));
  EXPECT_FALSE(verdict_from_number(0));
  EXPECT_FALSE(verdict_from_number(200));
}

}  // namespace
}  // namespace dms::search::extract
