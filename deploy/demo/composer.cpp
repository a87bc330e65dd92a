#include "deploy/demo/composer.h"

#include <fmt/format.h>

#include "deploy/demo/mail.h"
#include "deploy/demo/plan_sheet.h"

namespace dms::demo {

namespace {

Error unknown(std::string_view what, std::string_view name) {
  return operator_error(ErrorCode::invalid, fmt::format("there is no {} '{}'", what, name));
}

// The first version of the mail that stories call `key`; nullptr where there is none.
const ContentScript* find_mail(const Town& town, std::string_view key) {
  for (const Story& story : town.stories) {
    for (const DossierScript& dossier : story.dossiers) {
      for (const DocumentScript& document : dossier.documents) {
        const ContentScript& content = document.versions.front().content;
        if (document.key == key && content.format == FileFormat::eml) return &content;
      }
    }
  }
  return nullptr;
}

// An address of the house for its people, else the correspondent's.
Result<MailAddress> mail_address(const Town& town, std::string_view name, std::string_view clerk) {
  const auto at = town.self.email.find('@');
  const Person* person = find_person(town, name == "town" ? clerk : name);
  if (person != nullptr) {
    return MailAddress{person->display_name, person->name + town.self.email.substr(at)};
  }
  const Correspondent* known = find_correspondent(town, name);
  if (known == nullptr || known->email.empty()) return fail(unknown("mail address of", name));
  return MailAddress{known->name, known->email};
}

Result<std::string> message_id(const Town& town, const ContentScript& mail) {
  const MailAddress from = DMS_TRY(mail_address(town, mail.from, mail.clerk));
  return fmt::format("{:x}{}", to_unix_microseconds(mail.sent) / 1000,
                     from.address.substr(from.address.find('@')));
}

// What a mail answers, and what that answered, oldest first.
Result<std::vector<std::string>> thread_of(const Town& town, const ContentScript& mail) {
  std::vector<std::string> ids;
  for (std::string_view key = mail.answers; !key.empty();) {
    const ContentScript* answered = find_mail(town, key);
    if (answered == nullptr) return fail(unknown("mail", key));
    ids.insert(ids.begin(), DMS_TRY(message_id(town, *answered)));
    key = answered->answers;
  }
  return ids;
}

}  // namespace

Result<std::string> Composer::fill_one(std::string_view placeholder) const {
  const auto bar = placeholder.find('|');
  const std::string_view name = placeholder.substr(0, bar);
  const std::string_view rest =
      bar == std::string_view::npos ? std::string_view() : placeholder.substr(bar + 1);
  if (name == "az") {
    const auto found = references_.find(rest.empty() ? std::string_view(dossier_.key) : rest);
    if (found == references_.end()) return fail(unknown("dossier", rest));
    return found->second;
  }
  if (name == "tage") {
    const Date until = DMS_TRY(story_.days.at(rest));
    const auto left = std::chrono::sys_days{until} - std::chrono::sys_days{story_.days.today()};
    return std::to_string(left.count());
  }
  const auto text = german_date(DMS_TRY(story_.days.at(name)), rest);
  if (!text) return fail(unknown("format of days", rest));
  return *text;
}

Result<std::string> Composer::fill(std::string_view text) const {
  std::string out;
  while (true) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return fail(unknown("end of", text.substr(open)));
    out += DMS_TRY(fill_one(text.substr(open + 1, close - open - 1)));
    text.remove_prefix(close + 1);
  }
}

Result<void> Composer::fill_all(std::vector<std::string>& texts) const {
  for (std::string& text : texts) text = DMS_TRY(fill(text));
  return {};
}

Result<const Person*> Composer::person(std::string_view name) const {
  const Person* found = find_person(town_, name);
  if (found == nullptr) return fail(unknown("person", name));
  return found;
}

Result<Correspondent> Composer::correspondent(std::string_view key, std::string_view clerk) const {
  if (const Correspondent* known = find_correspondent(town_, key)) {
    Correspondent is = *known;
    if (key == "town" && !clerk.empty()) is.unit = DMS_TRY(person(clerk))->department;
    return is;
  }
  // Somebody of the house: a note goes to him.
  const Person* colleague = DMS_TRY(person(key));
  Correspondent is = town_.self;
  is.name = colleague->display_name;
  is.unit = colleague->department;
  return is;
}

Result<std::string> Composer::name_of(std::string_view key, std::string_view clerk) const {
  const Correspondent is = DMS_TRY(correspondent(key, clerk));
  const bool ours = key == "town" || find_person(town_, key) != nullptr;
  return ours && !is.unit.empty() ? is.name + ", " + is.unit : is.name;
}

Result<std::vector<Block>> Composer::body(std::string_view text) const {
  std::vector<Block> blocks = parse_body(text);
  for (Block& block : blocks) {
    if (auto* table = std::get_if<Table>(&block)) {
      for (Table::Row& row : table->rows) DMS_TRY(fill_all(row.cells));
    } else if (auto* item = std::get_if<Item>(&block)) {
      item->text = DMS_TRY(fill(item->text));
    } else if (auto* heading = std::get_if<Heading>(&block)) {
      heading->text = DMS_TRY(fill(heading->text));
    } else {
      auto& paragraph = std::get<Paragraph>(block);
      paragraph.text = DMS_TRY(fill(paragraph.text));
    }
  }
  return blocks;
}

