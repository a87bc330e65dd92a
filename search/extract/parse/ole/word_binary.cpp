#include "search/extract/parse/ole/word_binary.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/office_package.h"
#include "search/extract/parse/ole/little_endian.h"
#include "search/extract/parse/ole/summary.h"
#include "search/extract/parse/ole/word_lists.h"

namespace dms::search::extract {
namespace {

constexpr std::uint16_t first_unicode_format = 0x00c1;  // Word 97
constexpr std::uint16_t flag_complex = 0x0004;
constexpr std::uint16_t flag_encrypted = 0x0100;
constexpr std::uint16_t flag_second_table = 0x0200;
constexpr std::size_t stream_bytes_max = 128U << 20U;

// Places in the list of parts ([MS-DOC] 2.5.6), and where that list begins.
constexpr std::size_t parts_offset = 0x9a;
enum class Part : std::size_t {
  styles = 1,
  paragraphs = 13,
  pieces = 33,
  lists = 73,
  overrides = 74
};

// Word's bytes of 0x80 to 0x9f ([MS-DOC] 2.9.73).
constexpr std::array<std::uint16_t, 32> upper_controls{
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

struct TextPiece {
  std::size_t offset = 0;  // into the main stream
  std::size_t characters = 0;
  bool wide = false;
};

// The piece table after the changes that come first ([MS-DOC] 2.9.38).
std::vector<TextPiece> read_pieces(std::string_view table, bool unicode) {
  constexpr std::size_t pieces_max = 1'000'000;
  std::vector<TextPiece> pieces;
  while (byte_at(table, 0) == 1) table = piece(table, std::size_t{u16_at(table, 1)} + 3);
  if (byte_at(table, 0) != 2) return pieces;
  const std::string_view plc = piece(table, 5, u32_at(table, 1));
  const std::size_t count = std::min(plc.size() < 4 ? 0 : (plc.size() - 4) / 12, pieces_max);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t begin = u32_at(plc, i * 4);
    const std::uint32_t end = u32_at(plc, (i + 1) * 4);
    if (end <= begin) continue;
    const std::uint32_t place = u32_at(plc, (count + 1) * 4 + i * 8 + 2);
    const bool narrow = !unicode || (place & 0x40000000U) != 0;
    const std::size_t offset = place & 0x3fffffffU;
    pieces.push_back({narrow && unicode ? offset / 2 : offset, end - begin, !narrow});
  }
  return pieces;
}

class WordBinaryText {
 public:
  // Both are borrowed; `lists` may be nullptr.
  WordBinaryText(TextSink& sink, WordLists* lists) : sink_(sink), lists_(lists) {}

  void append(std::string_view document, const TextPiece& text) {
    const std::size_t width = text.wide ? 2 : 1;
    for (std::size_t i = 0; i < text.characters && !sink_.full(); ++i) {
      const std::size_t at = text.offset + i * width;
      if (at >= document.size()) return;
      std::uint16_t unit = text.wide ? u16_at(document, at) : byte_at(document, at);
      if (!text.wide && unit >= 0x80U && unit < 0xa0U) unit = upper_controls[unit - 0x80U];
      character(unit, static_cast<std::uint32_t>(at));
    }
  }

  void finish() {
    end_paragraph("\n", {});
    for (const std::string& each : addresses_) {
      sink_.line_break();
      sink_.append(each);
    }
  }

 private:
  void character(std::uint16_t unit, std::uint32_t offset) {
    const bool cell_before = std::exchange(after_cell_, false);
    switch (unit) {
      case 0x07:  // the end of a cell; after another one, of the row
        after_cell_ = true;
        return end_paragraph(cell_before ? "\n" : "\t", label_at(offset));
      case 0x09:
        return put(u'\t');
      case 0x0b:
        return put(u'\n');
      case 0x0c:
        end_paragraph("\n", label_at(offset));
        return sink_.page_break();
      case 0x0d:
        return end_paragraph("\n", label_at(offset));
      case 0x13:
        fields_.push_back(true);
        instruction_.clear();
        return;
      case 0x14:
        if (!fields_.empty()) fields_.back() = false;
        return take_instruction();
      case 0x15:
        if (!fields_.empty()) fields_.pop_back();
        return take_instruction();
      case 0x1e:
        return put(u'-');
      default:
        if (unit >= 0x20U) put(unit);
    }
  }

  std::string label_at(std::uint32_t offset) {
    return lists_ == nullptr ? std::string() : lists_->next_label(offset);
  }

