#include "search/extract/parse/ole/powerpoint_binary.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/drawing_text.h"
#include "search/extract/parse/office_package.h"
#include "search/extract/parse/ole/little_endian.h"
#include "search/extract/parse/ole/summary.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t stream_bytes_max = 192U << 20U;
constexpr std::size_t header_bytes = 8;
constexpr int depth_max = 50;

// [MS-PPT] 2.13.24
enum Type : std::uint16_t {
  document = 0x03e8,
  slide_atom = 0x03ef,
  slide_persist = 0x03f3,
  text_bytes = 0x0fa8,
  text_chars = 0x0fa0,
  string_atom = 0x0fba,
  headers_footers = 0x0fd9,
  list_with_text = 0x0ff0,
  user_edit = 0x0ff5,
  placeholder = 0x0bc3,
  persist_directory = 0x1772,
  comment = 0x2ee0,
  shape = 0xf004,
  more_properties = 0xf122
};

struct Record {
  std::uint16_t type = 0;
  std::uint16_t instance = 0;
  bool container = false;
  std::string_view content;
  std::size_t bytes = 0;  // with its head; 0 where none begins
};

Record record_at(std::string_view bytes, std::size_t offset) {
  if (offset >= bytes.size() || bytes.size() - offset < header_bytes) return {};
  const std::uint16_t head = u16_at(bytes, offset);
  Record record;
  record.type = u16_at(bytes, offset + 2);
  record.instance = static_cast<std::uint16_t>(head >> 4U);
  record.container = (head & 0xfU) == 0xfU;
  record.content = piece(bytes, offset + header_bytes, u32_at(bytes, offset + 4));
  record.bytes = header_bytes + record.content.size();
  return record;
}

std::vector<Record> records_in(std::string_view content) {
  std::vector<Record> records;
  for (std::size_t at = 0; at < content.size();) {
    Record record = record_at(content, at);
    if (record.bytes == 0) break;
    at += record.bytes;
    records.push_back(record);
  }
  return records;
}

bool holds(std::string_view content, std::uint16_t type, int depth = 0) {
  if (depth > depth_max) return false;
  const std::vector<Record> records = records_in(content);
  return std::any_of(records.begin(), records.end(), [&](const Record& each) {
    return each.type == type || (each.container && holds(each.content, type, depth + 1));
  });
}

enum class Shapes : std::uint8_t { all, without_placeholders };

class PowerPointReading {
 public:
  PowerPointReading(const CompoundFile& file, TextSink& sink)
      : sink_(sink), stream_(file.read(file.root(), "PowerPoint Document", stream_bytes_max)) {
    const std::string user = file.read(file.root(), "Current User", 4096);
    encrypted_ = u32_at(user, 12) == 0xf3d1c4dfU;
    current_edit_ = u32_at(user, 16);
  }

  Parsed run() {
    if (stream_.empty()) return not_parsed(TextState::damaged, Cause::missing_part);
    if (encrypted_) return not_parsed(TextState::encrypted, Cause::password);
    read_persist_directory();
    const Record main = persisted(document_id_);
    if (main.type == document) {
      append_document(main.content);
    } else {
      append_text(stream_, Shapes::all, 0);  // what is left of a damaged file
      if (!sink_.has_text()) return not_parsed(TextState::damaged, Cause::broken_container);
    }
    return {};
  }

 private:
  // Each saving adds a directory of what it wrote; the newest counts.
  void read_persist_directory() {
    constexpr int savings_max = 10'000;
    std::set<std::uint32_t> seen;
    std::uint32_t edit = current_edit_;
    for (int i = 0; i < savings_max && seen.insert(edit).second; ++i) {
      const Record record = record_at(stream_, edit);
      if (record.type != user_edit) break;
      if (document_id_ == 0) document_id_ = u32_at(record.content, 16);
      read_directory(record_at(stream_, u32_at(record.content, 12)));
      edit = u32_at(record.content, 8);
      if (edit == 0) break;
    }
  }

  void read_directory(const Record& record) {
    if (record.type != persist_directory) return;
    for (std::size_t at = 0; at + 4 <= record.content.size();) {
      const std::uint32_t head = u32_at(record.content, at);
      const std::uint32_t first = head & 0xfffffU;
      at += 4;
      for (std::uint32_t i = 0; i < head >> 20U && at + 4 <= record.content.size(); ++i, at += 4) {
        offsets_.emplace(first + i, u32_at(record.content, at));
      }
    }
  }

  Record persisted(std::uint32_t id) const {
    const auto found = offsets_.find(id);
    return found == offsets_.end() ? Record() : record_at(stream_, found->second);
  }

