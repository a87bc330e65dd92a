#pragma once

// A tenant with a small filing plan and people with different rights, on top of identity_fixture.h:
//
//   0 Allgemeine Verwaltung          the plan's list: clerk and signer
//   ├── 02 Hauptverwaltung           leaf
//   └── 03 Personal                  a list of its own: manager alone
//   6 Bauwesen
//   └── 621.41 Bebauungspläne        leaf
//
// `stranger` is a user without any right.

#include <memory>
#include <string>
#include <string_view>

#include "dms/audit.h"
#include "dms/document.h"
#include "dms/dossier.h"
#include "dms/file_plan.h"
#include "dms/permission_cache.h"
#include "identity_fixture.h"

namespace dms::test {

class FilingTest : public IdentityTest {
 protected:
  FilingTest() {
    make_services();
    clerk_ = actor_of(add_user("sachbearbeitung"));
    signer_ = actor_of(add_user("leitung"));
    manager_ = actor_of(add_user("personalamt"));
    stranger_ = actor_of(add_user("fremd"));
    AccessList list;
    list.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                    grant(SubjectKind::user, signer_.user.value, Role::signer)};
    const Access before = value_of(access_->get_access(admin_, ScopeId{}));
    value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
    general_ = add_unit("0", "Allgemeine Verwaltung");
    office_ = add_unit("02", "Hauptverwaltung", general_.id);
    AccessList staff_list;
    staff_list.entries = {grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
    FilePlanUnitFields staff = unit_fields("03", "Personal", general_.id);
    staff_ = value_of(plan_->create(admin_, staff, staff_list));
    building_ = add_unit("6", "Bauwesen");
    plans_ = add_unit("621.41", "Bebauungspläne", building_.id);
  }

  void make_services() {
    permissions_ = std::make_unique<PermissionCache>();
    plan_ = std::make_unique<FilePlan>(*store_, *permissions_, clock_);
    dossiers_ = std::make_unique<Dossiers>(*store_, *permissions_, clock_);
    documents_ = std::make_unique<Documents>(*store_, *permissions_, clock_, nullptr, encryption_);
    heads_ = value_of(AuditHeads::open(*store_, clock_, heads_options()));
    audit_ = std::make_unique<Audit>(*store_, *permissions_, *heads_);
  }

  AuditHeads::Options heads_options() const {
    return {"musterbach", (temp_ / "heads.jsonl").string(), (temp_ / "signing.known").string(),
            Secret(std::string(32, 'k'))};
  }

  // Lets `actor` manage rights in the plan's scope, beside the clerk.
  void make_manager_of_plan(const Actor& actor) {
    AccessList list;
    list.entries = {grant(SubjectKind::user, actor.user.value, Role::record_manager),
                    grant(SubjectKind::user, clerk_.user.value, Role::clerk)};
    const Access before = value_of(access_->get_access(admin_, ScopeId{}));
    value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  }

  static FilePlanUnitFields unit_fields(const std::string& code, const std::string& title,
                                        std::optional<UnitId> parent = std::nullopt) {
    FilePlanUnitFields fields;
    fields.code = code;
    fields.title = title;
    fields.parent = parent;
    return fields;
  }
  FilePlanUnit add_unit(const std::string& code, const std::string& title,
                        std::optional<UnitId> parent = std::nullopt) {
    return value_of(plan_->create(admin_, unit_fields(code, title, parent)));
  }

  static NewDossier new_dossier(UnitId unit, const std::string& title) {
    NewDossier input;
    input.unit = unit;
    input.fields.title = title;
    return input;
  }
  Dossier open_dossier(const Actor& actor, UnitId unit, const std::string& title) {
    return value_of(dossiers_->open(actor, new_dossier(unit, title)));
  }
  Dossier open_dossier(const std::string& title = "Bebauungsplan Nord") {
    return open_dossier(clerk_, plans_.id, title);
  }

  storage::StagedContent stage(std::string_view bytes) {
    const auto writer = value_of(store_->write_content({}));
    value_of(writer->append(bytes));
    return value_of(writer->finish());
  }
  static NewDocument new_document(DossierId dossier, const std::string& subject) {
    NewDocument input;
    input.dossier = dossier;
    input.fields.subject = subject;
    input.version.file_name = "brief.txt";
    return input;
  }
  Document file(const Actor& actor, DossierId dossier, const std::string& subject,
                std::string_view text = "Sehr geehrte Damen und Herren") {
    return value_of(documents_->file_document(actor, new_document(dossier, subject), stage(text)));
  }
  Document file(DossierId dossier, const std::string& subject = "Anschreiben",
                std::string_view text = "Sehr geehrte Damen und Herren") {
    return file(clerk_, dossier, subject, text);
  }
  static std::string read_all(const storage::ContentReader& reader) {
    return value_of(reader.read(0, 1U << 20U));
  }

  ContentEncryption encryption_ = ContentEncryption::off;
  std::unique_ptr<PermissionCache> permissions_;
  std::unique_ptr<FilePlan> plan_;
  std::unique_ptr<Dossiers> dossiers_;
  std::unique_ptr<Documents> documents_;
  std::unique_ptr<AuditHeads> heads_;
  std::unique_ptr<Audit> audit_;
  Actor clerk_;
  Actor signer_;
  Actor manager_;
  Actor stranger_;
  FilePlanUnit general_;
  FilePlanUnit office_;
  FilePlanUnit staff_;
  FilePlanUnit building_;
  FilePlanUnit plans_;
};

// Forbidden and absent must not be told apart: the same Error in every part.
#define EXPECT_LOOKS_ABSENT(...)                                    \
  do {                                                              \
    const auto looks_absent_result = (__VA_ARGS__);                 \
    ASSERT_FALSE(looks_absent_result.has_value());                  \
    const ::dms::Error absent = ::dms::absent_object();             \
    EXPECT_EQ(looks_absent_result.error().code, absent.code);       \
    EXPECT_EQ(looks_absent_result.error().message, absent.message); \
    EXPECT_EQ(looks_absent_result.error().fields, absent.fields);   \
    EXPECT_EQ(looks_absent_result.error().hint, absent.hint);       \
  } while (false)

}  // namespace dms::test
