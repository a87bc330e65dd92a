#include "search/extract/parse/recognition.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <new>
#include <optional>
#include <utility>

#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/pdf_text.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/tool_output.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

// Less sure words are stains and stamps read as letters.
constexpr double confidence_min = 20.0;
constexpr std::size_t word_bytes_max = 500;
constexpr std::size_t tsv_bytes_max = 16U << 20U;
constexpr std::size_t messages_bytes_max = 16U << 10U;

enum Column : std::size_t {
  level,
  page_number,
  block,
  paragraph,
  line,
  word,
  left,
  top,
  width,
  height,
  confidence,
  column_count
};
constexpr std::int64_t page_level = 1;
constexpr std::int64_t word_level = 5;

struct Row {
  std::array<std::int64_t, column_count> numbers{};
  double confidence = 0;
  std::string_view text;
};

std::optional<Row> read_row(std::string_view text) {
  Row row;
  for (std::size_t i = 0; i < column_count; ++i) {
    const std::size_t end = text.find('\t');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view cell = text.substr(0, end);
    const char* const cell_end = cell.data() + cell.size();
    const auto read = i == Column::confidence
                          ? std::from_chars(cell.data(), cell_end, row.confidence)
                          : std::from_chars(cell.data(), cell_end, row.numbers[i]);
    if (read.ec != std::errc() || read.ptr != cell_end) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  row.text = text;
  return row;
}

// A coordinate as a fraction of the page, whatever the row says.
std::uint16_t fraction(std::int64_t at, std::int64_t whole) {
  constexpr std::int64_t scale = 65535;
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(at, 0, whole) * scale / whole);
}

class PageReader {
 public:
  explicit PageReader(std::size_t text_bytes_max) : text_bytes_max_(text_bytes_max) {}

  void take(const Row& row) {
    const auto number = [&](Column column) { return row.numbers[column]; };
    // Pixels fit 31 bits many times over; what does not is no page.
    constexpr std::int64_t side_max = 1 << 20;
    if (number(level) == page_level && width_ == 0) {
      if (number(width) <= 0 || number(width) > side_max) return;
      if (number(height) <= 0 || number(height) > side_max) return;
      width_ = number(width);
      height_ = number(height);
      return;
    }
    if (number(level) != word_level || number(page_number) != 1 || width_ == 0) return;
    if (row.confidence < confidence_min) return;
    for (const Column column : {left, top, width, height}) {
      if (number(column) < 0 || number(column) > side_max) return;
    }
    take_word(row);
  }

  bool has_page() const { return width_ != 0; }
  bool is_full() const { return full_; }
  RecognisedPage finish() {
    page_.state = page_.text.empty() ? TextState::empty : TextState::extracted;
    page_.rotation = rotation();
    return std::move(page_);
  }

 private:
  void take_word(const Row& row) {
    const std::string text = clean_metadata(row.text, word_bytes_max);
    if (text.empty()) return;
    if (page_.words.size() == recognised_words_max ||
        page_.text.size() + text.size() + 2 > text_bytes_max_) {
      full_ = true;
      return;
    }
    const auto& numbers = row.numbers;
    const std::array<std::int64_t, 3> place{numbers[block], numbers[paragraph], numbers[line]};
    const std::int64_t across = 2 * numbers[left] + numbers[width];
    const std::int64_t down = 2 * numbers[top] + numbers[height];
    separate(place, text, across, down);
    place_ = place;
    across_ = across;
    down_ = down;
    RecognisedWord word;
    word.offset = static_cast<std::uint32_t>(page_.text.size());
    word.length = static_cast<std::uint16_t>(text.size());
    word.box = {fraction(numbers[left], width_), fraction(numbers[top], height_),
                fraction(numbers[left] + numbers[width], width_),
                fraction(numbers[top] + numbers[height], height_)};
    page_.text += text;
    page_.words.push_back(word);
  }

  // Within a line the words stand in the direction of reading, and tell it.
  void separate(const std::array<std::int64_t, 3>& place, std::string_view next,
                std::int64_t across, std::int64_t down) {
    if (page_.words.empty()) return;
    if (place == place_) {
      page_.text += ' ';
      directions_across_ += across - across_;
      directions_down_ += down - down_;
      return;
    }
    RecognisedWord& last = page_.words.back();
    const std::string_view before = std::string_view(page_.text).substr(last.offset);
    if (last.length > 1 && is_divided_word(before, next)) {
      page_.text.pop_back();
      --last.length;
      return;
    }
    page_.text += place[0] == place_[0] && place[1] == place_[1] ? "\n" : "\n\n";
  }