  void put(std::uint16_t unit) {
    constexpr std::size_t instruction_bytes_max = 4096;
    std::string& to = std::find(fields_.begin(), fields_.end(), true) == fields_.end()
                          ? paragraph_
                          : instruction_;
    if (&to == &instruction_ && to.size() > instruction_bytes_max) return;
    if (unit >= 0xd800U && unit < 0xdc00U) {
      high_surrogate_ = unit;
    } else if (unit >= 0xdc00U && unit < 0xe000U) {
      if (high_surrogate_ != 0) {
        append_utf8(0x10000U + ((high_surrogate_ - 0xd800U) << 10U) + (unit - 0xdc00U), to);
      }
      high_surrogate_ = 0;
    } else {
      append_utf8(unit, to);
    }
    if (paragraph_.size() > paragraph_bytes_max) end_paragraph("", {});
  }

  void end_paragraph(std::string_view end, const std::string& label) {
    if (!label.empty() && !paragraph_.empty()) sink_.append(label + " ");
    sink_.append(paragraph_);
    sink_.append(end);
    paragraph_.clear();
  }

  // HYPERLINK "https://…"
  void take_instruction() {
    constexpr std::size_t addresses_max = 1000;
    const std::string_view all = instruction_;
    const std::size_t begin = all.find('"');
    if (begin != std::string_view::npos && addresses_.size() < addresses_max) {
      const std::string_view rest = all.substr(begin + 1);
      const std::string_view target = rest.substr(0, rest.find('"'));
      if (is_address(target)) addresses_.emplace(target);
    }
    instruction_.clear();
  }

  static constexpr std::size_t paragraph_bytes_max = 1U << 20U;

  TextSink& sink_;
  WordLists* lists_;
  std::string paragraph_;
  std::string instruction_;
  std::vector<bool> fields_;  // open ones: true while their instruction is read
  std::set<std::string> addresses_;
  std::uint32_t high_surrogate_ = 0;
  bool after_cell_ = false;
};

class WordBinaryReading {
 public:
  WordBinaryReading(const CompoundFile& file, TextSink& sink)
      : sink_(sink), document_(file.read(file.root(), "WordDocument", stream_bytes_max)) {
    const bool second = (flags() & flag_second_table) != 0;
    table_ = file.read(file.root(), second ? "1Table" : "0Table", stream_bytes_max);
  }

  Parsed run() {
    constexpr std::size_t header_bytes = 0x60;
    if (document_.size() < header_bytes) return not_parsed(TextState::damaged, Cause::missing_part);
    if ((flags() & flag_encrypted) != 0) return not_parsed(TextState::encrypted, Cause::password);
    const bool unicode = u16_at(document_, 2) >= first_unicode_format;
    return unicode ? read_unicode() : read_old();
  }

 private:
  std::uint16_t flags() const { return u16_at(document_, 0x0a); }

  std::string_view part(Part part) const {
    const std::size_t at = parts_offset + static_cast<std::size_t>(part) * 8;
    return piece(table_, u32_at(document_, at), u32_at(document_, at + 4));
  }

  Parsed read_unicode() {
    constexpr std::uint16_t german = 0x07;  // the low bits of a language are the language itself
    WordListParts parts;
    parts.document = document_;
    parts.styles = part(Part::styles);
    parts.paragraph_pages = part(Part::paragraphs);
    parts.overrides = part(Part::overrides);
    parts.german = (u16_at(document_, 6) & 0x3ffU) == german;
    const std::size_t lists = parts_offset + static_cast<std::size_t>(Part::lists) * 8;
    if (u32_at(document_, lists + 4) != 0) parts.lists = piece(table_, u32_at(document_, lists));
    WordLists numbers(parts);
    return append(read_pieces(part(Part::pieces), true), &numbers);
  }

  // Bytes of one code page, in a row or by a piece table in the main stream itself.
  Parsed read_old() {
    if ((flags() & flag_complex) != 0) {
      const std::string_view table =
          piece(document_, u32_at(document_, 0x160), u32_at(document_, 0x164));
      return append(read_pieces(table, false), nullptr);
    }
    const std::size_t begin = u32_at(document_, 0x18);
    const std::size_t end = std::min<std::size_t>(u32_at(document_, 0x1c), document_.size());
    if (end <= begin) return append({}, nullptr);
    return append({TextPiece{begin, end - begin, false}}, nullptr);
  }

  Parsed append(const std::vector<TextPiece>& pieces, WordLists* lists) {
    if (pieces.empty()) return not_parsed(TextState::damaged, Cause::broken_container);
    WordBinaryText text(sink_, lists);
    // No character stands in two pieces: what goes on beyond the file's size goes in circles.
    std::size_t left = document_.size();
    for (TextPiece each : pieces) {
      each.characters = std::min(each.characters, left);
      left -= each.characters;
      text.append(document_, each);
    }
    text.finish();
    return {};
  }

  TextSink& sink_;
  std::string document_;
  std::string table_;
};

}  // namespace

Parsed parse_word_binary(const CompoundFile& file, TextSink& sink) {
  Parsed parsed = WordBinaryReading(file, sink).run();
  if (parsed.state == TextState::extracted) take_properties(read_summary(file), parsed, sink);
  return parsed;
}

}  // namespace dms::search::extract
