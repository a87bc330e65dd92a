#include "search/extract/parse/ole/excel_binary.h"

#include <bit>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/number_format.h"
#include "search/extract/parse/ole/excel_strings.h"
#include "search/extract/parse/ole/little_endian.h"
#include "search/extract/parse/ole/summary.h"
#include "search/extract/parse/spreadsheet.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t stream_bytes_max = 192U << 20U;
constexpr std::size_t strings_max = 4'000'000;

// [MS-XLS] 2.3
enum Type : std::uint16_t {
  formula = 0x0006,
  header = 0x0014,
  footer = 0x0015,
  date_system = 0x0022,
  file_password = 0x002f,
  continued = 0x003c,
  code_page = 0x0042,
  sheet_name = 0x0085,
  many_rk = 0x00bd,
  rich_string = 0x00d6,
  cell_format = 0x00e0,
  shared_strings = 0x00fc,
  shared_label = 0x00fd,
  text_object = 0x01b6,
  number = 0x0203,
  label = 0x0204,
  boolean = 0x0205,
  formula_string = 0x0207,
  rk = 0x027e,
  number_format = 0x041e,
  beginning = 0x0809,
  series_text = 0x100d
};

struct Record {
  std::uint16_t type = 0;
  std::size_t offset = 0;
  std::string_view content;
};

// A number in four bytes ([MS-XLS] 2.5.217): 30 bits of an integer or of a double, by a hundred or
// not.
double number_of_rk(std::uint32_t bits) {
  const bool hundredth = (bits & 1U) != 0;
  const double value = (bits & 2U) != 0
                           ? static_cast<double>(static_cast<std::int32_t>(bits) >> 2)
                           : std::bit_cast<double>(std::uint64_t{bits & 0xfffffffcU} << 32U);
  return hundredth ? value / 100 : value;
}

class ExcelReading {
 public:
  ExcelReading(const CompoundFile& file, TextSink& sink) : sink_(sink) {
    stream_ = file.read(file.root(), "Workbook", stream_bytes_max);
    if (stream_.empty()) stream_ = file.read(file.root(), "Book", stream_bytes_max);
  }

  Parsed run() {
    if (stream_.empty()) return not_parsed(TextState::damaged, Cause::missing_part);
    bool begun = false;
    for (std::size_t at = 0; at + 4 <= stream_.size() && !sink_.full();) {
      Record record = next(at);
      if (record.type == file_password) {
        return not_parsed(TextState::encrypted, Cause::password);
      }
      begun = begun || record.type == beginning;
      take(record, at);
    }
    end_row();
    if (!begun) return not_parsed(TextState::damaged, Cause::broken_container);
    return {};
  }

 private:
  Record next(std::size_t& at) const {
    const Record record{u16_at(stream_, at), at, piece(stream_, at + 4, u16_at(stream_, at + 2))};
    at += 4 + record.content.size();
    return record;
  }

  // The record with those that continue it.
  std::vector<std::string_view> with_continued(const Record& record, std::size_t& at) const {
    std::vector<std::string_view> parts{record.content};
    while (u16_at(stream_, at) == continued && at + 4 <= stream_.size()) {
      parts.push_back(next(at).content);
    }
    return parts;
  }

  void take(const Record& record, std::size_t& at) {
    switch (record.type) {
      case beginning:
        return begin_sheet(record);
      case code_page:
        code_page_ = code_page_name(u16_at(record.content, 0));
        return;
      case date_system:
        if (u16_at(record.content, 0) == 1) date_system_ = DateSystem::from_1904;
        return;
      case sheet_name:
        names_[u32_at(record.content, 0)] = short_string(record.content, 6);
        return;
      case cell_format:
        formats_.push_back(u16_at(record.content, 2));
        return;
      case number_format:
        codes_[u16_at(record.content, 0)] =
            wide_ ? long_string(record.content, 2) : short_string(record.content, 2);
        return;
      case shared_strings:
        return read_strings(ExcelStrings(with_continued(record, at), 8));
      case text_object:
        return append_text_object(record, at);
      case header:
      case footer:
        return append_line(
            header_text(wide_ ? long_string(record.content, 0) : short_string(record.content, 0)));
      case series_text:
        return append_line(short_string(record.content, 2));
      case formula_string:
        return put(long_string(record.content, 0));
      default:
        return take_cell(record);
    }
  }

  void begin_sheet(const Record& record) {
    constexpr std::uint16_t version_8 = 0x0600;
    wide_ = u16_at(record.content, 0) == version_8;
    end_row();
    if (const auto name = names_.find(static_cast<std::uint32_t>(record.offset));
        name != names_.end()) {
      append_line(name->second);
    }
  }

