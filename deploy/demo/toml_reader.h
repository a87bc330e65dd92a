#pragma once

// Tables of a TOML file, read member by member. The first thing that is wrong is remembered with
// its file and line, and the rest is read with defaults; a key that nobody asked for is wrong too.
// Hides toml++.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/demo/calendar.h"
#include "dms/base/described_enum.h"
#include "dms/base/result.h"

namespace dms::demo {

// What was wrong first.
class TomlProblem {
 public:
  explicit TomlProblem(std::string file) : file_(std::move(file)) {}
  void note(std::uint32_t line, std::string_view key, std::string_view what);
  Result<void> outcome() const;

 private:
  std::string file_;
  std::optional<std::string> first_;
};

class TomlTable;

// A parsed file; tables borrow it.
class TomlFile {
 public:
  static Result<TomlFile> read(const std::string& path);
  TomlFile(TomlFile&&) noexcept;
  ~TomlFile();
  TomlTable root(TomlProblem& problem) const;

 private:
  struct State;
  explicit TomlFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Not thread-safe. Tells of keys nobody asked for when it ends.
class TomlTable {
 public:
  struct Node;  // the library's
  TomlTable(const Node* node, TomlProblem& problem);
  ~TomlTable();
  TomlTable(const TomlTable&) = delete;
  TomlTable& operator=(const TomlTable&) = delete;

  bool has(std::string_view key) const;
  std::string text(std::string_view key);  // must stand there
  std::string text_or(std::string_view key, std::string_view otherwise);
  std::vector<std::string> texts(std::string_view key);
  std::int64_t number_or(std::string_view key, std::int64_t otherwise);
  bool flag(std::string_view key);  // absent: false
  std::vector<double> numbers(std::string_view key);
  std::vector<std::vector<double>> number_rows(std::string_view key);
  // The table's texts by name.
  std::map<std::string, std::string, std::less<>> names(std::string_view key);

  template <class E>
  E choice_or(std::string_view key, E otherwise) {
    const std::string name = text_or(key, enum_name(otherwise));
    if (const auto value = enum_from_name<E>(name)) return *value;
    wrong(key, "is none of the choices");
    return otherwise;
  }

  using Visitor = std::function<void(TomlTable&)>;
  void table(std::string_view key, const Visitor& visit);   // absent: nothing
  void tables(std::string_view key, const Visitor& visit);  // an array of tables
  // An array of arrays of tables.
  using RowVisitor = std::function<void(std::size_t row, TomlTable&)>;
  void rows_of_tables(std::string_view key, const RowVisitor& visit);

  // Remembers that the value at `key` is wrong.
  void wrong(std::string_view key, std::string_view what);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms::demo