  std::uint16_t rotation() const {
    const bool lying = std::abs(directions_down_) > std::abs(directions_across_);
    if (lying) return directions_down_ > 0 ? 270 : 90;
    return directions_across_ < 0 ? 180 : 0;
  }

  const std::size_t text_bytes_max_;
  RecognisedPage page_;
  std::int64_t width_ = 0;
  std::int64_t height_ = 0;
  bool full_ = false;
  // Of the word before: block, paragraph, line; twice its middle.
  std::array<std::int64_t, 3> place_{};
  std::int64_t across_ = 0;
  std::int64_t down_ = 0;
  std::int64_t directions_across_ = 0;
  std::int64_t directions_down_ = 0;
};

ParsedPage without_page(std::string_view messages) {
  const auto says = [&](std::string_view words) {
    return messages.find(words) != std::string_view::npos;
  };
  ParsedPage parsed;
  if (says(tool_not_started)) {
    parsed.page.state = TextState::unsupported;
    parsed.cause = Cause::tool_unavailable;
    return parsed;
  }
  parsed.cause = find_picture_cause(messages);
  if (says("ut of memory") || says("bad_alloc")) parsed.cause = Cause::out_of_memory;
  if (parsed.cause == Cause::none) parsed.cause = Cause::parser_crashed;
  const bool limit =
      parsed.cause == Cause::picture_too_large || parsed.cause == Cause::out_of_memory;
  parsed.page.state = limit ? TextState::limit_exceeded : TextState::damaged;
  return parsed;
}

}  // namespace

ToolCommand page_picture_tool(std::uint32_t page, Resolution resolution) {
  const std::string number = std::to_string(page);
  ToolCommand tool{"/usr/bin/pdftoppm", {"-gray", "-cropbox", "-f", number, "-l", number}, {}, {}};
  // The longer side in pixels: A2 at 200 dots an inch.
  const std::array<std::string, 2> how = resolution == Resolution::full
                                             ? std::array<std::string, 2>{"-r", "300"}
                                             : std::array<std::string, 2>{"-scale-to", "4700"};
  tool.arguments.insert(tool.arguments.end(), how.begin(), how.end());
  tool.arguments.emplace_back("-");
  tool.readable = {"/usr/share/poppler"};
  return tool;
}

ToolCommand recognition_tool(const std::string& languages) {
  // --psm 1: with the page's orientation found out first, so that turned ones are read upright.
  // One thread: more of them only wait for each other.
  return {"/usr/bin/tesseract",
          {"stdin", "stdout", "--dpi", "300", "-l", languages, "--psm", "1", "tsv"},
          {"/usr/share/tesseract-ocr"},
          {"OMP_THREAD_LIMIT=1"}};
}

ParsedPage parse_recognised(std::string_view tsv, std::string_view messages,
                            std::size_t text_bytes_max) {
  PageReader reader(text_bytes_max);
  while (!tsv.empty()) {
    const std::size_t end = std::min(tsv.find('\n'), tsv.size());
    if (const auto row = read_row(tsv.substr(0, end))) reader.take(*row);
    tsv.remove_prefix(std::min(end + 1, tsv.size()));
  }
  if (!reader.has_page()) return without_page(messages);
  ParsedPage parsed{reader.finish(), Cause::none};
  if (parsed.page.state == TextState::empty) parsed.cause = Cause::no_text;
  if (reader.is_full()) parsed.cause = Cause::text_cut;
  return parsed;
}

void run_recognised_stage(const JobRequest& request) {
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type("image/x-portable-graymap");
  try {
    const ToolOutput said = read_tool_output(STDIN_FILENO, tool_output_messages_descriptor,
                                             tsv_bytes_max, messages_bytes_max);
    const ParsedPage parsed = parse_recognised(said.output, said.messages, request.text_bytes_max);
    reply.write_page(parsed.page, parsed.cause);
  } catch (const std::bad_alloc&) {
    RecognisedPage none;
    none.state = TextState::limit_exceeded;
    reply.write_page(none, Cause::out_of_memory);
  }
}

}  // namespace dms::search::extract
