#include "search/extract/parse/rtf.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/office_package.h"
#include "search/extract/parse/properties.h"
#include "search/extract/parse/rtf_words.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t groups_max = 10'000;  // deeper ones share the last one's state
constexpr std::size_t aside_bytes_max = 1U << 20U;

// Where a group's text goes.
enum class Place : std::uint8_t { page, notes, fonts, instruction, property, nowhere };

struct Group {
  Place place = Place::page;
  std::string* property = nullptr;  // where place is property
  std::int32_t font = -1;           // -1: the document's
  std::int32_t unicode_skip = 1;
  bool hidden = false;
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<std::uint8_t> hex_byte(std::string_view digits) {
  std::uint8_t value = 0;
  if (digits.size() != 2) return std::nullopt;
  const auto result = std::from_chars(digits.data(), digits.data() + 2, value, 16);
  return result.ptr == digits.data() + 2 ? std::optional(value) : std::nullopt;
}

class RtfReading {
 public:
  RtfReading(std::string_view bytes, TextSink& sink) : rest_(bytes), sink_(sink) {}

  Parsed run() {
    while (!rest_.empty() && !sink_.full()) step();
    flush();
    sink_.line_break();
    sink_.append(notes_);
    append_addresses();
    Parsed parsed;
    take_properties(properties_, parsed, sink_);
    return parsed;
  }

 private:
  Group& group() { return groups_.back(); }

