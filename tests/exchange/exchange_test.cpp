// A town exported as an operator does it, looked at as a stranger would, and imported on another
// machine: the same export comes out of it, and the same answers.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>
#include <thread>

#include "dms/base/digest.h"
#include "dms/exchange/export_format.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

// But for the folder of keys, which is made first and holds none.
bool is_any_left(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const bool is_of_keys = entry.path().string().starts_with((folder / "keys").string());
    if (!is_of_keys || (entry.is_regular_file() && entry.file_size() > 0)) return true;
  }
  return false;
}

std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder));
  }
  std::sort(files.begin(), files.end());
  return files;
}

class ExchangeStory : public ::testing::Test {
 protected:
  fs::path folder(const std::string& name) const {
    return server_.config_file().parent_path() / name;
  }
  void change_data_folder(const fs::path& to) const {
    std::string config = read_text(server_.config_file());
    const std::size_t begin = config.find('"') + 1;
    config.replace(begin, config.find('"', begin) - begin, to.string());
    write_text(server_.config_file(), config);
  }
  int run(const std::vector<std::string>& arguments) {
    return server_.run_command(arguments, &output_);
  }
  bool said(const std::string& text) const { return output_.find(text) != std::string::npos; }
  ApiClient clerk() {
    ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
    EXPECT_TRUE(client.sign_in("h.brandt", server_.password_of("h.brandt"))) << server_.log();
    return client;
  }

  ServerProcess server_;
  std::string output_;
};

// Previews are derived, made meanwhile, and no part of an export.
std::string without_previews(const std::string& answer) {
  static const std::regex state(R"("preview_state":"[a-z_]*",?)");
  return std::regex_replace(answer, state, "");
}

// How many exports the journal of an export tells of.
int exports_told(const fs::path& folder) {
  const std::string journal = read_text(folder / "machine" / "journal.jsonl");
  int told = 0;
  for (std::size_t at = 0; (at = journal.find("system_user", at)) != std::string::npos; ++at)
    ++told;
  return told;
}

// What a clerk asks for, wherever it leads: the plan, dossiers, documents, versions, their journal.
std::vector<std::string> answers_of(ApiClient& client) {
  std::vector<std::string> answers;
  const auto ask = [&](const std::string& target) {
    ApiAnswer answer = client.get(target);
    answers.push_back(target + ": " + std::to_string(answer.status) + " " +
                      without_previews(answer.body));
    return answer;
  };
  // Cursors are sealed with the keys of their machine.
  const auto items = [](const ApiAnswer& answer) {
    return answer.json.is_object() && answer.json.at("items").is_array()
               ? answer.json.at("items").as_array()
               : boost::json::array();
  };
  const auto id = [](const boost::json::value& item) {
    return std::string(item.at("id").as_string());
  };
  ask("/api/v1/people?limit=200");
  ask("/api/v1/bin?limit=200");
  ask("/api/v1/tasks?limit=200");
  ask("/api/v1/routing-templates?limit=200");
  const ApiAnswer plan = ask("/api/v1/file-plan");
  for (const auto& dossier : items(client.get("/api/v1/dossiers?limit=200"))) {
    ask("/api/v1/dossiers/" + id(dossier));
    ask("/api/v1/audit?limit=200&object=" + id(dossier));
    const std::string documents = "/api/v1/dossiers/" + id(dossier) + "/documents?limit=200";
    ask(documents + "&sort=-subject");
    for (const auto& document : items(ask(documents))) {
      ask("/api/v1/documents/" + id(document));
      ask("/api/v1/documents/" + id(document) + "/versions");
      ask("/api/v1/documents/" + id(document) + "/text");
      ask("/api/v1/documents/" + id(document) + "/content");
      ask("/api/v1/audit?limit=200&object=" + id(document));
      ask("/api/v1/routings?document=" + id(document));
    }
  }
  return answers;
}

