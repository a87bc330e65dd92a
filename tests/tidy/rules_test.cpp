// Every rule sees its planted fault, and leaves the nearest innocent form alone.

#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

#include <string>

namespace dms::tidy {
namespace {

// "rule:line rule:line", in order, of one file.
std::string found(const std::string& path, const std::string& text) {
  Findings findings;
  const SourceFile file = make_source_file(path, text);
  for (const auto check :
       {check_include_edges, check_rooms, check_own_header_first, check_file_length,
        check_line_length, check_function_length, check_pragma_once, check_machine_paths,
        check_leftover_notes, check_banned_calls, check_sleeping_tests, check_coroutines}) {
    check(file, findings);
  }
  std::string list;
  for (const Finding& finding : findings) {
    if (!list.empty()) list += ' ';
    list += finding.rule + ":" + std::to_string(finding.line);
  }
  return list;
}

std::string repeat(const std::string& text, int count) {
  std::string repeated;
  for (int i = 0; i < count; ++i) repeated += text;
  return repeated;
}

TEST(IncludeEdges, MayOnlyLeadDownwards) {
  EXPECT_EQ(found("dms/base/a.cpp", "#include \"storage/store.h\"\n"), "include-edge:1");
  EXPECT_EQ(found("storage/a.cpp", "\n#include \"search/index.h\"\n"), "include-edge:2");
  EXPECT_EQ(found("search/a.cpp", "#include \"dms/document.h\"\n"), "include-edge:1");
  EXPECT_EQ(found("dms/a.cpp", "#include \"web/http/message.h\"\n"), "include-edge:1");
  EXPECT_EQ(found("dms/a.cpp", "#include \"workflow/engine.h\"\n"), "include-edge:1");
  EXPECT_EQ(found("workflow/a.cpp", "#include \"web/http/message.h\"\n"), "include-edge:1");
  EXPECT_EQ(found("storage/a.cpp", "#include \"dms/base/id.h\"\n#include \"storage/b.h\"\n"), "");
  EXPECT_EQ(found("dms/a.cpp", "#include \"storage/store.h\"\n#include \"search/index.h\"\n"), "");
  EXPECT_EQ(found("web/main.cpp", "#include \"workflow/engine.h\"\n"), "");
  EXPECT_EQ(found("tests/dms/a.cpp", "#include \"web/http/message.h\"\n"), "");
}

TEST(Rooms, KeepLibrariesIn) {
  EXPECT_EQ(found("dms/a.cpp", "#include <rocksdb/db.h>\n"), "room:1");
  EXPECT_EQ(found("web/api/a.cpp", "#include <xapian.h>\n"), "room:1");
  EXPECT_EQ(found("web/api/a.cpp", "#include <boost/asio.hpp>\n"), "room:1");
  EXPECT_EQ(found("web/api/a.cpp", "#include <boost/beast/http.hpp>\n"), "room:1");
  EXPECT_EQ(found("storage/a.cpp", "#include <boost/json/value.hpp>\n"), "room:1");
  EXPECT_EQ(found("web/a.cpp", "#include <toml++/toml.h>\n"), "room:1");
  EXPECT_EQ(found("dms/a.cpp", "#include \"support/temp_dir.h\"\n"), "room:1");
  EXPECT_EQ(found("storage/a.cpp", "#include <rocksdb/db.h>\n#include <vector>\n"), "");
  EXPECT_EQ(found("web/http/a.cpp", "#include <boost/asio.hpp>\n"), "");
  EXPECT_EQ(found("tests/storage/a.cpp", "#include <rocksdb/env.h>\n"), "");
}

TEST(HiddenLibraries, DoNotComeOutThroughOurHeaders) {
  std::vector<SourceFile> files;
  files.push_back(make_source_file("storage/database.h", "#include <rocksdb/db.h>\n"));
  files.push_back(make_source_file("storage/deep.h", "#include \"storage/database.h\"\n"));
  files.push_back(make_source_file("storage/store.h", "#include \"dms/base/id.h\"\n"));
  files.push_back(make_source_file("storage/store.cpp", "#include \"storage/deep.h\"\n"));
  files.push_back(make_source_file("dms/good.cpp", "#include \"storage/store.h\"\n"));
  Findings findings;
  check_hidden_libraries(files, findings);
  EXPECT_TRUE(findings.empty());
  files.push_back(make_source_file("dms/bad.cpp", "#include \"storage/deep.h\"\n"));
  check_hidden_libraries(files, findings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].path, "dms/bad.cpp");
}

TEST(OwnHeader, ComesFirst) {
  EXPECT_EQ(found("dms/a.cpp", "#include <vector>\n#include \"dms/a.h\"\n"), "own-header:2");
  EXPECT_EQ(found("dms/a.cpp", "#include \"dms/a.h\"\n\n#include <vector>\n"), "");
}

TEST(Lengths, HaveLimits) {
  EXPECT_EQ(found("dms/a.cpp", repeat("\n", 501)), "file-length:501");
  EXPECT_EQ(found("dms/a.cpp", repeat("\n", 500)), "");
  EXPECT_EQ(found("tests/run", "#!/bin/sh\n" + repeat("\n", 500)), "file-length:501");
  EXPECT_EQ(found("web/api/openapi.yaml", repeat("\n", 600)), "");
  EXPECT_EQ(found("dms/a.cpp", "\n//" + std::string(99, 'x') + "\n"), "line-length:2");
  EXPECT_EQ(found("dms/a.cpp", "// " + repeat("ß", 97) + "\n"), "");
  EXPECT_EQ(found("dms/a.cpp", "auto a = R\"(\n" + std::string(200, 'x') + "\n)\";\n"), "");
}

TEST(Functions, HaveALimit) {
  const std::string body = repeat("  f();\n", 69);
  EXPECT_EQ(found("dms/a.cpp", "void a() {\n" + body + "}\n"), "function-length:1");
  EXPECT_EQ(found("dms/a.cpp", "void a() {\n" + repeat("  f();\n", 68) + "}\n"), "");
  EXPECT_EQ(found("dms/a.cpp",
                  "namespace x {\nclass A {\n  int a(int b) const {\n" + body + "  }\n};\n}\n"),
            "function-length:3");
  EXPECT_EQ(found("dms/a.cpp", "A::A() : a_(1), b_(2) {\n" + body + "}\n"), "function-length:1");
  EXPECT_EQ(found("dms/a.cpp", "TEST(A, B) {\n" + body + "}\n"), "function-length:1");
  EXPECT_EQ(found("dms/a.cpp", "void a() {\n  if (x) {\n" + body + "  }\n}\n"),
            "function-length:1");
  EXPECT_EQ(found("dms/a.cpp", "const auto f = [](int a) {\n" + body + "};\n"),
            "function-length:1");
}

TEST(Functions, AreNotTheOnlyThingWithBraces) {
  const std::string rows = repeat("  {\"a\", f(1)},\n", 80);
  EXPECT_EQ(found("dms/a.cpp", "const Row table[] = {\n" + rows + "};\n"), "");
  EXPECT_EQ(found("dms/a.cpp", "const std::array<Row, f(1)> table = {\n" + rows + "};\n"), "");
  EXPECT_EQ(found("dms/a.cpp", "// tidy: table\nRoutes routes() {\n" + rows + "}\n"), "");
  EXPECT_EQ(found("dms/a.cpp", "struct A {\n" + repeat("  int a();\n", 80) + "};\n"), "");
  EXPECT_EQ(found("dms/a.cpp", "namespace a {\n" + repeat("int a();\n", 80) + "}\n"), "");
}

TEST(PragmaOnce, BeginsAHeader) {
  EXPECT_EQ(found("dms/a.h", "#include <vector>\n"), "pragma-once:1");
  EXPECT_EQ(found("dms/a.h", ""), "pragma-once:1");
  EXPECT_EQ(found("dms/a.h", "// What it is.\n\n#pragma once\n"), "");
}

TEST(Words, ThatDoNotBelong) {
  const std::string home = std::string("/ho") + "me/";
  const std::string note = std::string("TO") + "DO";
  EXPECT_EQ(found("README.md", "see " + home + "me/x\n"), "machine-path:1");
  EXPECT_EQ(found("deploy/x.json", "{\"a\": \"" + std::string("/wo") + "rk/x\"}"),
            "machine-path:1");
  EXPECT_EQ(found("deploy/run", "x=" + std::string("/ro") + "ot/x\n"), "machine-path:1");
  EXPECT_EQ(found("README.md", "https://example.org" + home + " and $folder" + home + "\n"), "");
  EXPECT_EQ(found("dms/a.cpp", "// " + note + ": later\n"), "leftover:1");
  EXPECT_EQ(found("web/ui/a.ts", "\n// " + std::string("FIX") + "ME\n"), "leftover:2");
  EXPECT_EQ(found("dms/a.cpp", "int " + note + "S;\n"), "");
}

TEST(Calls, ThatAreBanned) {
  for (const std::string call : {"sprintf(b, f)", "strcpy(a, b)", "gets(a)", "system(a)", "rand()",
                                 "std::rand()", "std::system(a)", "atoi(a)", "::strcat(a, b)"}) {
    EXPECT_EQ(found("dms/a.cpp", "void a() { " + call + "; }\n"), "banned-call:1") << call;
  }
  EXPECT_EQ(found("dms/a.cpp", "// sprintf(a)\nauto a = \"system(\"; snprintf(a, 1, b);\n"), "");
  EXPECT_EQ(found("dms/a.cpp",
                  "void a() { clock.system(); a->rand(); other::system(a); file_system(a); }\n"),
            "");
}

TEST(Tests, DoNotSleep) {
  const std::string text = "void a() { std::this_thread::sleep_for(b); }\n";
  EXPECT_EQ(found("tests/storage/a_test.cpp", text), "sleeping-test:1");
  EXPECT_EQ(found("tests/crash/a.cpp", text), "");
}

TEST(Calls, TheQueryThatXapianSharesBetweenThreadsIsBanned) {
  EXPECT_EQ(found("search/a.cpp", "auto all = Xapian::Query::MatchAll;\n"), "banned-call:1");
  EXPECT_EQ(found("search/a.cpp", "auto none = Xapian::Query::MatchNothing;\n"), "");
}

std::string coroutine(const std::string& statement) {
  return found("web/http/a.cpp", "Task f() {\n  " + statement + "\n}\n");
}

TEST(Coroutines, GiveNoClosureLiteralThatCaptures) {
  EXPECT_EQ(coroutine("co_await run(lane, [p] { p->go(); });"), "coroutine:2");
  EXPECT_EQ(coroutine("auto a = co_await run([&, b = std::move(b)]() mutable { g(b); });"),
            "coroutine:2");
  EXPECT_EQ(coroutine("co_await lane.run(\n[this] { go(); });"), "coroutine:3");
  EXPECT_EQ(coroutine("co_await outer(inner([p] { go(); }));"), "coroutine:2");
  EXPECT_EQ(coroutine("co_await run([] { go(); });"), "");
  EXPECT_EQ(coroutine("auto c = [p] { go(); }; co_await run(std::move(c));"), "");
  EXPECT_EQ(coroutine("co_await run(table[i], names[j]);"), "");
}

TEST(Coroutines, GiveNoAggregateInBraces) {
  EXPECT_EQ(coroutine("co_await f({a, b});"), "coroutine:2");
  EXPECT_EQ(coroutine("co_await f({\"a\", \"b\"});"), "coroutine:2");
  EXPECT_EQ(coroutine("co_await f(x, Options{.a = 1});"), "coroutine:2");
  EXPECT_EQ(coroutine("co_await f(std::vector<std::string>{a});"), "coroutine:2");
  EXPECT_EQ(coroutine("Options o{.a = 1}; co_await f(std::move(o));"), "");
  EXPECT_EQ(coroutine("co_await f(std::chrono::seconds{5});"), "");
  EXPECT_EQ(coroutine("if (co_await f(a)) { g({a}); }"), "");
}

TEST(Coroutines, AwaitOutsideConditionals) {
  EXPECT_EQ(coroutine("auto a = b ? co_await f() : c;"), "coroutine:2");
  EXPECT_EQ(coroutine("auto a = b ? c : co_await f(d);"), "coroutine:2");
  EXPECT_EQ(coroutine("auto a = co_await f() ? b : c;"), "coroutine:2");
  EXPECT_EQ(coroutine("g(b ? (co_await f()) : c);"), "coroutine:2");
  EXPECT_EQ(coroutine("co_await f(a ? b : c);"), "");
  EXPECT_EQ(coroutine("if (a ? b : c) co_await f();"), "");
  EXPECT_EQ(coroutine("auto a = b ? c : d; co_await f(); auto e = b ? c : d;"), "");
}

TEST(Coroutines, AwaitOutsideStatementExpressions) {
  EXPECT_EQ(coroutine("auto a = DMS_TRY(co_await f());"), "coroutine:2");
  EXPECT_EQ(coroutine("auto a = ({ auto b = co_await f(); b; });"), "coroutine:2");
  EXPECT_EQ(coroutine("auto a = DMS_TRY(f()); co_await g();"), "");
  EXPECT_EQ(coroutine("while (true) { co_await g(); }"), "");
}

TEST(Readmes, StandInEveryFolderWithSources) {
  std::vector<SourceFile> files;
  files.push_back(make_source_file("dms/base/a.cpp", ""));
  files.push_back(make_source_file("storage/a.cpp", ""));
  files.push_back(make_source_file("storage/README.md", ""));
  files.push_back(make_source_file("storage/inner/a.cpp", ""));
  files.push_back(make_source_file("storage/inner/deep/a.cpp", ""));
  files.push_back(make_source_file("tests/base/a_test.cpp", ""));
  files.push_back(make_source_file("tests/README.md", ""));
  Findings findings;
  check_readmes(files, findings);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].path, "dms/base/README.md");
  EXPECT_EQ(findings[1].path, "storage/inner/deep/README.md");
}

TEST(SourceFile, BlanksWhatIsNoCode) {
  const SourceFile file = make_source_file(
      "a.cpp",
      "#define A \\\n  {\nint a = 1'000; // {\n/* {\n*/ char b = '\"'; f(\"\\\"{\", R\"x({)x\");");
  EXPECT_EQ(file.code.size(), file.text.size());
  EXPECT_EQ(file.code.find('{'), std::string::npos);
  EXPECT_NE(file.code.find("1'000;"), std::string::npos);
  EXPECT_NE(file.code.find("f("), std::string::npos);
}

}  // namespace
}  // namespace dms::tidy
