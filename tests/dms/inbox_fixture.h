#pragma once

// A tenant in which things are destroyed (erasure_fixture.h), with two inboxes: the central one,
// which `clerk_` and `manager_` deal with, and the building office's, which `signer_` alone does.

#include "dms/inbound_item.h"
#include "dms/inbox.h"
#include "dms/inbox_record.h"
#include "erasure_fixture.h"

namespace dms::test {

class InboxTest : public ErasureTest {
 protected:
  InboxTest() {
    make_inboxes();
    reader_ = actor_of(add_user("lesend"));
    central_unit_ = value_of(org_units_->create(admin_, {"Zentrale Dienste", "10", {}}));
    building_unit_ = value_of(org_units_->create(admin_, {"Bauamt", "60", {}}));
    AccessList central;
    central.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                       grant(SubjectKind::user, manager_.user.value, Role::record_manager),
                       grant(SubjectKind::user, reader_.user.value, Role::reader)};
    central_ =
        value_of(inboxes_->create(admin_, {"Posteingang Zentrale", central_unit_.id, central}));
    AccessList building;
    building.entries = {grant(SubjectKind::user, signer_.user.value, Role::signer)};
    building_inbox_ =
        value_of(inboxes_->create(admin_, {"Posteingang Bauamt", building_unit_.id, building}));
  }

  void make_inboxes() {
    inboxes_ = std::make_unique<Inboxes>(*store_, *permissions_, clock_);
    items_ =
        std::make_unique<InboundItems>(*store_, *permissions_, clock_, &belongings_, encryption_);
  }

  static InboundFields fields(const std::string& subject, const std::string& sender = "") {
    InboundFields fields;
    fields.subject = subject;
    fields.sender = sender;
    return fields;
  }
  NewInboundItem new_item(const std::string& subject, const std::string& sender = "") const {
    return {central_.id, fields(subject, sender), ReceiptChannel::upload, "brief.txt"};
  }
  InboundItem receive(const std::string& subject, std::string_view text = "Sehr geehrte Damen",
                      const std::string& sender = "Landratsamt Musterkreis") {
    return value_of(items_->receive(clerk_, new_item(subject, sender), stage(text)));
  }
  InboundItem get(const Actor& actor, const InboundItem& item) {
    return value_of(items_->get(actor, item.id));
  }
  InboundItem file_item(const InboundItem& item, const Dossier& dossier) {
    const InboundItem now = get(clerk_, item);
    return value_of(items_->file(clerk_, now.id, {dossier.id, now.fields}, now.change.revision));
  }
  InboundItem undo(const InboundItem& item) {
    return value_of(items_->undo_filing(clerk_, item.id, get(clerk_, item).change.revision));
  }
  Result<void> distribute(const Actor& actor, const InboundItem& item, DistributionTarget target) {
    return items_->distribute(
        actor, {{{item.id, get(actor, item).change.revision}}, target, "Bitte prüfen", {}});
  }
  Result<std::string> content(const Actor& actor, const InboundItem& item) {
    const auto opened = DMS_TRY(items_->open_content(actor, item.id));
    return opened.reader->read(0, 1U << 20U);
  }
  std::multiset<std::string> listed(const Actor& actor, const InboundFilter& filter) {
    std::multiset<std::string> subjects;
    for (const InboundItem& item : value_of(items_->list(actor, filter, {})).items) {
      subjects.insert(item.fields.subject);
    }
    return subjects;
  }
  std::vector<Uuid> owners(const storage::ContentId& content) {
    return value_of(store_->content_owners(content, 10));
  }

  std::unique_ptr<Inboxes> inboxes_;
  std::unique_ptr<InboundItems> items_;
  Actor reader_;
  OrgUnit central_unit_;
  OrgUnit building_unit_;
  Inbox central_;
  Inbox building_inbox_;
};

}  // namespace dms::test
