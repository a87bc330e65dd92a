// A mailbox at a real Dovecot, fetched round by round.

#include "web/capture/mailbox.h"
#include "dms/base/json_codec.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "capture_fixture.h"
#include "dms/local_date.h"
#include "dovecot.h"

namespace dms::test {
namespace {

using web::CaptureRound;
using web::Mailbox;

class MailboxTest : public CaptureTest {
 protected:
  MailboxTest() {
    config_.name = "poststelle";
    config_.host = "localhost";
    config_.port = dovecot_.tls_port();
    config_.ca_file = dovecot_.ca_file();
    config_.user = Dovecot::user;
    config_.password_file = dovecot_.password_file();
    config_.after = "move:Verarbeitet";
    config_.inbox = "posteingang zentrale";
    config_.acting_user = "poststelle";
  }

  Mailbox make(web::MailPatience patience = {}) {
    return {config_, "demo", {opener(), sandbox(), clock_, log_, patience}};
  }
  CaptureRound go(Mailbox& mailbox) {
    CaptureRound round;
    value_of(mailbox.go(round, is_stopping_));
    return round;
  }
  CaptureRound go() {
    Mailbox mailbox = make();
    return go(mailbox);
  }
  // The error of a round that must fail.
  Error failure(web::MailPatience patience = {}) {
    Mailbox mailbox = make(patience);
    CaptureRound round;
    const auto outcome = mailbox.go(round, is_stopping_);
    EXPECT_FALSE(outcome) << "must fail";
    return outcome ? Error() : outcome.error();
  }
  void deliver(int from, int to) {
    for (int i = from; i < to; ++i) {
      const std::string number = std::to_string(i);
      dovecot_.deliver(make_mail("Nachricht " + number, number + "@example.org", number));
    }
  }

