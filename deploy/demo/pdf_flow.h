#pragma once

// Running text on pages: blocks one below the other, on as many pages as it takes.

#include <string>
#include <string_view>
#include <vector>

#include "deploy/demo/pdf_canvas.h"
#include "deploy/demo/sheet.h"

namespace dms::demo {

inline constexpr float margin_left_mm = 25;
inline constexpr float margin_right_mm = 20;
inline constexpr float text_width_mm = page_width_mm - margin_left_mm - margin_right_mm;
inline constexpr float text_bottom_mm = 266;  // below stands the letterhead's foot

struct FlowStyle {
  TextStyle regular{Face::sans, 10.5F};
  TextStyle bold{Face::sans_bold, 10.5F};
  float line_mm = 5;
  std::string page_head;  // on the second and later pages, with the page's number
};

// Not thread-safe. Borrows the canvas.
class PdfFlow {
 public:
  PdfFlow(PdfCanvas& canvas, FlowStyle style, float top_mm)
      : canvas_(canvas), style_(std::move(style)), y_(top_mm) {}

  float y_mm() const { return y_; }
  void skip(float mm) { y_ += mm; }
  // Begins a new page where fewer than `mm` are left on this one.
  void keep_together(float mm);

  void write(std::string_view text, const TextStyle& style);
  void write(const std::vector<Block>& blocks);
  void write(const Signature& signature);
  // "Label:  value", the values below each other.
  void write(const std::vector<ReferenceLine>& lines);

 private:
  void write_block(const Paragraph& block);
  void write_block(const Heading& block);
  void write_block(const Item& block);
  void write_block(const Table& block);
  void write_row(const Table& table, std::size_t index, const std::vector<bool>& right_aligned);
  void write_lines(std::string_view text, const TextStyle& style, float indent_mm);
  void scribble(std::string_view name);

  PdfCanvas& canvas_;
  FlowStyle style_;
  float y_;  // of the next base line
};

}  // namespace dms::demo
