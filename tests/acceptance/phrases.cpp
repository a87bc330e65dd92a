#include "phrases.h"

#include <algorithm>
#include <vector>

namespace dms::acceptance {

namespace {

constexpr std::size_t own_words_wanted = 8;
constexpr std::size_t own_bytes_max = 200;

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Letters and digits of ASCII, and whatever is beyond it.
bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool has_word(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

// A word may go on after a hyphen at the end of a line, so that nothing is cut there.
bool may_go_on(std::string_view chunk) {
  return chunk.ends_with('-') || chunk.ends_with("\u00AD") || chunk.ends_with("\u2010");
}

struct Chunk {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// What stands between white space, from `at` on, until `bytes` are passed.
std::vector<Chunk> chunks_from(std::string_view text, std::size_t at, std::size_t bytes) {
  std::vector<Chunk> chunks;
  const std::size_t limit = std::min(text.size(), at + bytes);
  while (at < limit) {
    while (at < text.size() && is_space(text[at])) ++at;
    const std::size_t begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    if (at > begin) chunks.push_back({begin, at});
  }
  return chunks;
}

std::string words_from(std::string_view text, std::size_t at) {
  const auto chunks = chunks_from(text, at, own_bytes_max);
  const auto chunk_text = [&](std::size_t i) {
    return text.substr(chunks[i].begin, chunks[i].end - chunks[i].begin);
  };
  // Where `at` is inside a chunk, the first one is not whole.
  std::size_t first = at == 0 ? 0 : 1;
  while (first > 0 && first < chunks.size() && may_go_on(chunk_text(first - 1))) ++first;
  std::size_t words = 0;
  std::size_t last = first;
  for (; last < chunks.size(); ++last) {
    if (chunks[last].end - chunks[first].begin > own_bytes_max) break;
    if (has_word(chunk_text(last))) ++words;
    if (words >= own_words_wanted && !may_go_on(chunk_text(last))) {
      ++last;
      break;
    }
  }
  while (last > first && may_go_on(chunk_text(last - 1))) --last;
  if (last == first) return {};
  const std::size_t begin = chunks[first].begin;
  const std::string_view chosen = text.substr(begin, chunks[last - 1].end - begin);
  return has_word(chosen) ? std::string(chosen) : std::string();
}

// As a served text has none: C0 but white space, DEL, C1 (as UTF-8).
std::string without_controls(std::string_view text) {
  std::string kept;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
    if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      ++i;
    } else if (byte != 0x7F && (byte >= 0x20 || is_space(text[i]))) {
      kept += text[i];
    }
  }
  return kept;
}

}  // namespace

std::string phrase_query(std::string_view text) {
  std::string query = "\"";
  for (const char c : text) query += c == '"' ? ' ' : c;
  return query + '"';
}

std::string own_words(std::string_view text) {
  std::string words = without_controls(words_from(text, text.size() / 2));
  return words.empty() ? without_controls(words_from(text, 0)) : words;
}

std::string cause_of_missed_phrase(std::string_view text, std::string_view phrase) {
  if (!has_word(phrase)) return "no words in it";
  for (std::size_t at = text.find(phrase); at != std::string_view::npos;
       at = text.find(phrase, at + 1)) {
    const std::size_t end = at + phrase.size();
    const bool begins = at == 0 || !is_word_byte(text[at - 1]) || !is_word_byte(text[at]);
    const bool ends =
        end == text.size() || !is_word_byte(text[end]) || !is_word_byte(text[end - 1]);
    if (begins && ends) return "";
  }
  return "stands only as a part of longer words";
}

}  // namespace dms::acceptance