  Dovecot dovecot_;
  MailboxConfig config_;
};

TEST_F(MailboxTest, TakesInWhatWaitsAndMovesItAway) {
  const std::string mail =
      make_mail("=?utf-8?q?Schlagloch_in_der_Lindenstra=C3=9Fe?=", "1@example.org");
  clock_.set(from_unix_microseconds(1'795'600'000'000'000));
  dovecot_.deliver(mail, 1'795'500'000);
  EXPECT_EQ(go().taken, 1U);
  ASSERT_EQ(waiting().size(), 1U);
  const InboundItem item = waiting().front();
  EXPECT_EQ(item.fields.subject, "Schlagloch in der Lindenstraße");
  EXPECT_EQ(item.fields.sender, "Anna Weber <anna@example.org>");
  EXPECT_EQ(item.fields.type, DocumentType::email);
  EXPECT_EQ(item.file_name, "Schlagloch in der Lindenstraße.eml");
  EXPECT_EQ(item.fields.letter_date, parse_date("2026-11-23"));
  EXPECT_EQ(item.receipt_stamp.channel, ReceiptChannel::email);
  EXPECT_EQ(item.receipt_stamp.received.at, clock_.now());
  EXPECT_EQ(item.receipt_stamp.received.by, clerk_.user);
  EXPECT_EQ(item.fields.received_on, local_date(from_unix_microseconds(1'795'500'000'000'000)))
      << "when the server took it";
  EXPECT_EQ(content_of(item), mail) << "byte for byte";
  EXPECT_EQ(dovecot_.count(), 0U);
  EXPECT_EQ(dovecot_.count("Verarbeitet"), 1U);
  EXPECT_EQ(go().taken, 0U);
}

TEST_F(MailboxTest, FetchesTwentyEachOnceOverStartTlsAndMarksThem) {
  config_.security = MailSecurity::starttls;
  config_.port = dovecot_.plain_port();
  config_.after = "seen";
  deliver(0, 20);
  EXPECT_EQ(go().taken, 20U);
  EXPECT_EQ(dovecot_.count(), 20U);
  EXPECT_EQ(dovecot_.unseen(), 0U);
  EXPECT_EQ(waiting().size(), 20U);
  EXPECT_EQ(go().taken, 0U);
  deliver(20, 21);
  EXPECT_EQ(go().taken, 1U);
  EXPECT_EQ(waiting().size(), 21U);
}

TEST_F(MailboxTest, MarksWhatIsKnownAndTakesItInNoMore) {
  config_.after = "seen";
  deliver(0, 3);
  EXPECT_EQ(go().taken, 3U);
  // As if the marks had never come to the server.
  for (const auto& entry : std::filesystem::directory_iterator(dovecot_.folder() / "mail/cur")) {
    const std::string name = entry.path().string();
    std::filesystem::rename(entry.path(), name.substr(0, name.find(":2,")) + ":2,");
  }
  ASSERT_EQ(dovecot_.unseen(), 3U);
  const CaptureRound again = go();
  EXPECT_EQ(again.taken, 0U);
  EXPECT_EQ(again.known, 3U);
  EXPECT_EQ(dovecot_.unseen(), 0U);
  EXPECT_EQ(waiting().size(), 3U);
}

TEST_F(MailboxTest, KnowsMailsAgainUnderAnotherUidValidity) {
  config_.after = "seen";
  deliver(0, 4);
  // The same mail twice: two items, the second with a hint.
  dovecot_.deliver(make_mail("Nachricht 1", "1@example.org", "1"));
  EXPECT_EQ(go().taken, 5U);
  dovecot_.change_uid_validity();
  for (const auto& entry : std::filesystem::directory_iterator(dovecot_.folder() / "mail/cur")) {
    const std::string name = entry.path().string();
    std::filesystem::rename(entry.path(), name.substr(0, name.find(":2,")) + ":2,");
  }
  deliver(9, 10);
  const CaptureRound round = go();
  EXPECT_EQ(round.taken, 1U) << "the new one";
  EXPECT_EQ(round.known, 5U);
  EXPECT_EQ(waiting().size(), 6U);
  EXPECT_EQ(dovecot_.unseen(), 0U);
  std::set<std::uint64_t> validities;
  for (const CapturedMailRecord& record : mail_records()) validities.insert(record.uid_validity);
  EXPECT_EQ(validities.size(), 2U);
}

TEST_F(MailboxTest, HintsAtWhatCameBefore) {
  dovecot_.deliver(make_mail("Einmal", "1@example.org", "Text"));
  dovecot_.deliver(make_mail("Einmal", "1@example.org", "Text"));
  dovecot_.deliver("Received: by another way\r\n" + make_mail("Einmal", "1@example.org", "Text"));
  dovecot_.deliver(make_mail("Einmal", "2@example.org", "Text"));
  EXPECT_EQ(go().taken, 4U);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 4U);
  EXPECT_FALSE(items[0].duplicate_of);
  EXPECT_EQ(items[1].duplicate_of, items[0].id) << "the same bytes";
  EXPECT_EQ(items[2].duplicate_of, items[0].id) << "the same Message-ID";
  EXPECT_FALSE(items[3].duplicate_of);
  for (const CapturedMailRecord& record : mail_records()) {
    EXPECT_EQ(encode_json(record).find("example.org"), std::string::npos) << "digests only";
  }
}

TEST_F(MailboxTest, FilesByReferenceOnlyWhereItIsToldTo) {
  const std::string subject = "Ihr Zeichen " + dossier_.file_reference;
  dovecot_.deliver(make_mail(subject, "1@example.org"));
  EXPECT_EQ(go().filed, 0U) << "off by itself";
  EXPECT_EQ(waiting().size(), 1U);
  config_.files_by_reference = true;
  dovecot_.deliver(make_mail(subject, "2@example.org"));
  dovecot_.deliver(make_mail("Zu " + hidden_.file_reference, "3@example.org"));
  dovecot_.deliver(make_mail("Zu 999.9-2026/999", "4@example.org"));
  const CaptureRound round = go();
  EXPECT_EQ(round.taken, 3U);
  EXPECT_EQ(round.filed, 1U);
  EXPECT_EQ(waiting().size(), 3U) << "the first, of another's dossier, of none";
  const auto filed = items_in(InboundState::filed);
  ASSERT_EQ(filed.size(), 1U);
  ASSERT_TRUE(filed[0].filing);
  EXPECT_EQ(filed[0].filing->dossier, dossier_.id);
  EXPECT_EQ(filed[0].filing->filed.by, clerk_.user);
  value_of(tenant_->inbound_items().undo_filing(clerk_, filed[0].id, filed[0].change.revision));
  EXPECT_EQ(waiting().size(), 4U);
}

TEST_F(MailboxTest, FilesAfterAllWhatAKillLeftAfterTakingIn) {
  config_.after = "seen";
  dovecot_.deliver(make_mail("Zu " + dossier_.file_reference, "1@example.org"));
  dovecot_.deliver(make_mail("Auch zu " + dossier_.file_reference, "2@example.org"));
  EXPECT_EQ(go().filed, 0U);
  // Somebody has looked into one of them meanwhile.
  InboundItem touched = waiting()[1];
  value_of(
      tenant_->inbound_items().update(clerk_, touched.id, touched.fields, touched.change.revision));
  for (const auto& entry : std::filesystem::directory_iterator(dovecot_.folder() / "mail/cur")) {
    const std::string name = entry.path().string();
    std::filesystem::rename(entry.path(), name.substr(0, name.find(":2,")) + ":2,");
  }
  config_.files_by_reference = true;
  const CaptureRound round = go();
  EXPECT_EQ(round.known, 2U);
  EXPECT_EQ(round.filed, 1U);
  EXPECT_EQ(waiting().size(), 1U);
}

TEST_F(MailboxTest, SignsInWithAnAccessToken) {
  config_.password_file.reset();
  OAuthConfig oauth;
  oauth.token_endpoint = "https://localhost:1/token";
  oauth.client_id = "aktenwerk";
  oauth.refresh_token_file = (folder_ / "refresh").string();
  config_.oauth2 = oauth;
  EXPECT_NE(failure().hint.find("does not exist"), std::string::npos) << "no refresh token";
  // The endpoint itself: access_token_test.cpp.
  web::MailLogin login;
  login.host = "localhost";
  login.port = dovecot_.tls_port();
  login.ca_file = dovecot_.ca_file();
  login.user = Dovecot::user;
  login.proof = web::MailLogin::Proof::access_token;
  login.secret = Secret(Dovecot::access_token);
  const auto line = web::open_mail_line(login, is_stopping_);
  EXPECT_TRUE(line) << line.error().hint;
  login.secret = Secret("another");
  const auto refused = web::open_mail_line(login, is_stopping_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
}

// A mail that was read and not stored must be found again.
TEST_F(MailboxTest, ReadsWithoutMarking) {
  const std::string mail = make_mail("Einmal", "1@example.org");
  dovecot_.deliver(mail);
  web::MailLogin login;
  login.host = "localhost";
  login.port = dovecot_.tls_port();
  login.ca_file = dovecot_.ca_file();
  login.user = Dovecot::user;
  login.secret = Secret(Dovecot::password);
  web::ImapSession session(value_of(web::open_mail_line(login, is_stopping_)), {});
  value_of(session.select("INBOX"));
  const auto uids = value_of(session.search(web::ImapSelection::unseen));
  ASSERT_EQ(uids.size(), 1U);
  std::string got;
  const web::ImapBody body{100'000, [&](std::string_view bytes) -> Result<void> {
                             got += bytes;
                             return {};
                           }};
  EXPECT_TRUE(value_of(session.fetch(uids[0], body)));
  EXPECT_EQ(got, mail);
  EXPECT_EQ(value_of(session.search(web::ImapSelection::unseen)), uids);
  EXPECT_FALSE(value_of(session.fetch(uids[0] + 1, body))) << "there is none";
  EXPECT_FALSE(value_of(session.describe(uids[0] + 1)));
  session.log_out();
  EXPECT_EQ(dovecot_.unseen(), 1U);
}

TEST_F(MailboxTest, TellsWhatKeepsItOut) {
  deliver(0, 1);
  const MailboxConfig sound = config_;
  std::ofstream(folder_ / "wrong") << "Lindenallee\n";
  std::filesystem::permissions(folder_ / "wrong", std::filesystem::perms(0600));
  config_.password_file = (folder_ / "wrong").string();
  EXPECT_EQ(failure().code, ErrorCode::unauthenticated);
  std::filesystem::permissions(folder_ / "wrong", std::filesystem::perms(0644));
  EXPECT_NE(failure().hint.find("is open to others"), std::string::npos);
  config_ = sound;
  config_.ca_file.reset();
  EXPECT_NE(failure().hint.find("certificate"), std::string::npos) << "an unknown authority";
  config_ = sound;
  config_.host = "127.0.0.2";
  EXPECT_EQ(failure().code, ErrorCode::unavailable);
  config_ = sound;
  config_.acting_user = "niemand";
  EXPECT_NE(failure().hint.find("acting_user"), std::string::npos);
  config_ = sound;
  config_.inbox = "Posteingang Sparkasse";
  EXPECT_NE(failure().hint.find("inbox"), std::string::npos);
  config_.inbox = "Posteingang Personal";
  EXPECT_NE(failure().hint.find("no right"), std::string::npos);
  config_ = sound;
  config_.folder = "Gibt es nicht";
  EXPECT_EQ(failure().code, ErrorCode::conflict);
  EXPECT_EQ(dovecot_.count(), 1U);
  EXPECT_TRUE(waiting().empty());
  config_ = sound;
  EXPECT_EQ(go().taken, 1U);
  EXPECT_EQ(log_.text().find("example.org"), std::string::npos);
}

// The server's port of the other kind: a line in the clear that never becomes TLS.
TEST_F(MailboxTest, SaysNothingInTheClear) {
  config_.port = dovecot_.plain_port();
  EXPECT_EQ(failure().code, ErrorCode::unavailable);
  config_.security = MailSecurity::starttls;
  config_.ca_file.reset();
  EXPECT_NE(failure().hint.find("certificate"), std::string::npos);
}

TEST_F(MailboxTest, GoesOnAfterAServerThatStalled) {
  deliver(0, 20);
  Mailbox mailbox =
      make({std::chrono::seconds(2), std::chrono::seconds(1), std::chrono::seconds(1)});
  std::optional<Result<void>> outcome;
  CaptureRound round;
  std::thread fetching([&] { outcome = mailbox.go(round, is_stopping_); });
  while (waiting().empty()) std::this_thread::yield();
  dovecot_.pause();
  fetching.join();
  ASSERT_FALSE(*outcome);
  EXPECT_NE(outcome->error().hint.find("takes too long"), std::string::npos)
      << outcome->error().hint;
  EXPECT_EQ(
      failure({std::chrono::seconds(1), std::chrono::seconds(1), std::chrono::seconds(1)}).code,
      ErrorCode::unavailable);
  dovecot_.resume();
  const CaptureRound rest = go();
  EXPECT_LT(round.taken, 20U) << "it was stopped too late to tell anything";
  EXPECT_EQ(round.taken + rest.taken, 20U);
  EXPECT_EQ(waiting().size(), 20U);
  EXPECT_EQ(dovecot_.count(), 0U);
}

TEST_F(MailboxTest, EndsSoonWhenTheServerStops) {
  dovecot_.pause();
  Mailbox mailbox = make();
  std::optional<Result<void>> outcome;
  const auto begun = std::chrono::steady_clock::now();
  std::thread fetching([&] {
    CaptureRound round;
    outcome = mailbox.go(round, is_stopping_);
  });
  is_stopping_ = true;
  fetching.join();
  EXPECT_FALSE(*outcome);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

TEST_F(MailboxTest, LeavesWhatIsTooLargeAndSaysSoOnce) {
  config_.message_bytes_max = 4096;
  dovecot_.deliver(make_mail("Gross", "1@example.org", std::string(5000, 'x')));
  deliver(2, 3);
  Mailbox mailbox = make();
  const CaptureRound round = go(mailbox);
  EXPECT_EQ(round.taken, 1U);
  EXPECT_EQ(round.refused, 1U);
  EXPECT_EQ(go(mailbox).refused, 0U) << "told already";
  EXPECT_EQ(dovecot_.count(), 1U);
  EXPECT_EQ(dovecot_.unseen(), 1U);
  EXPECT_EQ(subjects(), std::vector<std::string>{"Nachricht 2"});
  EXPECT_NE(log_.text().find("mail_too_large tenant=demo mailbox=poststelle uid=1"),
            std::string::npos)
      << log_.text();
}

TEST_F(MailboxTest, FillsTheFieldsFromAnInvoiceThatAMailCarries) {
  std::string mail = make_mail("Streusalz", "1@example.org");
  mail.resize(mail.find("\r\n\r\n"));
  dovecot_.deliver(
      mail +
      "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
      "Content-Type: text/plain\r\n\r\nanbei\r\n--x\r\nContent-Type: application/xml\r\n"
      "Content-Disposition: attachment; filename=re.xml\r\n\r\n"
      "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2' "
      "xmlns:c='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'>"
      "<c:ID>RE 7</c:ID><c:IssueDate>2026-11-20</c:IssueDate><c:DueDate>2026-12-04</c:DueDate>"
      "</Invoice>\r\n--x--\r\n");
  EXPECT_EQ(go().taken, 1U);
  ASSERT_EQ(waiting().size(), 1U);
  const InboundFields fields = waiting().front().fields;
  EXPECT_EQ(fields.subject, "Streusalz");
  EXPECT_EQ(fields.type, DocumentType::invoice);
  EXPECT_EQ(fields.foreign_reference, "RE 7");
  EXPECT_EQ(fields.letter_date, parse_date("2026-11-20"));
  EXPECT_EQ(fields.deadline, parse_date("2026-12-04"));
  EXPECT_EQ(fields.sender, "Anna Weber <anna@example.org>") << "the invoice names none";
}

TEST_F(MailboxTest, TakesInWhatIsHardlyAMail) {
  dovecot_.deliver("\r\n");
  dovecot_.deliver("Dies ist keine Mail");
  dovecot_.deliver("Subject: " + std::string(3000, 'a') + "/\\\r\nFrom: x@example.org\r\n\r\n");
  dovecot_.deliver("Subject: =?utf-8?q?a=0D=0Ab=E2=80=AE?=\r\nFrom: x@example.org\r\n\r\nText");
  EXPECT_EQ(go().taken, 4U);
  EXPECT_EQ(waiting().size(), 4U);
  EXPECT_EQ(dovecot_.count(), 0U);
}

}  // namespace
}  // namespace dms::test
