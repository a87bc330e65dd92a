// Inboxes: who makes them, who sees what lies in them, and what is done with it before it is filed.

#include "dms/inbox.h"

#include "dms/change_notice.h"
#include "inbox_fixture.h"
#include "storage/record_json.h"

namespace dms {
namespace {

using test::code_of;
using test::InboxTest;
using test::value_of;

TEST_F(InboxTest, IsMadeByAdministratorsWhoGetNothingByIt) {
  const OrgUnit unit = value_of(org_units_->create(admin_, {"Kämmerei", "20", {}}));
  EXPECT_EQ(code_of(inboxes_->create(clerk_, {"Kasse", unit.id, {}})), ErrorCode::forbidden);
  AccessList own;
  own.entries = {grant(SubjectKind::user, admin_.user.value, Role::reader)};
  EXPECT_EQ(code_of(inboxes_->create(admin_, {"Kasse", unit.id, own})), ErrorCode::forbidden);
  const Inbox made = value_of(inboxes_->create(admin_, {"  Kasse ", unit.id, {}}));
  EXPECT_EQ(made.name, "Kasse");
  EXPECT_TRUE(made.rights.empty());
  EXPECT_EQ(code_of(inboxes_->create(admin_, {"Kasse 2", unit.id, {}})), ErrorCode::conflict);
  EXPECT_EQ(code_of(inboxes_->create(admin_, {"posteingang BAUAMT", OrgUnitId{}, {}})),
            ErrorCode::invalid);
  const Inbox renamed = value_of(inboxes_->rename(admin_, made.id, "Stadtkasse", 1));
  EXPECT_EQ(renamed.name, "Stadtkasse");
  EXPECT_EQ(code_of(inboxes_->rename(admin_, made.id, "Kasse", 1)), ErrorCode::stale_version);
  EXPECT_EQ(code_of(inboxes_->rename(admin_, made.id, "Posteingang Bauamt", 2)),
            ErrorCode::conflict);
}

TEST_F(InboxTest, ShowsEverybodyHisInboxesAlone) {
  receive("Anfrage");
  const auto of_clerk = value_of(inboxes_->list(clerk_));
  ASSERT_EQ(of_clerk.size(), 1U);
  EXPECT_EQ(of_clerk.front().name, "Posteingang Zentrale");
  EXPECT_EQ(of_clerk.front().waiting, 1U);
  EXPECT_TRUE(value_of(inboxes_->list(stranger_)).empty());
  const auto of_admin = value_of(inboxes_->list(admin_));
  ASSERT_EQ(of_admin.size(), 2U);
  EXPECT_EQ(of_admin.back().waiting, 0U) << "who keeps inboxes is not told what lies in them";
  EXPECT_LOOKS_ABSENT(inboxes_->get(clerk_, building_inbox_.id));
  EXPECT_LOOKS_ABSENT(inboxes_->get(clerk_, InboxId{}));
}

TEST_F(InboxTest, TakesInSeveralAtOnceOrNone) {
  const StackPlace place{"stapel.pdf", sha256("Stapel"), 2, 3};
  NewInboundItem second = new_item("Zweiter");
  second.stack = place;
  const auto taken = value_of(
      items_->receive_all(clerk_, {{new_item("Erster"), stage("a")}, {second, stage("b")}}));
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_LT(taken[0].id, taken[1].id);
  EXPECT_FALSE(taken[0].stack);
  ASSERT_TRUE(get(reader_, taken[1]).stack);
  EXPECT_EQ(get(reader_, taken[1]).stack->first_page, 2U);
  EXPECT_EQ(content(clerk_, taken[1]), "b");
  NewInboundItem elsewhere = new_item("Verboten");
  elsewhere.inbox = building_inbox_.id;
  const std::size_t before = listed(clerk_, {}).size();
  EXPECT_LOOKS_ABSENT(
      items_->receive_all(clerk_, {{new_item("Dritter"), stage("c")}, {elsewhere, stage("d")}}));
  EXPECT_EQ(listed(clerk_, {}).size(), before) << "none of them";
  EXPECT_EQ(code_of(items_->receive_all(clerk_, {})), ErrorCode::internal);
}

TEST_F(InboxTest, TakesInWithAReceiptStamp) {
  const InboundItem item = receive("  Anfrage ");
  EXPECT_EQ(item.fields.subject, "Anfrage");
  EXPECT_EQ(item.state, InboundState::received);
  EXPECT_EQ(item.receipt_stamp.received.by, clerk_.user);
  EXPECT_EQ(item.receipt_stamp.received.at, clock_.now());
  EXPECT_TRUE(item.fields.received_on.has_value());
  EXPECT_EQ(content(clerk_, item), "Sehr geehrte Damen");
  EXPECT_EQ(content(reader_, item), "Sehr geehrte Damen");
  EXPECT_EQ(code_of(items_->receive(reader_, new_item("Nein"), stage("x"))), ErrorCode::forbidden);
  EXPECT_LOOKS_ABSENT(items_->receive(stranger_, new_item("Nein"), stage("x")));
  EXPECT_LOOKS_ABSENT(items_->admit_receipt(signer_, new_item("Nein")));
  EXPECT_EQ(code_of(items_->admit_receipt(clerk_, new_item(""))), ErrorCode::invalid);
  EXPECT_LOOKS_ABSENT(items_->get(stranger_, item.id));
  EXPECT_LOOKS_ABSENT(items_->get(admin_, item.id));
  EXPECT_LOOKS_ABSENT(items_->open_content(admin_, item.id));
}

TEST_F(InboxTest, TakesNoDayThatNoRecordHolds) {
  const Date too_late{std::chrono::year{10'000} / 1 / 1};
  for (const auto day :
       {&InboundFields::letter_date, &InboundFields::received_on, &InboundFields::deadline}) {
    NewInboundItem input = new_item("Aus der Zukunft");
    input.fields.*day = too_late;
    EXPECT_EQ(code_of(items_->receive(clerk_, input, stage("x"))), ErrorCode::invalid);
  }
}

TEST_F(InboxTest, HintsAtEqualBytesToWhoSeesTheEarlierItem) {
  const InboundItem first = receive("Erste", "gleich");
  EXPECT_FALSE(first.duplicate_of);
  EXPECT_FALSE(receive("Andere", "anders").duplicate_of);
  const InboundItem second = receive("Zweite", "gleich");
  EXPECT_EQ(second.duplicate_of, first.id);
  file_item(first, open_dossier());
  EXPECT_EQ(receive("Dritte", "gleich").duplicate_of, first.id) << "filed meanwhile";
  value_of(distribute(clerk_, second, {building_unit_.id, {}}));
  EXPECT_FALSE(get(signer_, second).duplicate_of) << "she does not see the central inbox";
  EXPECT_EQ(code_of(items_->get(signer_, first.id)), ErrorCode::not_found);
}

TEST_F(InboxTest, FindsTheTextOfWhatArrives) {
  const InboundItem item = receive("Anfrage", "Ihr Zeichen 621.41-2026/001");
  wait();
  const auto opened = value_of(items_->open_text(clerk_, item.id));
  ASSERT_TRUE(opened.reader);
  EXPECT_EQ(read_all(*opened.reader), "Ihr Zeichen 621.41-2026/001");
  EXPECT_EQ(get(clerk_, item).text.state, DocumentTextState::extracted);
  EXPECT_TRUE(found(clerk_, "Zeichen").empty()) << "it is no document yet";
}

TEST_F(InboxTest, ChangesByRevisionAndRight) {
  const InboundItem item = receive("Anfrage");
  InboundFields better = item.fields;
  better.subject = "Anfrage zur Satzung";
  better.deadline = Date{std::chrono::year{2026} / 12 / 1};
  const InboundItem changed = value_of(items_->update(clerk_, item.id, better, 1));
  EXPECT_EQ(changed.fields, better);
  EXPECT_EQ(changed.change.revision, 2U);
  EXPECT_EQ(code_of(items_->update(clerk_, item.id, better, 1)), ErrorCode::stale_version);
  EXPECT_EQ(code_of(items_->update(reader_, item.id, better, 2)), ErrorCode::forbidden);
  EXPECT_LOOKS_ABSENT(items_->update(signer_, item.id, better, 2));
}

TEST_F(InboxTest, HandsOnToAUnitWhoseInboxThenAloneShowsIt) {
  const InboundItem item = receive("Bauantrag");
  value_of(distribute(clerk_, item, {building_unit_.id, {}}));
  EXPECT_LOOKS_ABSENT(items_->get(clerk_, item.id));
  const InboundItem there = get(signer_, item);
  EXPECT_EQ(there.inbox, building_inbox_.id);
  EXPECT_EQ(there.fields.note, "Bitte prüfen");
  EXPECT_EQ(there.distributed->by, clerk_.user);
  EXPECT_EQ(listed(signer_, {building_inbox_.id}), std::multiset<std::string>{"Bauantrag"});
  EXPECT_TRUE(listed(clerk_, {}).empty());
  EXPECT_EQ(code_of(distribute(signer_, item, {building_unit_.id, {}})), ErrorCode::conflict);
  EXPECT_LOOKS_ABSENT(items_->list(clerk_, {building_inbox_.id}, {}));
}

TEST_F(InboxTest, PutsIntoABasketAndTakesItOutAgain) {
  const InboundItem item = receive("Widerspruch");
  value_of(distribute(clerk_, item, {{}, stranger_.user}));
  InboundFilter mine;
  mine.is_mine = true;
  EXPECT_EQ(listed(stranger_, mine), std::multiset<std::string>{"Widerspruch"});
  EXPECT_EQ(content(stranger_, item), "Sehr geehrte Damen") << "his task lets him read";
  EXPECT_LOOKS_ABSENT(inboxes_->get(stranger_, central_.id));
  EXPECT_TRUE(listed(clerk_, {central_.id}).empty());
  EXPECT_EQ(listed(clerk_, {central_.id, InboundState::distributed}),
            std::multiset<std::string>{"Widerspruch"});
  Actor machine = stranger_;
  machine.token = TokenId::make(clock_.now());
  EXPECT_LOOKS_ABSENT(items_->get(machine, item.id));
  value_of(distribute(stranger_, item, {central_unit_.id, {}}));
  EXPECT_LOOKS_ABSENT(items_->get(stranger_, item.id));
  EXPECT_EQ(get(clerk_, item).state, InboundState::received);
}

TEST_F(InboxTest, TakesNothingFromWhoIsNotActiveAnyMore) {
  const InboundItem item = receive("Widerspruch");
  value_of(distribute(clerk_, item, {{}, stranger_.user}));
  UserChange leave;
  leave.active = false;
  const User user = value_of(users_->get(admin_, stranger_.user));
  value_of(users_->update(admin_, user.id, leave, user.revision));
  EXPECT_LOOKS_ABSENT(items_->get(stranger_, item.id));
  EXPECT_EQ(code_of(distribute(clerk_, item, {{}, stranger_.user})), ErrorCode::invalid);
}

TEST_F(InboxTest, DistributesManyAtOnceOrNone) {
  const InboundItem first = receive("Erster");
  const InboundItem second = receive("Zweiter");
  Distribution all;
  all.items = {{first.id, 1}, {second.id, 7}};
  all.target.user = signer_.user;
  EXPECT_EQ(code_of(items_->distribute(clerk_, all)), ErrorCode::stale_version);
  EXPECT_EQ(get(clerk_, first).state, InboundState::received) << "all or none";
  all.items.back().if_match = 1;
  value_of(items_->distribute(clerk_, all));
  EXPECT_EQ(get(signer_, second).state, InboundState::distributed);
  all.items.push_back(all.items.front());
  EXPECT_EQ(code_of(items_->distribute(clerk_, all)), ErrorCode::invalid) << "one named twice";
  all.items = {};
  EXPECT_EQ(code_of(items_->distribute(clerk_, all)), ErrorCode::invalid);
  all.items = {{first.id, 2}};
  all.target.org_unit = building_unit_.id;
  EXPECT_EQ(code_of(items_->distribute(clerk_, all)), ErrorCode::invalid) << "two targets";
  const OrgUnit bare = value_of(org_units_->create(admin_, {"Ohne Eingang", "", {}}));
  all.target = {bare.id, {}};
  EXPECT_EQ(code_of(items_->distribute(clerk_, all)), ErrorCode::invalid);
  EXPECT_EQ(code_of(items_->distribute(reader_, all)), ErrorCode::forbidden)
      << "who may not hand on is not told which units have an inbox";
}

TEST_F(InboxTest, DiscardsIntoTheBinAndBringsBack) {
  const InboundItem item = receive("Werbung");
  const InboundItem gone = value_of(items_->discard(clerk_, item.id, 1));
  EXPECT_EQ(gone.discarded->by, clerk_.user);
  EXPECT_TRUE(listed(clerk_, {central_.id}).empty());
  EXPECT_EQ(listed(clerk_, {central_.id, InboundState::discarded}),
            std::multiset<std::string>{"Werbung"});
  EXPECT_EQ(content(clerk_, item), "Sehr geehrte Damen");
  EXPECT_EQ(code_of(items_->update(clerk_, item.id, item.fields, 2)), ErrorCode::conflict);
  clock_.advance(std::chrono::hours{48});
  value_of(store_->sweep_content());
  EXPECT_EQ(value_of(items_->restore(clerk_, item.id, 2)).state, InboundState::received);
  EXPECT_EQ(content(clerk_, item), "Sehr geehrte Damen");
  EXPECT_EQ(code_of(items_->restore(clerk_, item.id, 3)), ErrorCode::conflict);
}

TEST_F(InboxTest, ListsNewestFirstPageByPage) {
  for (const char* const subject : {"Eins", "Zwei", "Drei"}) {
    clock_.advance(std::chrono::seconds{1});
    receive(subject);
  }
  PageRequest page;
  page.limit = 2;
  for (const InboundFilter& filter : {InboundFilter{}, InboundFilter{central_.id}}) {
    page.after = "";
    const auto first = value_of(items_->list(clerk_, filter, page));
    ASSERT_EQ(first.items.size(), 2U);
    EXPECT_EQ(first.items.front().fields.subject, "Drei");
    EXPECT_EQ(first.total_estimate.has_value(), filter.inbox.has_value());
    page.after = first.next;
    const auto second = value_of(items_->list(clerk_, filter, page));
    ASSERT_EQ(second.items.size(), 1U);
    EXPECT_EQ(second.items.front().fields.subject, "Eins");
    EXPECT_EQ(second.next, "");
  }
  EXPECT_TRUE(listed(signer_, {}).empty());
}

// As nobody can file so many in a test: what one filed item left, again and again.
TEST_F(InboxTest, ManyHiddenItemsLookLikeNone) {
  const InboundItem item = receive("Antrag");
  InboundItemRecord record = *value_of(store_->read<std::optional<InboundItemRecord>>(
      [&](const storage::View& view) { return view.find(inbound_item_table, item.id.key()); }));
  record.state = InboundState::filed;
  for (int commits = 0; commits < 11; ++commits) {
    value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      for (int i = 0; i < 100; ++i) {
        record.id = InboundItemId::make(clock_.now());
        DMS_TRY(commit.insert(inbound_item_table, record));
      }
      return commit;
    }));
  }
  InboundFilter filed;
  filed.state = InboundState::filed;
  for (const Actor& other : {signer_, stranger_, admin_}) {
    const Page<InboundItem> page = value_of(items_->list(other, filed, {}));
    EXPECT_TRUE(page.items.empty());
    EXPECT_EQ(page.next, "") << "an empty list has no next page";
    EXPECT_EQ(page.total_estimate, 0U);
  }
  EXPECT_NE(value_of(items_->list(clerk_, filed, {})).next, "");
}

TEST_F(InboxTest, ListsAllInboxesAndTheBasketAsOne) {
  std::vector<std::string> received;
  for (int i = 0; i < 6; ++i) {
    clock_.advance(std::chrono::seconds{1});
    const std::string subject = "Brief " + std::to_string(i);
    const InboundItem item = receive(subject);
    // Out of the central inbox, into the building office's, or into the basket of its signer.
    if (i % 3 == 1) value_of(distribute(clerk_, item, {building_unit_.id, {}}));
    if (i % 3 == 2) value_of(distribute(clerk_, item, {{}, signer_.user}));
  }
  const auto all = [&](const Actor& actor, InboundState state) {
    InboundFilter filter;
    filter.state = state;
    std::vector<std::string> subjects;
    PageRequest page{"", 1};
    do {
      const auto found = value_of(items_->list(actor, filter, page));
      for (const InboundItem& item : found.items) subjects.push_back(item.fields.subject);
      page.after = found.next;
    } while (!page.after.empty());
    return subjects;
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(all(clerk_, InboundState::received), (List{"Brief 3", "Brief 0"}));
  EXPECT_EQ(all(signer_, InboundState::received), (List{"Brief 4", "Brief 1"}));
  EXPECT_EQ(all(signer_, InboundState::distributed), (List{"Brief 5", "Brief 2"}));
  EXPECT_EQ(all(clerk_, InboundState::distributed), (List{"Brief 5", "Brief 2"}));
  EXPECT_EQ(all(stranger_, InboundState::distributed), List{});
}

// A user's record that a newer program wrote cannot be read. What was remembered is asked first.
struct NewerUser : Extensible {
  static constexpr std::uint32_t json_format = 1000;
  UserId id;
};
BOOST_DESCRIBE_STRUCT(NewerUser, (Extensible), (id))

TEST_F(InboxTest, AHolderWhoseRecordCannotBeReadIsToldSoAndNotThatTheItemIsGone) {
  const InboundItem item = receive("Antrag");
  value_of(distribute(clerk_, item, {{}, signer_.user}));
  get(signer_, item);
  const storage::Table<NewerUser> broken{
      "user", [](const NewerUser& user) { return std::string(user.id.key()); }, {}};
  value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    NewerUser newer;
    newer.id = signer_.user;
    DMS_TRY(commit.put(broken, newer));
    return commit;
  }));
  EXPECT_EQ(items_->get(signer_, item.id).error().code, ErrorCode::corrupt);
}