  void step() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '{':
        begin_group();
        break;
      case '}':
        end_group();
        break;
      case '\\':
        control();
        break;
      case '\r':
      case '\n':
        break;
      default:
        character(c);
    }
  }

  void begin_group() {
    flush();
    skip_ = 0;
    starred_ = false;
    if (groups_.size() < groups_max) {
      groups_.push_back(group());
    } else {
      ++uncounted_;
    }
  }

  void end_group() {
    flush();
    skip_ = 0;
    if (uncounted_ > 0) {
      --uncounted_;
    } else if (groups_.size() > 1) {
      const Place ended = group().place;
      groups_.pop_back();
      if (ended == Place::notes && group().place != Place::notes) notes_ += '\n';
      if (ended == Place::instruction && group().place != Place::instruction) take_instruction();
    }
  }

  void control() {
    if (rest_.empty()) return;
    if (!is_letter(rest_.front())) return control_symbol();
    std::size_t length = 0;
    while (length < rest_.size() && is_letter(rest_[length])) ++length;
    const std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    std::int32_t number = 0;
    const char* const end = rest_.data() + std::min<std::size_t>(rest_.size(), 12);
    const auto result = std::from_chars(rest_.data(), end, number);
    const bool numbered = result.ptr != rest_.data();
    rest_.remove_prefix(static_cast<std::size_t>(result.ptr - rest_.data()));
    if (rest_.starts_with(' ')) rest_.remove_prefix(1);
    const RtfWord known = find_rtf_word(word);
    if (skip_ > 0 && known.action != RtfAction::binary) {
      --skip_;
      return;
    }
    act(known, numbered, number);
    starred_ = false;
  }

  void control_symbol() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\'') {
      const auto byte = hex_byte(rest_.substr(0, 2));
      rest_.remove_prefix(std::min<std::size_t>(rest_.size(), 2));
      if (byte) character(static_cast<char>(*byte));
    } else if (c == '*') {
      starred_ = true;
    } else if (skip_ > 0) {
      --skip_;
    } else if (c == '~') {
      symbol("\u00a0");
    } else if (c == '_') {
      symbol("-");
    } else if (c == '\r' || c == '\n') {
      symbol("\n");
    } else if (c == '\\' || c == '{' || c == '}') {
      character(c);
    }
  }

  void act(const RtfWord& word, bool numbered, std::int32_t number) {
    if (word.action == RtfAction::none && starred_) return enter(Place::nowhere);
    if (act_on_group(word.action)) return;
    switch (word.action) {
      case RtfAction::symbol:
        return symbol(word.text);
      case RtfAction::line:
      case RtfAction::paragraph:
        return symbol("\n");
      case RtfAction::cell:
        return symbol("\t");
      case RtfAction::page:
        flush();
        if (group().place == Place::page) sink_.page_break();
        return;
      case RtfAction::unicode:
        return unicode(number);
      case RtfAction::binary:
        rest_.remove_prefix(std::min(rest_.size(), static_cast<std::size_t>(std::max(number, 0))));
        return;
      default:
        flush();
        change_state(word, !numbered || number != 0, number);
    }
  }

  // Words that say what the group is.
  bool act_on_group(RtfAction action) {
    std::string* const properties[] = {&properties_.title, &properties_.author,
                                       &properties_.subject, &properties_.keywords,
                                       &properties_.comments};
    switch (action) {
      case RtfAction::skip:
        enter(Place::nowhere);
        return true;
      case RtfAction::keep:
        return true;
      case RtfAction::revive:
        enter(place_before_skip());
        return true;
      case RtfAction::note:
        enter(group().place == Place::nowhere ? Place::nowhere : Place::notes);
        return true;
      case RtfAction::fonts:
        enter(Place::fonts);
        return true;
      case RtfAction::instruction:
        enter(Place::instruction);
        return true;
      default:
        if (action < RtfAction::title || action > RtfAction::comments) return false;
        group().property = properties[static_cast<std::size_t>(action) -
                                      static_cast<std::size_t>(RtfAction::title)];
        enter(Place::property);
        return true;
    }
  }

  Place place_before_skip() const {
    const auto text = std::find_if(groups_.rbegin(), groups_.rend(),
                                   [](const Group& each) { return each.place != Place::nowhere; });
    return text == groups_.rend() ? Place::page : text->place;
  }

  void enter(Place place) {
    flush();
    group().place = place;
  }

  void change_state(const RtfWord& word, bool on, std::int32_t number) {
    switch (word.action) {
      case RtfAction::hidden:
        group().hidden = on;
        break;
      case RtfAction::plain:
        group().hidden = false;
        group().font = -1;
        break;
      case RtfAction::font:
        group().font = number;
        break;
      case RtfAction::font_charset:
        if (group().place == Place::fonts) fonts_[group().font] = code_page_of_charset(number);
        break;
      case RtfAction::default_font:
        default_font_ = number;
        break;
      case RtfAction::code_page:
        code_page_ = static_cast<std::uint32_t>(std::max(number, 0));
        break;
      case RtfAction::charset:
        code_page_ = word.code_page;
        break;
      case RtfAction::unicode_skip:
        group().unicode_skip = std::clamp(number, 0, 100);
        break;
      default:
        break;
    }
  }

  bool is_read() const {
    return groups_.back().place != Place::nowhere && groups_.back().place != Place::fonts &&
           !groups_.back().hidden;
  }

  // A byte in the font's code page. After \u it stands for those who know no Unicode.
  void character(char c) {
    if (skip_ > 0) {
      --skip_;
    } else if (is_read()) {
      run_ += c;
    }
  }

  // A code unit of UTF-16, negative above 32,767.
  void unicode(std::int32_t number) {
    flush();
    skip_ = group().unicode_skip;
    if (!is_read()) return;
    const auto unit = static_cast<std::uint32_t>(number) & 0xffffU;
    std::string text;
    if (unit >= 0xd800U && unit < 0xdc00U) {
      high_surrogate_ = unit;
      return;
    }
    const bool low = unit >= 0xdc00U && unit < 0xe000U;
    if (low && high_surrogate_ != 0) {
      append_utf8(0x10000U + ((high_surrogate_ - 0xd800U) << 10U) + (unit - 0xdc00U), text);
    } else if (!low) {
      append_utf8(unit, text);
    }
    high_surrogate_ = 0;
    put(text);
  }

  void symbol(std::string_view text) {
    flush();
    if (is_read()) put(text);
  }

  void flush() {
    if (run_.empty()) return;
    std::int32_t font = group().font < 0 ? default_font_ : group().font;
    const auto found = fonts_.find(font);
    std::uint32_t code_page = found == fonts_.end() ? 0 : found->second;
    if (code_page == 0) code_page = code_page_;
    put(to_utf8(run_, code_page_name(code_page), run_.size() * 4));
    run_.clear();
  }

  void put(std::string_view text) {
    const auto aside = [&](std::string& place) {
      if (place.size() < aside_bytes_max) place += text;
    };
    switch (group().place) {
      case Place::page:
        return sink_.append(text);
      case Place::notes:
        return aside(notes_);
      case Place::instruction:
        return aside(instruction_);
      case Place::property:
        return aside(*group().property);
      default:
        return;
    }
  }

  // HYPERLINK "https://…"
  void take_instruction() {
    constexpr std::size_t addresses_max = 1000;
    const std::string_view all = instruction_;
    const std::size_t begin = std::min(all.find('"'), all.size());
    const std::string_view address =
        all.substr(begin).substr(std::min<std::size_t>(1, all.size() - begin));
    const std::string_view target = address.substr(0, address.find('"'));
    if (is_address(target) && addresses_.size() < addresses_max) addresses_.emplace(target);
    instruction_.clear();
  }

  void append_addresses() {
    for (const std::string& each : addresses_) {
      sink_.line_break();
      sink_.append(each);
    }
  }

  std::string_view rest_;
  TextSink& sink_;
  std::vector<Group> groups_{Group()};
  std::size_t uncounted_ = 0;  // groups that are open beyond groups_max
  bool starred_ = false;
  std::int32_t skip_ = 0;  // characters that a Unicode one made needless
  std::uint32_t high_surrogate_ = 0;
  std::string run_;  // bytes of one code page
  std::map<std::int32_t, std::uint32_t> fonts_;
  std::int32_t default_font_ = 0;
  std::uint32_t code_page_ = 1252;
  std::string notes_;
  std::string instruction_;
  std::set<std::string> addresses_;
  Properties properties_;
};

}  // namespace

Parsed parse_rtf(std::string_view bytes, TextSink& sink) {
  return RtfReading(bytes, sink).run();
}

}  // namespace dms::search::extract
