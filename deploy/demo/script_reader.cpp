#include "deploy/demo/script_reader.h"

#include <fmt/format.h>

#include <cmath>

namespace dms::demo {

namespace {

// Cuts the first word off; both ends of what is left are words.
std::string_view take_word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return word;
}

std::string file_ending(FileFormat format) {
  return "." + std::string(enum_name(format));
}

// "2026-03-12 Bescheid über … .pdf"
std::string default_file_name(const ContentScript& content) {
  std::string name = format_date(content.dated) + " " + content.subject;
  std::replace(name.begin(), name.end(), '/', '-');
  return name + file_ending(content.format);
}

}  // namespace

Date ScriptReader::parse_day(TomlTable& from, std::string_view key, std::string_view text) {
  const auto day = days_.at(text);
  if (day) return *day;
  from.wrong(key, fmt::format("has no day in '{}'", text));
  return days_.today();
}

Date ScriptReader::day(TomlTable& from, std::string_view key) {
  return parse_day(from, key, from.text(key));
}

std::optional<Date> ScriptReader::day_if_there(TomlTable& from, std::string_view key) {
  if (!from.has(key)) return std::nullopt;
  return day(from, key);
}

Occasion ScriptReader::parse_occasion(TomlTable& from, std::string_view key,
                                      std::string_view text) {
  Occasion occasion;
  occasion.day = parse_day(from, key, take_word(text));
  const auto time = parse_time_of_day(take_word(text));
  if (!time || text.empty()) from.wrong(key, "must be a day, HH:MM and a name");
  occasion.at = instant_at(occasion.day, time.value_or(std::chrono::hours{12}));
  occasion.by = text;
  return occasion;
}

Occasion ScriptReader::occasion(TomlTable& from, std::string_view key) {
  return parse_occasion(from, key, from.text(key));
}

Instant ScriptReader::instant(TomlTable& from, std::string_view key) {
  return parse_occasion(from, key, from.text(key) + " -").at;
}

StatusScript ScriptReader::status_step(TomlTable& from, std::string_view text) {
  const auto space = text.rfind(' ');
  const auto status = enum_from_name<DocumentStatus>(text.substr(space + 1));
  if (space == std::string_view::npos || !status) from.wrong("steps", "must end with a status");
  return {parse_occasion(from, "steps", text.substr(0, space)),
          status.value_or(DocumentStatus::draft)};
}

void ScriptReader::mail(TomlTable& from, ContentScript& content) {
  content.sent = instant(from, "sent");
  content.answers = from.text_or("answers", "");
  content.cc = from.texts("cc");
  from.tables("attachment", [&](TomlTable& table) {
    content.attachments.push_back(
        {table.text("file_name"), table.text("title"), table.text("text")});
  });
}

Invoice ScriptReader::invoice(TomlTable& from) {
  Invoice invoice;
  invoice.number = from.text("number");
  invoice.delivered = day(from, "delivered");
  invoice.due = day(from, "due");
  invoice.buyer_reference = from.text("buyer_reference");
  invoice.order_reference = from.text("order_reference");
  invoice.note = from.text("note");
  invoice.payment_terms = from.text("payment_terms");
  invoice.seller_vat_id = from.text("seller_vat_id");
  invoice.seller_register = from.text("seller_register");
  invoice.seller_contact = from.text("seller_contact");
  invoice.seller_iban = from.text("seller_iban");
  from.tables("line", [&](TomlTable& table) {
    invoice.lines.push_back({table.text("name"), table.text("description"),
                             table.number_or("quantity_thousandths", 0), table.text("unit_code"),
                             table.number_or("price_cents", 0)});
  });
  return invoice;
}

Point ScriptReader::point(TomlTable& from, std::string_view key, const std::vector<double>& pair) {
  if (pair.size() == 2) return {static_cast<float>(pair[0]), static_cast<float>(pair[1])};
  from.wrong(key, "must be a pair of numbers");
  return {};
}

PlanScript ScriptReader::plan(TomlTable& from) {
  PlanScript plan;
  plan.scale = from.text("scale");
  plan.legend = from.texts("legend");
  from.tables("area", [&](TomlTable& table) {
    PlanArea area;
    area.part = table.choice_or("part", PlanPart::parcel);
    area.label = table.text_or("label", "");
    for (const auto& corner : table.number_rows("corners")) {
      area.corners.push_back(point(table, "corners", corner));
    }
    if (table.has("at")) area.label_at = point(table, "at", table.numbers("at"));
    plan.areas.push_back(std::move(area));
  });
  return plan;
}

// A later version has what the one before had, but for what it says itself.
ContentScript ScriptReader::content(TomlTable& from, const ContentScript& before,
                                    const Occasion& filed) {
  ContentScript content = before;
  content.format = from.choice_or("format", before.format);
  content.layout = from.choice_or("layout", before.layout);
  content.from = from.text_or("from", before.from);
  content.to = from.text_or("to", before.to);
  content.clerk = from.text_or("clerk", before.clerk);
  content.dated = day_if_there(from, "dated").value_or(filed.day);
  content.our_reference = from.text_or("our_reference", before.our_reference);
  content.your_reference = from.text_or("your_reference", before.your_reference);
  content.subject = from.text_or("subject", before.subject);
  content.greeting = from.text_or("greeting", before.greeting);
  content.text = from.text_or("text", before.text);
  content.closing = from.text_or("closing", before.closing);
  content.is_signed = from.has("signed") ? from.flag("signed") : before.is_signed;
  if (from.has("facts")) content.facts = from.texts("facts");
  if (from.has("signed_by")) content.signed_by = from.texts("signed_by");
  if (from.has("enclosed")) content.enclosed = from.texts("enclosed");
  if (content.format == FileFormat::eml) mail(from, content);
  from.table("invoice", [&](TomlTable& table) { content.invoice = invoice(table); });
  from.table("plan", [&](TomlTable& table) { content.plan = plan(table); });
  return content;
}

