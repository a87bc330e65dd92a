#include "web/http/router.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace dms::web {

namespace {

constexpr std::array all_methods = {Method::get,   Method::head,    Method::post,   Method::put,
                                    Method::patch, Method::delete_, Method::options};

// A segment of a pattern: literal text, "{name}" or "{name...}".
struct Segment {
  enum class Kind : std::uint8_t { literal, parameter, rest };
  Kind kind = Kind::literal;
  std::string_view text;  // the literal, or the parameter's name
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  std::string_view rest = path.substr(1);
  for (;;) {
    const std::size_t slash = rest.find('/');
    segments.push_back(rest.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    rest.remove_prefix(slash + 1);
  }
}

std::optional<Segment> parse_segment(std::string_view text) {
  if (text.find_first_of("{}") == std::string_view::npos) {
    return Segment{Segment::Kind::literal, text};
  }
  if (text.size() < 3 || text.front() != '{' || text.back() != '}') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  const bool is_rest = text.ends_with("...");
  if (is_rest) text.remove_suffix(3);
  if (text.empty() || text.find_first_of("{}.") != std::string_view::npos) return std::nullopt;
  return Segment{is_rest ? Segment::Kind::rest : Segment::Kind::parameter, text};
}

}  // namespace

struct Router::Node {
  // A row and the names its pattern gives to the parameters on the way to it.
  struct Leaf {
    const Route* route = nullptr;
    std::vector<std::string_view> names;
  };

  std::map<std::string_view, std::unique_ptr<Node>> literals;
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> rest;
  std::array<Leaf, all_methods.size()> leaves;

  bool has_leaf() const {
    return std::ranges::any_of(leaves, [](const Leaf& leaf) { return leaf.route != nullptr; });
  }
  const Leaf& leaf(Method method) const { return leaves.at(static_cast<std::size_t>(method)); }
  Node& child(const Segment& segment) {
    std::unique_ptr<Node>& slot = segment.kind == Segment::Kind::literal ? literals[segment.text]
                                  : segment.kind == Segment::Kind::parameter ? parameter
                                                                             : rest;
    if (!slot) slot = std::make_unique<Node>();
    return *slot;
  }

  // The node with rows for `segments` from `at` on; the values of parameters on the way are left
  // in `values`. Depth and so the steps are bounded by the patterns, not by the path.
  const Node* find(const std::vector<std::string_view>& segments, std::size_t at,
                   std::vector<std::string>& values) const;
  std::string allow() const;
};

const Router::Node* Router::Node::find(const std::vector<std::string_view>& segments,
                                       std::size_t at, std::vector<std::string>& values) const {
  if (at == segments.size()) return has_leaf() ? this : nullptr;
  const std::string_view segment = segments[at];
  if (const auto literal = literals.find(segment); literal != literals.end()) {
    if (const Node* found = literal->second->find(segments, at + 1, values)) return found;
  }
  if (segment.empty()) return nullptr;  // parameters are never empty: a trailing slash
  if (parameter) {
    values.emplace_back(segment);
    if (const Node* found = parameter->find(segments, at + 1, values)) return found;
    values.pop_back();
  }
  if (rest) {
    std::string value(segment);
    for (std::size_t i = at + 1; i < segments.size(); ++i) value.append("/").append(segments[i]);
    values.push_back(std::move(value));
    return rest.get();
  }
  return nullptr;
}

std::string Router::Node::allow() const {
  std::string text;
  for (const Method method : all_methods) {
    const bool is_implied =
        (method == Method::head && leaf(Method::get).route != nullptr) || method == Method::options;
    if (leaf(method).route == nullptr && !is_implied) continue;
    if (!text.empty()) text += ", ";
    text += to_string(method);
  }
  return text;
}

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Result<Router> Router::build(const std::vector<Route>& routes) {
  Router router;
  for (const Route& route : routes) {
    const auto bad = [&](std::string_view why) {
      return fail(operator_error(ErrorCode::internal, std::string(why) + ": " +
                                                          std::string(to_string(route.method)) +
                                                          " " + std::string(route.pattern)));
    };
    if (!route.pattern.starts_with('/')) return bad("route pattern without a leading slash");
    if (!route.handle) return bad("route without a handler");
    Node* node = router.root_.get();
    Node::Leaf leaf{&route, {}};
    const auto segments = split(route.pattern);
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const auto segment = parse_segment(segments[i]);
      const bool is_early_rest =
          segment && segment->kind == Segment::Kind::rest && i + 1 < segments.size();
      if (!segment || is_early_rest) return bad("malformed route pattern");
      if (segment->kind != Segment::Kind::literal) leaf.names.push_back(segment->text);
      node = &node->child(*segment);
    }
    Node::Leaf& slot = node->leaves.at(static_cast<std::size_t>(route.method));
    if (slot.route != nullptr) return bad("route given twice");
    slot = std::move(leaf);
  }
  return router;
}

Router::Match Router::match(Method method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  std::vector<std::string> values;
  const Node* node = root_->find(split(path), 0, values);
  if (node == nullptr) return match;
  const Node::Leaf* leaf = &node->leaf(method);
  if (leaf->route == nullptr && method == Method::head) leaf = &node->leaf(Method::get);
  if (leaf->route == nullptr) {
    match.kind = method == Method::options ? Match::Kind::options : Match::Kind::method_not_allowed;
    match.allow = node->allow();
    return match;
  }
  match.kind = Match::Kind::found;
  match.route = leaf->route;
  for (std::size_t i = 0; i < leaf->names.size(); ++i) {
    match.path_parameters.emplace(leaf->names[i], std::move(values[i]));
  }
  return match;
}

}  // namespace dms::web