// A document of two versions, and one in the bin.
void file_rules_of_the_fountain(ApiClient& person) {
  const std::string dossier = open_dossier(person, "660.1", "Brunnen: Ordnung / Pflege?");
  const ApiAnswer filed = person.file(dossier, "Brunnenordnung", "ordnung.txt", "erste Fassung");
  ASSERT_EQ(filed.status, 201U) << filed.body;
  const std::string document = filed.text("id");
  ASSERT_EQ(person
                .upload("/api/v1/documents/" + document + "/versions", "{}", "ordnung.txt",
                        "zweite Fassung", {{"If-Match", "\"1\""}})
                .status,
            201U);
  const ApiAnswer binned = person.file(dossier, "Irrläufer", "weg.txt", "weg damit");
  person.send("DELETE", "/api/v1/documents/" + binned.text("id"), "", {{"If-Match", "\"1\""}});
  EXPECT_EQ(person.get("/api/v1/documents/" + document + "/content").body, "zweite Fassung");
}

TEST_F(ExchangeStory, WhatComesOutOfAnImportIsWhatWentIn) {
  std::vector<std::string> before;
  {
    ApiClient person = clerk();
    file_rules_of_the_fountain(person);
    // Texts are found meanwhile, and answers tell of them.
    const auto is_pending = [](const std::string& answer) {
      return answer.find("\"text_state\":\"pending\"") != std::string::npos;
    };
    for (int i = 0; i < 120; ++i) {
      before = answers_of(person);
      if (std::none_of(before.begin(), before.end(), is_pending)) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
  }
  EXPECT_GT(before.size(), 100U);
  EXPECT_EQ(run({"export", "--tenant", "musterbach", "--to", folder("out").string()}), 1);
  EXPECT_TRUE(said("The server has this tenant open")) << output_;
  server_.stop();
  const auto export_to = [&](const std::string& to) {
    return run({"export", "--tenant", "musterbach", "--with-secrets", "--to", folder(to).string()});
  };
  ASSERT_EQ(export_to("out"), 0) << output_;
  EXPECT_TRUE(said("tenant musterbach: SHA-256 of SHA256SUMS: " +
                   sha256(read_text(folder("out") / "SHA256SUMS")).hex()))
      << output_;
  EXPECT_EQ(export_to("out"), 1) << "over what is there";
  EXPECT_EQ(exports_told(folder("out")), 0);
  ASSERT_EQ(export_to("second"), 0) << output_;
  // Of the first, and none of what was refused.
  EXPECT_EQ(exports_told(folder("second")), 1);
  EXPECT_EQ(fs::status(folder("out")).permissions(), fs::perms::owner_all);

  change_data_folder(folder("elsewhere"));
  ASSERT_EQ(run({"import", "--tenant", "musterbach", "--from", folder("out").string()}), 0)
      << output_;
  EXPECT_TRUE(said("tenant musterbach: imported and clean: ")) << output_;
  ASSERT_EQ(run({"import", "--tenant", "musterbach", "--from", folder("out").string()}), 1);
  EXPECT_TRUE(said("exists there already")) << output_;
  ASSERT_EQ(run({"verify", "--tenant", "musterbach"}), 0) << output_;

  ASSERT_EQ(export_to("again"), 0) << output_;
  EXPECT_EQ(read_text(folder("again") / "SHA256SUMS"), read_text(folder("out") / "SHA256SUMS"));
  EXPECT_EQ(files_below(folder("again")), files_below(folder("out")));
  for (const fs::path& file : files_below(folder("out"))) {
    EXPECT_EQ(read_text(folder("again") / file), read_text(folder("out") / file)) << file;
  }

  fs::copy(server_.data_folder() / "tls", folder("elsewhere") / "tls");
  server_.start();
  ApiClient person = clerk();
  const std::vector<std::string> after = answers_of(person);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) ASSERT_EQ(after[i], before[i]);
  bool is_found = false;
  for (int i = 0; i < 300 && !is_found; ++i) {
    const ApiAnswer answer = person.get("/api/v1/search?q=Fassung");
    is_found = answer.status == 200 && !answer.json.at("items").as_array().empty();
    if (!is_found) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(is_found) << "the index fills itself";
}

TEST_F(ExchangeStory, AStrangerFindsHisWay) {
  {
    ApiClient person = clerk();
    const std::string dossier = open_dossier(person, "660.1", "Brunnen: Ordnung / Pflege?");
    const ApiAnswer filed = person.file(dossier, "Ordnung", "metadata.json", "erste Fassung");
    ASSERT_EQ(filed.status, 201U) << filed.body;
    ASSERT_EQ(person
                  .upload("/api/v1/documents/" + filed.text("id") + "/versions", "{}",
                          "ordnung.txt", "zweite Fassung", {{"If-Match", "\"1\""}})
                  .status,
              201U);
  }
  server_.stop();
  ASSERT_EQ(run({"export", "--tenant", "musterbach", "--to", folder("out").string()}), 0)
      << output_;
  EXPECT_NE(read_text(folder("out") / "README.txt").find("Gemeinde Musterbach"), std::string::npos);
  fs::path current;
  fs::path earlier;
  for (const fs::path& file : files_below(folder("out"))) {
    if (file.filename() == "ordnung.txt") current = file;
    if (file.filename() == "metadata (2).json") earlier = file;
  }
  ASSERT_FALSE(current.empty());
  EXPECT_EQ(read_text(folder("out") / current), "zweite Fassung");
  EXPECT_EQ(earlier, current.parent_path() / "versions" / "1" / "metadata (2).json");
  EXPECT_EQ(read_text(folder("out") / earlier), "erste Fassung");
  const std::string dossier = current.parent_path().parent_path().filename().string();
  EXPECT_TRUE(dossier.starts_with("660.1") && dossier.ends_with(" Brunnen_ Ordnung _ Pflege_"))
      << dossier;
  const std::string metadata = read_text(folder("out") / current.parent_path() / "metadata.json");
  EXPECT_NE(metadata.find("\"subject\": \"Ordnung\""), std::string::npos) << metadata;
  EXPECT_NE(metadata.find("Hilde Brandt"), std::string::npos) << metadata;
  EXPECT_NE(metadata.find("versions/1/metadata (2).json"), std::string::npos) << metadata;
  const std::string records = read_text(folder("out") / "machine" / "records.jsonl");
  EXPECT_EQ(records.find("$argon2id$"), std::string::npos) << "no secrets unless asked for";
  EXPECT_EQ(records.find("\"table\":\"session\""), std::string::npos);

  // Imported without secrets: nobody comes in before an administrator gets a password.
  change_data_folder(folder("elsewhere"));
  ASSERT_EQ(run({"import", "--tenant", "musterbach", "--from", folder("out").string()}), 0)
      << output_;
  EXPECT_TRUE(said("aktenwerk init")) << output_;
}

// What somebody may have done to an export on its way. Checksums are made anew, so that it is not
// they that find it.
struct Fault {
  const char* name;
  std::function<void(const fs::path&)> plant;
  const char* told;
  bool are_checksums_renewed = true;
};

void replace_in(const fs::path& file, const std::string& what, const std::string& by) {
  std::string text = read_text(file);
  const std::size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  write_text(file, text.replace(at, what.size(), by));
}

// Line `number`, counted from 1, `times` times.
void repeat_line(const fs::path& file, std::size_t number, std::size_t times) {
  std::istringstream lines(read_text(file));
  std::string text;
  std::size_t at = 0;
  for (std::string line; std::getline(lines, line);) {
    ++at;
    for (std::size_t i = 0; i < (at == number ? times : 1); ++i) text += line + "\n";
  }
  write_text(file, text);
}

void renew_checksums(const fs::path& folder) {
  std::string text;
  for (const fs::path& file : files_below(folder)) {
    if (file == "SHA256SUMS") continue;
    text += exchange::write_checksum_line({sha256(read_text(folder / file)), file.string()}) + "\n";
  }
  write_text(folder / "SHA256SUMS", text);
}

// tidy: table
std::vector<Fault> faults() {
  const auto machine = [](const fs::path& out, const char* file) { return out / "machine" / file; };
  return {
      {"a changed byte",
       [=](const fs::path& out) { replace_in(machine(out, "records.jsonl"), "unit", "unix"); },
       "machine/records.jsonl: has other bytes", false},
      {"a missing file", [](const fs::path& out) { fs::remove(out / "README.txt"); },
       "README.txt: is missing", false},
      {"a file too many", [](const fs::path& out) { write_text(out / "bin" / "x", "x"); },
       "bin/x: is named by no checksum", false},
      {"a link instead of a file",
       [](const fs::path& out) {
         fs::rename(out / "README.txt", out.string() + ".txt");
         fs::create_symlink(out.string() + ".txt", out / "README.txt");
       },
       "README.txt: is reached through a link", false},
      {"a folder behind a link",
       [](const fs::path& out) {
         fs::rename(out / "machine", out.string() + ".machine");
         fs::create_directory_symlink(out.string() + ".machine", out / "machine");
       },
       "is reached through a link", false},
      {"a way out of the folder",
       [](const fs::path& out) {
         replace_in(out / "SHA256SUMS", " *README.txt", " *../README.txt");
       },
       "SHA256SUMS, line ", false},
      {"a file named twice", [](const fs::path& out) { repeat_line(out / "SHA256SUMS", 1, 2); },
       "names a file twice", false},
      {"a way out in a content",
       [=](const fs::path& out) {
         replace_in(machine(out, "contents.jsonl"), "{\"file\":\"", "{\"file\":\"../");
       },
       "machine/contents.jsonl, line 1: "},
      {"another content",
       [=](const fs::path& out) {
         replace_in(machine(out, "contents.jsonl"), "\"sha256\":\"", "\"sha256\":\"0");
       },
       "machine/contents.jsonl, line 1: "},
      {"an event that is gone",
       [=](const fs::path& out) { repeat_line(machine(out, "journal.jsonl"), 3, 0); },
       "machine/journal.jsonl, line 3: journal entry 3: 4 is in its place"},
      {"an event twice",
       [=](const fs::path& out) { repeat_line(machine(out, "journal.jsonl"), 3, 2); },
       "machine/journal.jsonl, line 4: journal entry 4: 3 is in its place"},
      {"another detail",
       [=](const fs::path& out) {
         replace_in(machine(out, "journal.jsonl"), "\"detail\":{", "\"detail\":{\"x\":1,");
       },
       "its detail does not match its commitment"},
      {"a journal that ends early",
       [=](const fs::path& out) {
         std::string text = read_text(machine(out, "journal.jsonl"));
         text.resize(text.rfind('\n', text.size() - 2) + 1);
         write_text(machine(out, "journal.jsonl"), text);
       },
       "machine/journal.jsonl: "},
      {"a line cut off",
       [=](const fs::path& out) {
         std::string text = read_text(machine(out, "records.jsonl"));
         text.resize(text.size() - 1);
         write_text(machine(out, "records.jsonl"), text);
       },
       "is cut off"},
      {"a record twice",
       [=](const fs::path& out) { repeat_line(machine(out, "records.jsonl"), 2, 2); },
       "machine/records.jsonl, line 3: the record is not in its place"},
      {"a record that is gone",
       [=](const fs::path& out) { repeat_line(machine(out, "records.jsonl"), 2, 0); },
       "machine/records.jsonl: "},
      {"a record that is none",
       [=](const fs::path& out) {
         replace_in(machine(out, "records.jsonl"), "\"record\":{\"format\":1",
                    "\"record\":{\"x\":1");
       },
       "machine/records.jsonl, line "},
      {"no description", [](const fs::path& out) { fs::remove(out / "machine" / "export.json"); },
       "machine/export.json: is missing"},
  };
}

TEST_F(ExchangeStory, WhatWasTamperedWithIsRefused) {
  server_.stop();
  ASSERT_EQ(run({"export", "--tenant", "nebenbach", "--to", folder("out").string()}), 0) << output_;
  change_data_folder(folder("elsewhere"));
  for (const Fault& fault : faults()) {
    SCOPED_TRACE(fault.name);
    const fs::path bad = folder("bad");
    for (const char* end : {"", ".txt", ".machine"}) fs::remove_all(bad.string() + end);
    fs::copy(folder("out"), bad, fs::copy_options::recursive);
    fault.plant(bad);
    if (fault.are_checksums_renewed) renew_checksums(bad);
    const int status = run({"import", "--tenant", "nebenbach", "--from", bad.string()});
    EXPECT_TRUE(status == 1 || status == 3) << status;
    EXPECT_TRUE(said(fault.told)) << output_;
    EXPECT_FALSE(is_any_left(folder("elsewhere"))) << "nothing is left of it";
  }
  ASSERT_EQ(run({"import", "--tenant", "nebenbach", "--from", folder("out").string()}), 0)
      << output_;
}

}  // namespace
}  // namespace dms::test