Result<std::vector<ReferenceLine>> Composer::references_of(const ContentScript& content) const {
  std::vector<ReferenceLine> lines;
  const auto add = [&](const char* label, std::string value) {
    if (!value.empty()) lines.push_back({label, std::move(value)});
  };
  const bool ours = content.from == "town";
  add("Ihr Zeichen", DMS_TRY(fill(content.your_reference)));
  if (ours && content.layout != SheetLayout::extract) {
    add(content.layout == SheetLayout::letter ? "Unser Zeichen" : "Aktenzeichen",
        DMS_TRY(fill("{az}")));
    const Person* clerk = DMS_TRY(person(content.clerk));
    add("Bearbeitung", clerk->display_name);
    if (content.layout == SheetLayout::letter) {
      add("Telefon", clerk->phone);
      add("E-Mail", clerk->name + "@" + town_.self.email.substr(town_.self.email.find('@') + 1));
    }
  } else {
    add("Unser Zeichen", DMS_TRY(fill(content.our_reference)));
  }
  for (const std::string& fact : content.facts) {
    const auto colon = std::min(fact.find(": "), fact.size());
    lines.push_back(
        {fact.substr(0, colon), DMS_TRY(fill(fact.substr(std::min(colon + 2, fact.size()))))});
  }
  return lines;
}

Result<Signature> Composer::signature_of(const ContentScript& content) const {
  Signature signature;
  const bool ours = content.from == "town";
  const bool letter = content.layout == SheetLayout::letter;
  signature.closing =
      content.closing.empty() && letter ? "Mit freundlichen Grüßen" : content.closing;
  signature.lines = content.signed_by;
  if (signature.lines.empty() && ours && content.layout != SheetLayout::record) {
    const Person* clerk = DMS_TRY(person(content.clerk));
    signature.lines = {clerk->display_name, clerk->position};
  }
  signature.given = content.is_signed;
  signature.enclosed = content.enclosed;
  DMS_TRY(fill_all(signature.lines));
  DMS_TRY(fill_all(signature.enclosed));
  return signature;
}

Result<Sheet> Composer::sheet(const ContentScript& content) const {
  Sheet sheet;
  sheet.layout = content.layout;
  sheet.sender = DMS_TRY(correspondent(content.from, content.clerk));
  if (!content.to.empty()) sheet.recipient = DMS_TRY(correspondent(content.to, ""));
  sheet.references = DMS_TRY(references_of(content));
  sheet.date = content.dated;
  sheet.subject = DMS_TRY(fill(content.subject));
  sheet.greeting = DMS_TRY(fill(content.greeting));
  sheet.body = DMS_TRY(body(content.text));
  sheet.signature = DMS_TRY(signature_of(content));
  sheet.received = content.stamped;
  return sheet;
}

Result<std::string> Composer::attachment_file(const ContentScript& mail,
                                              const AttachmentScript& attachment) const {
  Sheet sheet;
  sheet.layout = SheetLayout::record;
  sheet.sender = DMS_TRY(correspondent(mail.from, mail.clerk));
  sheet.date = mail.dated;
  sheet.subject = DMS_TRY(fill(attachment.title));
  sheet.body = DMS_TRY(body(attachment.text));
  return render_pdf(sheet);
}

Result<std::string> Composer::mail_file(const ContentScript& content) const {
  Mail mail;
  mail.from = DMS_TRY(mail_address(town_, content.from, content.clerk));
  mail.to = {DMS_TRY(mail_address(town_, content.to, ""))};
  for (const std::string& copy : content.cc) {
    mail.cc.push_back(DMS_TRY(mail_address(town_, copy, "")));
  }
  mail.sent = content.sent;
  mail.subject = DMS_TRY(fill(content.subject));
  mail.message_id = DMS_TRY(message_id(town_, content));
  mail.references = DMS_TRY(thread_of(town_, content));
  mail.text = DMS_TRY(fill(content.text));
  for (const AttachmentScript& attachment : content.attachments) {
    mail.attachments.push_back(
        {attachment.file_name, "application/pdf", DMS_TRY(attachment_file(content, attachment))});
  }
  return render_mail(mail);
}

Result<Invoice> Composer::invoice_of(const ContentScript& content) const {
  Invoice invoice = *content.invoice;
  invoice.issued = content.dated;
  invoice.seller = DMS_TRY(correspondent(content.from, ""));
  invoice.buyer = DMS_TRY(correspondent(content.to, ""));
  for (std::string* text :
       {&invoice.number, &invoice.order_reference, &invoice.note, &invoice.payment_terms}) {
    *text = DMS_TRY(fill(*text));
  }
  for (InvoiceLine& line : invoice.lines) line.description = DMS_TRY(fill(line.description));
  return invoice;
}

Result<std::string> Composer::file(const ContentScript& content) const {
  if (content.invoice) return render_xrechnung(DMS_TRY(invoice_of(content)));
  if (content.format == FileFormat::eml) return mail_file(content);
  const Sheet sheet = DMS_TRY(this->sheet(content));
  if (content.plan) return render_plan(sheet, *content.plan);
  switch (content.format) {
    case FileFormat::docx:
      return render_docx(sheet);
    case FileFormat::odt:
      return render_odt(sheet);
    case FileFormat::pdf:
      return render_pdf(sheet);
    case FileFormat::eml:
    case FileFormat::xml:
      break;
  }
  return fail(operator_error(ErrorCode::invalid, content.subject + " has no content"));
}

}  // namespace dms::demo
