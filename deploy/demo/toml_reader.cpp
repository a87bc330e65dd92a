#include "deploy/demo/toml_reader.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <set>

namespace dms::demo {

namespace {

std::vector<double> numbers_of(const toml::array& array) {
  std::vector<double> numbers;
  for (const toml::node& element : array) numbers.push_back(element.value<double>().value_or(0));
  return numbers;
}

}  // namespace

void TomlProblem::note(std::uint32_t line, std::string_view key, std::string_view what) {
  if (!first_) first_ = fmt::format("{}:{}: {} {}", file_, line, key, what);
}

Result<void> TomlProblem::outcome() const {
  if (first_) return fail(operator_error(ErrorCode::invalid, *first_));
  return {};
}

struct TomlFile::State {
  toml::table table;
};

TomlFile::TomlFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
TomlFile::TomlFile(TomlFile&&) noexcept = default;
TomlFile::~TomlFile() = default;

Result<TomlFile> TomlFile::read(const std::string& path) {
  try {
    return TomlFile(std::make_unique<State>(State{toml::parse_file(path)}));
  } catch (const toml::parse_error& error) {
    return fail(
        operator_error(ErrorCode::invalid, fmt::format("{}:{}: {}", path, error.source().begin.line,
                                                       std::string_view(error.description()))));
  }
}

struct TomlTable::Node {
  const toml::table& table;
};

TomlTable TomlFile::root(TomlProblem& problem) const {
  const TomlTable::Node node{state_->table};
  return {&node, problem};
}

struct TomlTable::State {
  const toml::table& table;
  TomlProblem& problem;
  std::set<std::string, std::less<>> asked;

  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return table.get(key);
  }
};

TomlTable::TomlTable(const Node* node, TomlProblem& problem)
    : state_(std::make_unique<State>(State{node->table, problem, {}})) {}

TomlTable::~TomlTable() {
  for (const auto& [key, node] : state_->table) {
    if (!state_->asked.contains(key.str())) {
      state_->problem.note(node.source().begin.line, key.str(), "is not known here");
    }
  }
}

bool TomlTable::has(std::string_view key) const {
  return state_->table.contains(key);
}

void TomlTable::wrong(std::string_view key, std::string_view what) {
  const toml::node* node = state_->table.get(key);
  const auto& source = node == nullptr ? state_->table.source() : node->source();
  state_->problem.note(source.begin.line, key, what);
}

std::string TomlTable::text(std::string_view key) {
  const toml::node* node = state_->find(key);
  if (node != nullptr && node->is_string()) return node->as_string()->get();
  wrong(key, "must be a text");
  return {};
}

std::string TomlTable::text_or(std::string_view key, std::string_view otherwise) {
  return state_->find(key) == nullptr ? std::string(otherwise) : text(key);
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
  std::vector<std::string> values;
  const toml::node* node = state_->find(key);
  if (node == nullptr) return values;
  if (!node->is_array()) {
    wrong(key, "must be a list of texts");
    return values;
  }
  for (const toml::node& element : *node->as_array()) {
    if (!element.is_string()) {
      wrong(key, "must be a list of texts");
      break;
    }
    values.push_back(element.as_string()->get());
  }
  return values;
}

std::int64_t TomlTable::number_or(std::string_view key, std::int64_t otherwise) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return otherwise;
  if (node->is_integer()) return node->as_integer()->get();
  wrong(key, "must be an integer");
  return otherwise;
}

bool TomlTable::flag(std::string_view key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return false;
  if (node->is_boolean()) return node->as_boolean()->get();
  wrong(key, "must be true or false");
  return false;
}

std::vector<double> TomlTable::numbers(std::string_view key) {
  const toml::node* node = state_->find(key);
  if (node != nullptr && node->is_array()) return numbers_of(*node->as_array());
  wrong(key, "must be a list of numbers");
  return {};
}

std::vector<std::vector<double>> TomlTable::number_rows(std::string_view key) {
  std::vector<std::vector<double>> rows;
  const toml::node* node = state_->find(key);
  if (node == nullptr || !node->is_array()) {
    wrong(key, "must be a list of lists of numbers");
    return rows;
  }
  for (const toml::node& row : *node->as_array()) {
    rows.push_back(row.is_array() ? numbers_of(*row.as_array()) : std::vector<double>());
  }
  return rows;
}

std::map<std::string, std::string, std::less<>> TomlTable::names(std::string_view key) {
  std::map<std::string, std::string, std::less<>> names;
  const toml::node* node = state_->find(key);
  if (node == nullptr || !node->is_table()) return names;
  for (const auto& [name, value] : *node->as_table()) {
    names.emplace(name.str(), value.value_or(std::string()));
  }
  return names;
}

void TomlTable::table(std::string_view key, const Visitor& visit) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return;
  if (!node->is_table()) return wrong(key, "must be a table");
  const Node inner{*node->as_table()};
  TomlTable reader(&inner, state_->problem);
  visit(reader);
}

void TomlTable::tables(std::string_view key, const Visitor& visit) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return;
  if (!node->is_array()) return wrong(key, "must be a list of tables");
  for (const toml::node& element : *node->as_array()) {
    if (!element.is_table()) return wrong(key, "must be a list of tables");
    const Node inner{*element.as_table()};
    TomlTable reader(&inner, state_->problem);
    visit(reader);
  }
}

void TomlTable::rows_of_tables(std::string_view key, const RowVisitor& visit) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return;
  if (!node->is_array()) return wrong(key, "must be a list of lists");
  std::size_t row = 0;
  for (const toml::node& elements : *node->as_array()) {
    if (!elements.is_array()) return wrong(key, "must be a list of lists");
    for (const toml::node& element : *elements.as_array()) {
      if (!element.is_table()) return wrong(key, "must be a list of lists of tables");
      const Node inner{*element.as_table()};
      TomlTable reader(&inner, state_->problem);
      visit(row, reader);
    }
    ++row;
  }
}

}  // namespace dms::demo