InboundScript ScriptReader::inbound(TomlTable& from) {
  InboundScript inbound;
  inbound.received = occasion(from, "received");
  inbound.department = from.text("inbox");
  inbound.type = from.choice_or("type", DocumentType::letter);
  inbound.channel = from.choice_or("channel", ReceiptChannel::scan_folder);
  inbound.deadline = day_if_there(from, "deadline");
  inbound.basket = from.text_or("basket", "");
  inbound.note = from.text_or("note", "");
  ContentScript first;
  first.is_signed = true;
  inbound.content = content(from, first, inbound.received);
  if (inbound.content.format == FileFormat::pdf) inbound.content.stamped = inbound.received.day;
  inbound.file_name = from.text_or("file_name", default_file_name(inbound.content));
  return inbound;
}

DocumentScript ScriptReader::document(TomlTable& from) {
  DocumentScript document;
  document.key = from.text_or("key", "");
  document.type = from.choice_or("type", DocumentType::letter);
  document.direction = from.choice_or("direction", Direction::incoming);
  // Our own notes are finished when they are filed, but for those that go round first.
  const bool goes_round = from.has("steps") || from.has("routing");
  if (document.direction == Direction::internal && !goes_round) {
    document.status = DocumentStatus::signed_;
  }
  if (from.has("status")) document.status = from.choice_or("status", DocumentStatus::draft);
  const Occasion filed = occasion(from, "filed");
  ContentScript first;
  first.is_signed = document.direction == Direction::incoming;
  if (document.direction != Direction::incoming) first.clerk = filed.by;
  first = content(from, first, filed);
  if (document.direction == Direction::incoming) {
    document.received_on = day_if_there(from, "received").value_or(filed.day);
    const bool on_paper = first.format == FileFormat::pdf && !from.flag("unstamped");
    if (on_paper) first.stamped = document.received_on;
  }
  document.sent_on = day_if_there(from, "sent_on");
  if (first.format == FileFormat::eml) document.channel = ReceiptChannel::email;
  document.versions.push_back(
      {filed, "", from.text_or("file_name", default_file_name(first)), first});
  from.tables("version", [&](TomlTable& table) {
    const Occasion at = occasion(table, "filed");
    VersionScript version{at, table.text_or("comment", ""), "", {}};
    version.content = content(table, document.versions.back().content, at);
    version.file_name = table.text_or("file_name", default_file_name(version.content));
    document.versions.push_back(std::move(version));
  });
  for (const std::string& step : from.texts("steps")) {
    document.steps.push_back(status_step(from, step));
  }
  from.tables("routing", [&](TomlTable& table) { document.routings.push_back(routing(table)); });
  return document;
}

std::vector<StageScript> ScriptReader::stages(TomlTable& from) {
  std::vector<StageScript> stages;
  from.rows_of_tables("stages", [&](std::size_t row, TomlTable& table) {
    stages.resize(std::max(stages.size(), row + 1));
    StepScript step;
    step.directive = table.choice_or("directive", workflow::Directive::co_sign);
    step.assignee = table.text_or("to", "");
    step.instruction = table.text_or("instruction", "");
    step.due_on = day_if_there(table, "due");
    if (table.has("due_days")) {
      step.due_days = static_cast<std::uint32_t>(table.number_or("due_days", 0));
    }
    stages[row].push_back(std::move(step));
  });
  return stages;
}

DecisionScript ScriptReader::decision(TomlTable& from) {
  DecisionScript decision;
  decision.on = occasion(from, "on");
  decision.on_behalf_of = from.text_or("for", "");
  decision.decision = from.choice_or("decision", workflow::Decision::done);
  decision.comment = from.text_or("comment", "");
  decision.to = from.text_or("to", "");
  return decision;
}

RoutingScript ScriptReader::routing(TomlTable& from) {
  RoutingScript routing;
  routing.started = occasion(from, "started");
  routing.title = from.text_or("title", "");
  routing.template_ = from.text_or("template", "");
  routing.assignees = from.texts("assignees");
  routing.stages = stages(from);
  from.tables("decision", [&](TomlTable& table) { routing.decisions.push_back(decision(table)); });
  return routing;
}

TemplateScript ScriptReader::routing_template(TomlTable& from) {
  return {from.text("name"), stages(from)};
}

DossierScript ScriptReader::dossier(TomlTable& from) {
  DossierScript dossier;
  dossier.key = from.text("key");
  dossier.unit_code = from.text("unit");
  dossier.opened = occasion(from, "opened");
  if (from.has("closed")) dossier.closed = occasion(from, "closed");
  from.table("erasure", [&](TomlTable& table) {
    dossier.erasure = ErasureScript{occasion(table, "proposed"), table.text("reason")};
  });
  dossier.fields.title = from.text("title");
  dossier.fields.description = from.text_or("description", "");
  dossier.fields.medium = from.choice_or("medium", Medium::electronic);
  dossier.fields.paper_location = from.text_or("paper_location", "");
  dossier.fields.classification = from.choice_or("classification", Classification::normal);
  dossier.fields.keywords = from.texts("keywords");
  dossier.fields.period_from = day_if_there(from, "period_from").value_or(dossier.opened.day);
  dossier.lead_department = from.text("lead");
  dossier.record_keeping_department = from.text_or("kept_by", dossier.lead_department);
  dossier.links = from.texts("links");
  from.tables("document", [&](TomlTable& table) { dossier.documents.push_back(document(table)); });
  return dossier;
}

}  // namespace dms::demo