  void append_document(std::string_view content) {
    const std::vector<Record> records = records_in(content);
    constexpr std::uint16_t slides = 0;
    constexpr std::uint16_t masters = 1;
    constexpr std::uint16_t notes = 2;
    for (const Record& each : records) {
      if (each.type == list_with_text && each.instance == notes) read_notes(each.content);
    }
    for (const Record& each : records) {
      if (each.type == list_with_text && each.instance == slides) append_slides(each.content);
      if (each.type == headers_footers) append_text(each.content, Shapes::all, 0, true);
    }
    for (const Record& each : records) {
      if (each.type != list_with_text || each.instance != masters) continue;
      for (const Record& master : records_in(each.content)) {
        if (master.type == slide_persist) append_once(master, Shapes::without_placeholders);
      }
    }
  }

  void read_notes(std::string_view list) {
    for (const Record& each : records_in(list)) {
      if (each.type == slide_persist) notes_[u32_at(each.content, 12)] = each;
    }
  }

  // What a slide's placeholders hold stands in the list behind it; the rest in the slide itself.
  void append_slides(std::string_view list) {
    bool first = true;
    Record open;
    for (const Record& each : records_in(list)) {
      if (sink_.full()) return;
      if (each.type != slide_persist) {
        append_atom(each);
        continue;
      }
      finish_slide(open);
      if (!first) sink_.hard_page_break();
      first = false;
      open = each;
    }
    finish_slide(open);
  }

  void finish_slide(const Record& slide) {
    if (slide.type != slide_persist) return;
    append_once(slide, Shapes::all);
    for (const Record& each : records_in(persisted(u32_at(slide.content, 0)).content)) {
      if (each.type != slide_atom) continue;
      const auto note = notes_.find(u32_at(each.content, 16));
      if (note != notes_.end()) append_once(note->second, Shapes::all);
    }
  }

  void append_once(const Record& persist, Shapes shapes) {
    const std::uint32_t id = u32_at(persist.content, 0);
    if (done_.insert(id).second) append_text(persisted(id).content, shapes, 0);
  }

  // `strings`: whether bare strings are text here, as in footers and comments.
  void append_text(std::string_view content, Shapes shapes, int depth, bool strings = false) {
    if (depth > depth_max) return;
    for (const Record& each : records_in(content)) {
      if (sink_.full()) return;
      const bool left_out = shapes == Shapes::without_placeholders && each.type == shape &&
                            holds(each.content, placeholder);
      if (left_out) continue;
      if (each.type == string_atom && strings) append_units(each.content);
      append_atom(each);
      if (each.type == more_properties) append_packed(each.content);
      const bool of_strings = each.type == headers_footers || each.type == comment;
      if (each.container) append_text(each.content, shapes, depth + 1, strings || of_strings);
    }
  }

  // A diagram that this format has no words for, as a package of its own in a shape's properties.
  void append_packed(std::string_view properties) {
    const std::size_t at = properties.find("PK\x03\x04");
    if (at == std::string_view::npos) return;
    ZipParts parts = read_zip(properties.substr(at), is_office_part);
    for (auto& [name, content] : parts.parts) {
      pugi::xml_document part;
      if (name.find("diagrams/") == std::string::npos || !load_xml(part, content)) continue;
      DrawingText text(sink_);
      text.append(part);
      sink_.line_break();
    }
  }

  void append_atom(const Record& record) {
    if (record.type == text_chars) append_units(record.content);
    if (record.type == text_bytes) {  // the low bytes of UTF-16
      std::string text;
      for (const char c : record.content) append_utf8(static_cast<unsigned char>(c), text);
      append_lines(std::move(text));
    }
  }

  void append_units(std::string_view units) {
    append_lines(to_utf8(units, "utf-16le", sink_.room()));
  }

  // Paragraphs end in carriage returns.
  void append_lines(std::string text) {
    std::replace(text.begin(), text.end(), '\r', '\n');
    sink_.append(text);
    sink_.line_break();
  }

  TextSink& sink_;
  std::string stream_;
  bool encrypted_ = false;
  std::uint32_t current_edit_ = 0;
  std::uint32_t document_id_ = 0;
  std::map<std::uint32_t, std::uint32_t> offsets_;  // by persist id
  std::map<std::uint32_t, Record> notes_;           // by the id that slides name
  std::set<std::uint32_t> done_;
};

}  // namespace

Parsed parse_powerpoint_binary(const CompoundFile& file, TextSink& sink) {
  Parsed parsed = PowerPointReading(file, sink).run();
  if (parsed.state == TextState::extracted) take_properties(read_summary(file), parsed, sink);
  return parsed;
}

}  // namespace dms::search::extract
