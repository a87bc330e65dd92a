#include "search/held_document.h"

#include <algorithm>
#include <string>

namespace dms::search {

namespace {

bool same_positions(const Xapian::TermIterator& a, const Xapian::TermIterator& b) {
  return std::equal(a.positionlist_begin(), a.positionlist_end(), b.positionlist_begin(),
                    b.positionlist_end());
}

bool same_terms(const Xapian::Document& a, const Xapian::Document& b) {
  auto left = a.termlist_begin();
  auto right = b.termlist_begin();
  for (; left != a.termlist_end() && right != b.termlist_end(); ++left, ++right) {
    if (*left != *right || left.get_wdf() != right.get_wdf() || !same_positions(left, right)) {
      return false;
    }
  }
  return left == a.termlist_end() && right == b.termlist_end();
}

bool same_values(const Xapian::Document& a, const Xapian::Document& b) {
  auto left = a.values_begin();
  auto right = b.values_begin();
  for (; left != a.values_end() && right != b.values_end(); ++left, ++right) {
    if (left.get_valueno() != right.get_valueno() || *left != *right) return false;
  }
  return left == a.values_end() && right == b.values_end();
}

}  // namespace

bool is_same_document(const Xapian::Document& a, const Xapian::Document& b) {
  return a.get_data() == b.get_data() && same_values(a, b) && same_terms(a, b);
}

bool is_in_postings(const Xapian::Database& database, Xapian::docid id,
                    const Xapian::Document& wanted) {
  for (auto term = wanted.termlist_begin(); term != wanted.termlist_end(); ++term) {
    const std::string name = *term;
    auto posting = database.postlist_begin(name);
    const auto end = database.postlist_end(name);
    if (posting != end) posting.skip_to(id);
    if (posting == end || *posting != id || posting.get_wdf() != term.get_wdf()) return false;
  }
  return true;
}

}  // namespace dms::search