TEST_F(InboxTest, TellsOfChangesToThoseWhoSeeThem) {
  const InboundItem item = receive("Bauantrag");
  value_of(distribute(clerk_, item, {building_unit_.id, {}}));
  const auto entries = value_of(store_->read_journal_of(item.id.value, 0, 10));
  std::map<std::string, std::vector<ChangeNotice>> of_clerk;
  std::map<std::string, std::vector<ChangeNotice>> of_signer;
  value_of(store_->read<void>([&](const storage::View& view) -> Result<void> {
    for (const auto& entry : entries) {
      const TellChange tell = DMS_TRY(tell_change(view, {*permissions_, nullptr}, entry));
      DMS_TRY(tell(clerk_, of_clerk[entry.kind]));
      DMS_TRY(tell(signer_, of_signer[entry.kind]));
    }
    return {};
  }));
  const ChangeNotice left{"inbox", central_.id.value, "items"};
  EXPECT_EQ(of_clerk["inbound_item.moved_out"], std::vector{left});
  EXPECT_TRUE(of_signer["inbound_item.moved_out"].empty());
  EXPECT_TRUE(of_clerk["inbound_item.moved_in"].empty());
  EXPECT_EQ(of_signer["inbound_item.moved_in"].size(), 2U);
  AuditQuery history;
  history.object = item.id.value;
  EXPECT_EQ(code_of(audit_->events(clerk_, history)), ErrorCode::not_found);
  EXPECT_EQ(value_of(audit_->events(signer_, history)).events.size(), 3U);
}

}  // namespace
}  // namespace dms
