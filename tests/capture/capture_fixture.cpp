#include "capture_fixture.h"

#include <algorithm>
#include <mutex>

namespace dms::test {

search::Extractor& sandbox() {
  static NullLog log;
  static const std::unique_ptr<search::Extractor> extractor = [] {
    search::ExtractorOptions options;
    options.helper_path = std::string(AKTENWERK_BINARY_DIR) + "/search/extract/aktenwerk-extract";
    return value_of(search::Extractor::start(options, log));
  }();
  return *extractor;
}

void KeptLog::write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) {
  const std::lock_guard lock(mutex_);
  text_.append(event);
  for (const LogField& field : fields) {
    text_.append(" ").append(field.name).append("=");
    std::visit(
        [this](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            text_ += value;
          } else {
            text_ += std::to_string(value);
          }
        },
        field.value.stored());
  }
  text_ += "\n";
}

std::string KeptLog::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

namespace {

NewUser person(const std::string& name) {
  NewUser input;
  input.name = name;
  input.display_name = "Frau " + name;
  input.password = Secret("Birnbaum am Rathausplatz 7");
  return input;
}

AccessList list_of(const Actor& actor) {
  AccessList list;
  list.entries = {{{SubjectKind::user, actor.user.value}, Role::clerk, {}}};
  return list;
}

FilePlanUnitFields unit(const std::string& code, const std::string& title) {
  FilePlanUnitFields fields;
  fields.code = code;
  fields.title = title;
  return fields;
}

NewDossier dossier(UnitId unit_id, const std::string& title) {
  NewDossier input;
  input.unit = unit_id;
  input.fields.title = title;
  return input;
}

}  // namespace

CaptureTest::CaptureTest() {
  sandbox();
  TenantEnvironment environment{storage_, hasher_,  clock_,
                                log_,     metrics_, (folder_ / "data").string()};
  environment.virus_scanner = &scanner_;
  registry_ = value_of(
      TenantRegistry::create({{"demo", "Demo", {"demo.example"}}}, std::move(environment)));
  tenant_ = value_of(registry_->find_by_id("demo"));
  const User administrator =
      value_of(tenant_->users().bootstrap_administrator(person("verwaltung")));
  admin_.user = administrator.id;
  admin_.system_administrator = true;
  clerk_.user = value_of(tenant_->users().create(admin_, person("Poststelle"))).id;
  Actor other;
  other.user = value_of(tenant_->users().create(admin_, person("personalamt"))).id;
  const OrgUnit central = value_of(tenant_->org_units().create(admin_, {"Zentrale", "10", {}}));
  const OrgUnit staff = value_of(tenant_->org_units().create(admin_, {"Personal", "11", {}}));
  inbox_ = value_of(tenant_->inboxes().create(
                        admin_, {"Posteingang Zentrale", central.id, list_of(clerk_)}))
               .id;
  closed_inbox_ =
      value_of(tenant_->inboxes().create(admin_, {"Posteingang Personal", staff.id, {}})).id;
  const OrgUnit machines = value_of(tenant_->org_units().create(admin_, {"EDV", "12", {}}));
  quarantine_ =
      value_of(tenant_->inboxes().create(admin_, {"Quarantäne", machines.id, list_of(clerk_)})).id;
  const Access before = value_of(tenant_->access_lists().get_access(admin_, ScopeId{}));
  value_of(tenant_->access_lists().set_access(admin_, ScopeId{}, list_of(clerk_), before.revision));
  const auto plans = value_of(tenant_->file_plan().create(admin_, unit("621.41", "Pläne")));
  const auto hidden =
      value_of(tenant_->file_plan().create(admin_, unit("03", "Personal"), list_of(other)));
  dossier_ = value_of(tenant_->dossiers().open(clerk_, dossier(plans.id, "Bebauungsplan Nord")));
  hidden_ = value_of(tenant_->dossiers().open(other, dossier(hidden.id, "Personalsache")));
}

std::vector<InboundItem> CaptureTest::items_in(InboundState state) {
  return items_in(state, inbox_);
}

std::vector<InboundItem> CaptureTest::items_in(InboundState state, InboxId inbox) {
  std::vector<InboundItem> all;
  PageRequest page;
  page.limit = 100;
  do {
    auto found = value_of(tenant_->inbound_items().list(clerk_, {inbox, state}, page));
    for (InboundItem& item : found.items) all.push_back(std::move(item));
    page.after = found.next;
  } while (!page.after.empty());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return all;
}

std::vector<InboundItem> CaptureTest::waiting() {
  return items_in(InboundState::received);
}

std::vector<std::string> CaptureTest::subjects() {
  std::vector<std::string> subjects;
  for (const InboundItem& item : waiting()) subjects.push_back(item.fields.subject);
  std::sort(subjects.begin(), subjects.end());
  return subjects;
}

std::vector<CapturedMailRecord> CaptureTest::mail_records() {
  using Records = std::vector<CapturedMailRecord>;
  return value_of(tenant_->store().read<Records>([](const storage::View& view) -> Result<Records> {
    return DMS_TRY(view.scan(captured_mail_table, {})).items;
  }));
}

std::vector<CapturedFileRecord> CaptureTest::file_records() {
  using Records = std::vector<CapturedFileRecord>;
  return value_of(tenant_->store().read<Records>([](const storage::View& view) -> Result<Records> {
    return DMS_TRY(view.scan(captured_file_table, {})).items;
  }));
}

std::string CaptureTest::content_of(const InboundItem& item) {
  const auto opened = value_of(tenant_->inbound_items().open_content(clerk_, item.id));
  return value_of(opened.reader->read(0, 1U << 20U));
}

}  // namespace dms::test