  void take_cell(const Record& record) {
    const std::string_view cell = record.content;
    switch (record.type) {
      case shared_label: {
        begin_cell(cell);
        const std::uint32_t index = u32_at(cell, 6);
        if (index < strings_.size()) put(strings_[index]);
        return;
      }
      case label:
      case rich_string:
        begin_cell(cell);
        return put(long_string(cell, 6));
      case number:
        begin_cell(cell);
        return put_number(std::bit_cast<double>(u64_at(cell, 6)), u16_at(cell, 4));
      case rk:
        begin_cell(cell);
        return put_number(number_of_rk(u32_at(cell, 6)), u16_at(cell, 4));
      case many_rk:
        begin_cell(cell);
        for (std::size_t i = 4; i + 8 <= cell.size(); i += 6) {
          put_number(number_of_rk(u32_at(cell, i + 2)), u16_at(cell, i));
        }
        return;
      case boolean:
        begin_cell(cell);
        if (byte_at(cell, 7) == 0) put(byte_at(cell, 6) != 0 ? "WAHR" : "FALSCH");
        return;
      case formula:
        begin_cell(cell);
        return put_formula(cell);
      default:
        return;
    }
  }

  void put_formula(std::string_view cell) {
    constexpr std::uint16_t no_number = 0xffff;
    constexpr std::uint8_t truth = 1;
    if (u16_at(cell, 12) != no_number) {
      put_number(std::bit_cast<double>(u64_at(cell, 6)), u16_at(cell, 4));
    } else if (byte_at(cell, 6) == truth) {
      put(byte_at(cell, 8) != 0 ? "WAHR" : "FALSCH");
    }
  }

  void begin_cell(std::string_view cell) {
    const std::uint16_t row = u16_at(cell, 0);
    if (row_ && *row_ != row) end_row();
    row_ = row;
  }

  void end_row() {
    if (row_begun_) sink_.line_break();
    row_begun_ = false;
    row_.reset();
  }

  void put(std::string_view text) {
    if (text.empty()) return;
    if (row_begun_) sink_.append("\t");
    sink_.append(text);
    row_begun_ = true;
  }

  void put_number(double value, std::size_t style) {
    const std::uint16_t format = style < formats_.size() ? formats_[style] : std::uint16_t{0};
    // What Excel itself brings is written too, as the writer's country has it.
    std::string_view code = builtin_number_format(format);
    if (const auto own = codes_.find(format); code.empty() && own != codes_.end()) {
      code = own->second;
    }
    put(format_cell_number(value, code, date_system_));
  }

  void append_line(const std::string& text) {
    if (text.empty()) return;
    end_row();
    sink_.line_break();
    sink_.append(text);
    sink_.line_break();
  }

  void read_strings(ExcelStrings strings) {
    while (!strings.at_end() && strings_.size() < strings_max) {
      strings_.push_back(strings.read_rich());
    }
  }

  // A text box or comment: how long, then its characters in the records that follow.
  void append_text_object(const Record& record, std::size_t& at) {
    const std::size_t count = u16_at(record.content, 10);
    std::vector<std::string_view> parts = with_continued(record, at);
    if (count == 0 || parts.size() < 2) return;
    parts.erase(parts.begin());
    append_line(ExcelStrings(std::move(parts)).read_characters(count));
  }

  std::string short_string(std::string_view content, std::size_t offset) const {
    return string_of(content, offset + 1, byte_at(content, offset));
  }

  std::string long_string(std::string_view content, std::size_t offset) const {
    return string_of(content, offset + 2, u16_at(content, offset));
  }

  std::string string_of(std::string_view content, std::size_t offset, std::size_t count) const {
    if (wide_) return ExcelStrings({content}, offset).read_characters(count);
    return to_utf8(piece(content, offset, count), code_page_, count * 4);
  }

  TextSink& sink_;
  std::string stream_;
  bool wide_ = true;  // BIFF 8: strings say how wide they are
  std::string code_page_ = "windows-1252";
  DateSystem date_system_ = DateSystem::from_1900;
  std::map<std::uint32_t, std::string> names_;  // of sheets, by where they begin
  std::vector<std::uint16_t> formats_;          // by a cell's style
  std::map<std::uint16_t, std::string> codes_;
  std::vector<std::string> strings_;
  std::optional<std::uint16_t> row_;
  bool row_begun_ = false;
};

}  // namespace

Parsed parse_excel_binary(const CompoundFile& file, TextSink& sink) {
  Parsed parsed = ExcelReading(file, sink).run();
  if (parsed.state == TextState::extracted) take_properties(read_summary(file), parsed, sink);
  return parsed;
}

}  // namespace dms::search::extract
