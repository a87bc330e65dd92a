#include "web/capture/mailbox.h"

#include <algorithm>

#include "dms/capture/capture_account.h"
#include "dms/capture/mail_file.h"
#include "dms/capture/mail_head.h"
#include "dms/capture/secret_file.h"

namespace dms::web {

namespace {

// Then another connection is made: what happened meanwhile is seen, and a stop is not waited for.
constexpr std::size_t mails_a_round_max = 200;
constexpr std::size_t refused_max = 10'000;
constexpr std::size_t unscanned_max = 10'000;

}  // namespace

Mailbox::Mailbox(MailboxConfig config, std::string tenant, Parts parts)
    : config_(std::move(config)), tenant_(std::move(tenant)), parts_(std::move(parts)) {
  if (config_.oauth2) tokens_.emplace(*config_.oauth2, parts_.clock);
}

Result<ImapSession> Mailbox::sign_in(const std::atomic<bool>& is_stopping) {
  constexpr std::uint16_t tls_port = 993;
  constexpr std::uint16_t starttls_port = 143;
  MailLogin login;
  login.host = config_.host;
  login.security = config_.security;
  login.port = config_.port != 0                       ? config_.port
               : config_.security == MailSecurity::tls ? tls_port
                                                       : starttls_port;
  login.ca_file = config_.ca_file;
  login.user = config_.user;
  login.limit = parts_.patience.sign_in;
  if (tokens_) {
    login.proof = MailLogin::Proof::access_token;
    login.secret = DMS_TRY(tokens_->get(is_stopping));
  } else {
    login.secret = DMS_TRY(read_secret_file(config_.password_file.value_or("")));
  }
  auto line = open_mail_line(login, is_stopping);
  if (!line && line.error().code == ErrorCode::unauthenticated && tokens_) tokens_->forget();
  if (!line) return fail(line.error());
  return ImapSession(std::move(*line), parts_.patience);
}

Result<void> Mailbox::go(CaptureRound& round, const std::atomic<bool>& is_stopping) {
  std::optional<ImapSession> session = DMS_TRY(sign_in(is_stopping));
  const std::uint32_t validity = DMS_TRY(session->select(config_.folder));
  // What is moved away is known by its being gone; else by its mark.
  auto uids = DMS_TRY(
      session->search(move_target(config_).empty() ? ImapSelection::unseen : ImapSelection::all));
  scans_.begin_round();
  // What the scanner gave no answer about comes last: it may be why there was none.
  std::stable_partition(uids.begin(), uids.end(), [&](std::uint32_t uid) {
    return !unscanned_.contains({validity, uid});
  });
  std::size_t dealt_with = 0;
  Result<void> outcome;
  for (const std::uint32_t uid : uids) {
    if (is_stopping || scans_.is_scanner_away()) break;
    if (refused_.contains({validity, uid})) continue;
    if (dealt_with == mails_a_round_max) {
      round.is_complete = false;
      break;
    }
    is_line_cut_ = false;
    const auto dealt = deal_with({*session, validity, uid, round});
    dealt_with += dealt ? 1U : 0U;
    if (dealt && is_line_cut_) {
      session.emplace(DMS_TRY(sign_in(is_stopping)));
      if (DMS_TRY(session->select(config_.folder)) == validity) continue;
      round.is_complete = false;  // other mails have these UIDs now
      break;
    }
    if (dealt) continue;
    // What the server refuses about one mail keeps no other from coming.
    if (dealt.error().code != ErrorCode::conflict) return dealt;
    if (outcome) outcome = dealt;
  }
  session->log_out();
  if (outcome) outcome = scans_.outcome();
  return outcome;
}

// The tenant is held for one mail at a time, so that it can be closed and mended in between.
Result<void> Mailbox::deal_with(const Turn& turn) {
  const std::shared_ptr<Tenant> tenant = DMS_TRY(parts_.open_tenant());
  const Actor actor = DMS_TRY(capture_actor(tenant->store(), config_.acting_user));
  const InboxId inbox = DMS_TRY(capture_inbox(tenant->store(), config_.inbox));
  MailCapture capture(tenant->store(), tenant->inbound_items(), parts_.clock, config_,
                      {actor, inbox});
  std::optional<InboundItemId> item;
  if (const auto known = DMS_TRY(capture.find({turn.validity, turn.uid}))) {
    // After a kill, or where the server had refused the mark.
    ++turn.round.known;
    parts_.log.info(
        "mail_known",
        {{"tenant", tenant_}, {"mailbox", config_.name}, {"uid", std::uint64_t{turn.uid}}});
    item = known->item;
  } else {
    const auto message = DMS_TRY(turn.session.describe(turn.uid));
    if (!message) return {};  // somebody took it away
    if (message->size > config_.message_bytes_max) {
      refuse(turn, message->size);
      return {};
    }
    const auto taken = take_in(turn, *tenant, capture, *message);
    if (!taken && taken.error().code == ErrorCode::too_large) {
      refuse(turn, message->size);
      return {};
    }
    if (!taken) return fail(taken.error());
    if (taken->waits) return {};
    item = taken->item;
  }
  if (item && DMS_TRY(capture.file_by_reference(*item))) ++turn.round.filed;
  return settle(turn);
}

Result<std::optional<std::string>> Mailbox::scan(const Turn& turn, Tenant& tenant,
                                                 const storage::ContentId& content) {
  const Place place{turn.validity, turn.uid};
  if (unscanned_.size() == unscanned_max) unscanned_.clear();
  ScanTrouble& trouble = unscanned_[place];
  auto found = scans_.scan(tenant.virus_scanner(), tenant.store(), content, trouble);
  if (found && *found) scans_.end_file(trouble);
  if (trouble.rounds == 0) unscanned_.erase(place);
  return found;
}

Result<Mailbox::Taken> Mailbox::take_in(const Turn& turn, Tenant& tenant, MailCapture& capture,
                                        const ImapMessage& message) {
  if (const auto admitted = capture.admit(); !admitted) {
    const ErrorCode code = admitted.error().code;
    if (code != ErrorCode::not_found && code != ErrorCode::forbidden) return fail(admitted.error());
    return fail(operator_error(ErrorCode::forbidden,
                               "acting_user: has no right to take anything into this inbox"));
  }
  const auto writer = DMS_TRY(tenant.store().write_content({}));
  MailHead head;
  const ImapBody body{config_.message_bytes_max, [&](std::string_view bytes) -> Result<void> {
                        head.append(bytes);
                        return writer->append(bytes);
                      }};
  is_line_cut_ = true;
  const bool is_there = DMS_TRY(turn.session.fetch(turn.uid, body));
  is_line_cut_ = false;
  if (!is_there) return Taken();
  const storage::StagedContent content = DMS_TRY(writer->finish());
  FetchedMail mail;
  mail.place = {turn.validity, turn.uid};
  mail.received = message.received;
  const auto found = DMS_TRY(scan(turn, tenant, content.id()));
  if (!found) return Taken{.waits = true};
  mail.malware = *found;
  if (!mail.malware.empty()) {
    if (!parts_.quarantine_inbox) {
      return fail(operator_error(ErrorCode::unavailable, "quarantine_inbox: none is configured"));
    }
    mail.quarantine = DMS_TRY(capture_inbox(tenant.store(), *parts_.quarantine_inbox));
  }
  mail.facts = DMS_TRY(read_mail_head(parts_.extractor, head.bytes()));
  if (mail.malware.empty()) {
    const MailFiles files(tenant.store(), &parts_.extractor, parts_.staging_folder);
    mail.invoice = files.read_invoice(content.id(), "mail.eml");
  }
  auto received = capture.receive(mail, content);
  if (!received && mail.quarantine && received.error().code == ErrorCode::not_found) {
    return fail(operator_error(ErrorCode::forbidden,
                               "acting_user: has no right to take anything into quarantine_inbox"));
  }
  const Taken taken{DMS_TRY(std::move(received))};
  ++(taken.item ? turn.round.taken : turn.round.known);
  if (taken.item && mail.quarantine) ++turn.round.infected;
  return taken;
}

Result<void> Mailbox::settle(const Turn& turn) {
  const std::string_view target = move_target(config_);
  return target.empty() ? turn.session.mark_seen(turn.uid) : turn.session.move(turn.uid, target);
}

void Mailbox::refuse(const Turn& turn, std::uint64_t bytes) {
  if (refused_.size() == refused_max) refused_.clear();
  if (!refused_.insert({turn.validity, turn.uid}).second) return;
  ++turn.round.refused;
  parts_.log.warning("mail_too_large", {{"tenant", tenant_},
                                        {"mailbox", config_.name},
                                        {"uid", std::uint64_t{turn.uid}},
                                        {"bytes", bytes},
                                        {"bytes_max", config_.message_bytes_max}});
}

}  // namespace dms::web
