// The journal as an administrator asks for it: as a table, by kind, and its signed heads.

#include <gtest/gtest.h>

#include <algorithm>

#include "dms/exchange/csv.h"
#include "town.h"

namespace dms::test {
namespace {

constexpr const char* administrator = "administrator";

std::vector<exchange::CsvRow> rows_of(const ApiAnswer& answer) {
  exchange::CsvLimits limits;
  limits.bytes_max = 64U << 20U;
  limits.rows_max = 1'000'000;
  const auto rows = exchange::parse_csv(answer.body, limits);
  EXPECT_TRUE(rows.has_value()) << answer.body.substr(0, 500);
  return rows ? *rows : std::vector<exchange::CsvRow>();
}

TEST(AuditApi, TheTableHoldsAllThatTheListPages) {
  ApiClient admin = person(administrator);
  const ApiAnswer table = admin.get("/api/v1/audit.csv");
  ASSERT_EQ(table.status, 200U) << table.body;
  EXPECT_EQ(table.header("content-type"), "text/csv; charset=utf-8; header=present");
  EXPECT_EQ(table.header("transfer-encoding"), "chunked");
  EXPECT_TRUE(table.body.starts_with("\xEF\xBB\xBFsequence;time;kind;object;parent;actor;"));
  const auto rows = rows_of(table);
  const std::string newest = rows.at(1).fields.at(0);
  EXPECT_EQ(rows.size() - 1, std::stoul(newest)) << "one row an entry, down to the first";
  EXPECT_GT(rows.size(), 401U) << "more than two pages";
  EXPECT_EQ(rows.back().fields.at(0), "1");

  const ApiAnswer list = admin.get("/api/v1/audit?limit=200");
  const auto& items = list.json.at("items").as_array();
  const auto& last = items.back().as_object();
  const auto same = std::ranges::find_if(rows, [&](const exchange::CsvRow& row) {
    return row.fields[0] == std::to_string(last.at("sequence").to_number<std::uint64_t>());
  });
  ASSERT_NE(same, rows.end());
  EXPECT_EQ(same->fields[2], std::string_view(last.at("kind").as_string()));
  EXPECT_EQ(same->fields[5], std::string_view(last.at("actor").as_string()));
}

TEST(AuditApi, TheTableTakesTheFiltersAndNoPages) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Tabelle");
  const std::string id = clerk.file(dossier, "Vermerk", "v.txt", "Text der Tabelle").text("id");
  const auto rows = rows_of(clerk.get("/api/v1/audit.csv?kind=document.filed&object=" + id));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].fields.at(3), id);
  EXPECT_EQ(rows[1].fields.at(6), "Hilde Brandt");
  EXPECT_EQ(clerk.get("/api/v1/audit.csv?limit=5").status, 400U);
  EXPECT_EQ(clerk.get("/api/v1/audit.csv?kind=X").status, 400U);
  EXPECT_EQ(clerk.get("/api/v1/audit.csv?sort=time").status, 400U);
  const auto none = rows_of(clerk.get("/api/v1/audit.csv?kind=no.such&object=" + id));
  EXPECT_EQ(none.size(), 1U) << "a header in any case";
}

TEST(AuditApi, RightsAreThoseOfTheList) {
  ApiClient clerk = person("h.brandt");
  ApiClient other = person("k.amrein");
  const std::string dossier = open_dossier(clerk, "030.2", "Personalakte Tabelle");
  ASSERT_FALSE(dossier.empty());
  EXPECT_EQ(other.get("/api/v1/audit.csv?object=" + dossier).status, 404U);
  for (const char* target : {"/api/v1/audit.csv", "/api/v1/audit/heads", "/api/v1/audit/verify",
                             "/api/v1/audit/reads"}) {
    EXPECT_EQ(clerk.get(target).status, 403U) << target;
    EXPECT_EQ(stranger().get(target).status, 401U) << target;
  }
  EXPECT_EQ(clerk.send("POST", "/api/v1/audit/heads", "").status, 403U);
}

TEST(AuditApi, HeadsAreSignedWhenAskedAndVerified) {
  ApiClient admin = person(administrator);
  const ApiAnswer head = admin.send("POST", "/api/v1/audit/heads", "");
  ASSERT_EQ(head.status, 200U) << head.body;
  EXPECT_EQ(head.text("tenant"), "musterbach");
  const ApiAnswer list = admin.get("/api/v1/audit/heads?limit=1");
  ASSERT_EQ(list.status, 200U) << list.body;
  EXPECT_NE(list.body.find(head.body), std::string::npos) << "the same bytes";
  const ApiAnswer verified = admin.get("/api/v1/audit/verify");
  ASSERT_EQ(verified.status, 200U) << verified.body;
  EXPECT_TRUE(verified.json.at("clean").as_bool()) << verified.body;
  EXPECT_GE(verified.json.at("heads").to_number<int>(), 1);
}

