// The journal: the chain, its details and their erasure, reading it by place and by object.

#include "storage/journal.h"

#include "dms/base/bytes.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

class JournalTest : public StoreTest {
 protected:
  void SetUp() override { open(); }
  std::vector<JournalEntry> read(std::uint64_t after, std::size_t limit) {
    return value_of(store_->read_journal(after, limit));
  }
  std::vector<std::uint64_t> sequences(const std::vector<JournalEntry>& entries) {
    std::vector<std::uint64_t> numbers;
    for (const JournalEntry& entry : entries) numbers.push_back(entry.sequence);
    return numbers;
  }
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(JournalTest, ReturnsEverythingThatWasSaid) {
  Event said = event("document.filed", R"({"name":"Müller"})");
  said.parent = make_uuid_v7(clock_.now());
  said.on_behalf_of = make_uuid_v7(clock_.now());
  value_of(append(said));
  const std::vector<JournalEntry> entries = read(0, 1);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].kind, said.kind);
  EXPECT_EQ(entries[0].object, said.object);
  EXPECT_EQ(entries[0].parent, said.parent);
  EXPECT_EQ(entries[0].actor, said.actor);
  EXPECT_EQ(entries[0].on_behalf_of, said.on_behalf_of);
  EXPECT_EQ(entries[0].detail, said.detail);
  EXPECT_EQ(entries[0].time, clock_.now());
}

TEST_F(JournalTest, IsReadByPages) {
  for (int i = 0; i < 5; ++i) value_of(append(event("note.made")));
  EXPECT_EQ(sequences(read(0, 2)), Numbers({1, 2}));
  EXPECT_EQ(sequences(read(2, 2)), Numbers({3, 4}));
  EXPECT_EQ(sequences(read(4, 2)), Numbers({5}));
  EXPECT_EQ(sequences(read(5, 2)), Numbers());
  EXPECT_EQ(sequences(read(~std::uint64_t{0}, 2)), Numbers());
  EXPECT_EQ(sequences(read(0, ~std::size_t{0})), Numbers({1, 2, 3, 4, 5}));
}

TEST_F(JournalTest, IsReadByObjectAndByParentNewestFirst) {
  const Uuid dossier = make_uuid_v7(clock_.now());
  Event opened = event("dossier.opened");
  opened.object = dossier;
  value_of(append(opened));
  value_of(append(event("note.made")));
  Event filed = event("document.filed");
  filed.parent = dossier;
  value_of(append(filed));
  const auto of = [&](const Uuid& object, std::uint64_t before, std::size_t limit) {
    return sequences(value_of(store_->read_journal_of(object, before, limit)));
  };
  EXPECT_EQ(of(dossier, 0, 10), Numbers({3, 1}));
  EXPECT_EQ(of(dossier, 0, 1), Numbers({3}));
  EXPECT_EQ(of(dossier, 3, 10), Numbers({1}));
  EXPECT_EQ(of(filed.object, 0, 10), Numbers({3}));
  EXPECT_EQ(of(make_uuid_v7(clock_.now()), 0, 10), Numbers());
}

TEST_F(JournalTest, ErasingADetailLeavesTheChainVerifiable) {
  value_of(append(event("user.added", R"({"name":"Erika Mustermann"})")));
  value_of(append(event("note.made", R"({"kept":true})")));
  const JournalPosition head = store_->journal_head();
  value_of(store_->commit([](const View& view) -> Result<Commit> {
    Commit commit(view);
    commit.erase_event_detail(1);
    return commit;
  }));
  reopen();
  const std::vector<JournalEntry> entries = read(0, 10);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].detail, std::nullopt);
  EXPECT_EQ(entries[0].kind, "user.added");
  EXPECT_EQ(entries[1].detail, R"({"kept":true})");
  EXPECT_EQ(store_->journal_head(), head);
  // But for this, which an event of whoever erases is to say.
  EXPECT_EQ(value_of(store_->verify()).problems,
            std::vector<std::string>{"journal entry 1: its detail is gone, and nothing tells that "
                                     "it was erased"});
}

TEST_F(JournalTest, OneCommitsEventsStandTogetherInOrder) {
  const Committed committed = value_of(store_->commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    for (const char* kind : {"a", "b", "c"}) commit.append(event(kind));
    return commit;
  }));
  EXPECT_EQ(committed.first_sequence, 1U);
  EXPECT_EQ(committed.last_sequence, 3U);
  EXPECT_EQ(read(1, 1)[0].kind, "b");
}

// The layout is for ever: this envelope was written by the first version.
TEST(JournalCodec, AnEnvelopesBytesAreFixed) {
  Envelope envelope;
  envelope.sequence = 258;
  envelope.time = from_unix_microseconds(1'000'000);
  envelope.kind = "a.b";
  envelope.object = Uuid{{1}};
  envelope.parent = Uuid{{2}};
  envelope.actor = Uuid{{3}};
  envelope.previous.bytes[31] = 4;
  envelope.commitment.bytes[0] = 5;
  const std::string bytes = encode_envelope(envelope);
  const std::string zeros(30, '0');
  EXPECT_EQ(to_hex(bytes),
            "01"
            "0000000000000102"
            "00000000000f4240"
            "01"
            "03"
            "612e62"
            "01" +
                zeros + "02" + zeros + "03" + zeros + std::string(62, '0') +
                "04"
                "05" +
                std::string(62, '0'));
  const std::optional<Envelope> read = decode_envelope(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(encode_envelope(*read), bytes);
  EXPECT_EQ(read->parent, envelope.parent);
  EXPECT_EQ(read->on_behalf_of, std::nullopt);
}

TEST(JournalCodec, RefusesWhatIsNoEnvelope) {
  Envelope envelope;
  envelope.kind = "a";
  const std::string bytes = encode_envelope(envelope);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_envelope(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_envelope(bytes + "x"));
  EXPECT_FALSE(decode_envelope("\x02" + bytes.substr(1)));
}

}  // namespace
}  // namespace dms::storage::test