TEST(AuditApi, WhoReadWhatAndFromWhereIsForAdministrators) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Wer las was");
  const std::string id = clerk.file(dossier, "Vermerk", "v.txt", "Wer hat das gelesen").text("id");
  ASSERT_EQ(clerk.get("/api/v1/documents/" + id + "/content").status, 200U);
  ASSERT_EQ(clerk.get("/api/v1/documents/" + id + "/content").status, 200U);

  ApiClient admin = person(administrator);
  const ApiAnswer reads = admin.get("/api/v1/audit/reads?limit=1&object=" + id);
  ASSERT_EQ(reads.status, 200U) << reads.body;
  ASSERT_EQ(reads.json.at("items").as_array().size(), 1U);
  const auto& read = reads.json.at("items").as_array().at(0).as_object();
  EXPECT_EQ(read.at("kind").as_string(), "content.read");
  EXPECT_EQ(read.at("object").as_string(), std::string_view(id));
  EXPECT_EQ(read.at("address").as_string(), "127.0.0.1");
  const ApiAnswer older = admin.get("/api/v1/audit/reads?limit=1&object=" + id +
                                    "&cursor=" + reads.text("next_cursor"));
  ASSERT_EQ(older.status, 200U) << older.body;
  ASSERT_EQ(older.json.at("items").as_array().size(), 1U);
  const auto& before = older.json.at("items").as_array().at(0).as_object();
  EXPECT_LT(before.at("time").as_string(), read.at("time").as_string());
  const ApiAnswer nobody = admin.get("/api/v1/audit/reads?object=" + dossier);
  EXPECT_TRUE(nobody.json.at("items").as_array().empty()) << nobody.body;
  EXPECT_EQ(admin.get("/api/v1/audit/reads?kind=x").status, 400U);
  const std::string of_document = "/api/v1/audit/reads.csv?object=" + id;
  const auto table = rows_of(admin.get(of_document));
  ASSERT_EQ(table.size(), 3U) << "a header and two reads";
  EXPECT_EQ(table.at(1).fields.at(1), "content.read");
  EXPECT_EQ(table.at(1).fields.at(2), id);
  EXPECT_FALSE(table.at(1).fields.at(4).empty()) << "by name";
  EXPECT_EQ(admin.get(of_document + "&limit=5").status, 400U);
  EXPECT_EQ(admin.get(of_document + "&from=yesterday").status, 400U);
  EXPECT_EQ(clerk.get(of_document).status, 403U);

  const std::string filed = "/api/v1/audit?kind=document.filed&object=" + id;
  const auto seen_by = [&](ApiClient& asker) {
    return asker.get(filed).json.at("items").as_array().at(0).as_object();
  };
  EXPECT_FALSE(seen_by(clerk).contains("address"));
  EXPECT_EQ(seen_by(clerk).at("detail").as_string().find("127.0.0.1"), std::string::npos);
  const auto rows = rows_of(admin.get("/api/v1/audit.csv?kind=document.filed"));
  const auto row = std::ranges::find(rows, id, [](const auto& each) { return each.fields.at(3); });
  ASSERT_NE(row, rows.end());
  EXPECT_EQ(row->fields.at(10), "127.0.0.1");
}

TEST(AuditApi, WhatTheThrottleTurnsAwayIsToldOfToo) {
  // A name that nobody has, and no other test types.
  const char* const body = R"({"user":"gedrosselt","password":"falsch falsch falsch"})";
  ApiClient guesser = stranger();
  ApiAnswer answer = guesser.send("POST", "/api/v1/session", body);
  for (int i = 0; i < 3 && answer.status == 401; ++i) {
    answer = guesser.send("POST", "/api/v1/session", body);
  }
  EXPECT_EQ(answer.status, 429U);
  ApiClient admin = person(administrator);
  const ApiAnswer table = admin.get("/api/v1/audit.csv?kind=session.refused");
  EXPECT_NE(table.body.find("throttled"), std::string::npos) << table.body.substr(0, 500);
  EXPECT_EQ(table.body.find("gedrosselt"), std::string::npos);
}

TEST(AuditApi, RefusedSignInsAndChangedRightsAreToldOf) {
  EXPECT_EQ(stranger()
                .send("POST", "/api/v1/session",
                      R"({"user":"t.wiegand","password":"falsch falsch falsch"})")
                .status,
            401U);
  ApiClient admin = person(administrator);
  const auto count = [&](const char* kind) {
    return rows_of(admin.get(std::string("/api/v1/audit.csv?kind=") + kind)).size() - 1;
  };
  EXPECT_GE(count("session.refused"), 1U);
  ApiClient machine = stranger();
  machine.use_token("akt_" + std::string(43, 'A'));
  EXPECT_EQ(machine.get("/api/v1/me").status, 401U);
  EXPECT_GE(count("token.refused"), 1U);
  EXPECT_GE(count("access"), 1U);
  EXPECT_GE(count("user.created"), 1U);
}

}  // namespace
}  // namespace dms::test
