#include "deploy/demo/pdf_flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace dms::demo {

namespace {

constexpr float second_page_top_mm = 32;
constexpr float item_indent_mm = 8;
constexpr float cell_padding_mm = 1.5F;
constexpr Color table_head_color{0.92F, 0.93F, 0.95F};
constexpr Color ink{0.10F, 0.16F, 0.48F};

// Amounts, measures and the like: what a column is set flush right for.
bool is_figure(std::string_view cell) {
  if (cell.empty() || cell == "–") return true;
  const bool begins = cell.find_first_of("0123456789") <= 2;
  return begins && cell.size() <= 22 &&
         cell.find_first_of("abcdefghijklnopqrsuvwxyz/") == std::string_view::npos;
}

std::vector<bool> right_aligned_columns(const Table& table) {
  std::vector<bool> right(table.widths.size(), false);
  for (std::size_t column = 1; column < right.size(); ++column) {
    right[column] = std::all_of(table.rows.begin() + 1, table.rows.end(),
                                [column](auto& row) { return is_figure(row.cells[column]); });
  }
  return right;
}

}  // namespace

void PdfFlow::keep_together(float mm) {
  if (y_ + mm <= text_bottom_mm) return;
  canvas_.add_page();
  const TextStyle small{style_.regular.face, 8.5F};
  canvas_.text({margin_left_mm, 20}, style_.page_head, small);
  canvas_.text_right({page_width_mm - margin_right_mm, 20},
                     fmt::format("Seite {}", canvas_.page_count()), small);
  y_ = second_page_top_mm;
}

void PdfFlow::write_lines(std::string_view text, const TextStyle& style, float indent_mm) {
  for (const std::string& line : canvas_.wrap(text, style, text_width_mm - indent_mm)) {
    keep_together(style_.line_mm);
    canvas_.text({margin_left_mm + indent_mm, y_}, line, style);
    y_ += style_.line_mm;
  }
}

void PdfFlow::write(std::string_view text, const TextStyle& style) {
  write_lines(text, style, 0);
}

void PdfFlow::write(const std::vector<Block>& blocks) {
  for (const Block& block : blocks) {
    std::visit([this](const auto& kind) { write_block(kind); }, block);
  }
}

void PdfFlow::write_block(const Paragraph& block) {
  keep_together(2 * style_.line_mm);
  write_lines(block.text, style_.regular, 0);
  y_ += style_.line_mm / 2;
}

void PdfFlow::write_block(const Heading& block) {
  keep_together(4 * style_.line_mm);
  y_ += style_.line_mm / 4;
  write_lines(block.text, style_.bold, 0);
  y_ += style_.line_mm / 4;
}

void PdfFlow::write_block(const Item& block) {
  keep_together(style_.line_mm);
  canvas_.text({margin_left_mm, y_}, block.label, style_.regular);
  write_lines(block.text, style_.regular, item_indent_mm);
  y_ += style_.line_mm / 3;
}

void PdfFlow::write_block(const Table& block) {
  const std::vector<bool> right = right_aligned_columns(block);
  for (std::size_t row = 0; row < block.rows.size(); ++row) write_row(block, row, right);
  y_ += style_.line_mm;
}

void PdfFlow::write_row(const Table& table, std::size_t index,
                        const std::vector<bool>& right_aligned) {
  const Table::Row& row = table.rows[index];
  const TextStyle style = index == 0 || row.is_total ? style_.bold : style_.regular;
  const TextStyle type{style.face, style.size_pt - 1};
  const float line_mm = style_.line_mm - 0.6F;
  const auto shares =
      static_cast<float>(std::accumulate(table.widths.begin(), table.widths.end(), 0));
  const auto width = [&](std::size_t column) {
    return text_width_mm * static_cast<float>(table.widths[column]) / shares;
  };
  std::vector<std::vector<std::string>> cells;
  std::size_t lines = 1;
  for (std::size_t column = 0; column < row.cells.size(); ++column) {
    cells.push_back(canvas_.wrap(row.cells[column], type, width(column) - 2 * cell_padding_mm));
    lines = std::max(lines, cells.back().size());
  }
  const float height = static_cast<float>(lines) * line_mm + 1.6F;
  keep_together(height + (index == 0 ? 2 * height : 0));
  const float top = y_ - line_mm + 0.4F;
  if (index == 0) {
    canvas_.filled_polygon({{margin_left_mm, top},
                            {margin_left_mm + text_width_mm, top},
                            {margin_left_mm + text_width_mm, top + height},
                            {margin_left_mm, top + height}},
                           table_head_color);
  }
  float x = margin_left_mm;
  for (std::size_t column = 0; column < cells.size(); ++column) {
    float y = y_ + 0.6F;
    for (const std::string& line : cells[column]) {
      if (right_aligned[column]) {
        canvas_.text_right({x + width(column) - cell_padding_mm, y}, line, type);
      } else {
        canvas_.text({x + cell_padding_mm, y}, line, type);
      }
      y += line_mm;
    }
    x += width(column);
  }
  const Pen rule{row.is_total ? 0.35F : 0.12F, {0.4F, 0.4F, 0.4F}};
  const float ruled = row.is_total ? top : top + height;
  canvas_.line({margin_left_mm, ruled}, {margin_left_mm + text_width_mm, ruled}, rule);
  y_ += height;
}

void PdfFlow::write(const std::vector<ReferenceLine>& lines) {
  float indent = 0;
  for (const ReferenceLine& line : lines) {
    indent = std::max(indent, canvas_.width_mm(line.label + ":", style_.bold) + 4);
  }
  for (const ReferenceLine& line : lines) {
    keep_together(style_.line_mm);
    canvas_.text({margin_left_mm, y_}, line.label + ":", style_.bold);
    write_lines(line.value, style_.regular, indent);
  }
}

void PdfFlow::write(const Signature& signature) {
  if (signature.lines.empty() && signature.closing.empty()) return;
  const auto count = static_cast<float>(signature.lines.size());
  keep_together((count + 3) * style_.line_mm);
  y_ += style_.line_mm / 2;
  if (!signature.closing.empty()) write_lines(signature.closing, style_.regular, 0);
  if (signature.given && !signature.lines.empty()) {
    y_ += 2.8F * style_.line_mm;
    std::string names;
    for (const std::string& line : signature.lines) names += line;
    scribble(names);
  } else if (!signature.closing.empty()) {
    y_ += 2.2F * style_.line_mm;
  }
  for (const std::string& line : signature.lines) write_lines(line, style_.regular, 0);
  if (signature.enclosed.empty()) return;
  const TextStyle small{style_.regular.face, style_.regular.size_pt - 1};
  keep_together(style_.line_mm * static_cast<float>(signature.enclosed.size() + 2));
  y_ += style_.line_mm;
  write_lines(signature.enclosed.size() == 1 ? "Anlage" : "Anlagen",
              {style_.bold.face, small.size_pt}, 0);
  for (const std::string& enclosed : signature.enclosed) write_lines(enclosed, small, 0);
}

// Somebody's own hand, above the names: the same for the same name.
void PdfFlow::scribble(std::string_view name) {
  std::uint32_t state = 2166136261U;
  for (const char c : name) state = (state ^ static_cast<unsigned char>(c)) * 16777619U;
  const auto next = [&state](std::uint32_t range) {
    state = state * 1664525U + 1013904223U;
    return static_cast<float>((state >> 16U) % (10 * range)) / 10;
  };
  const float base = y_ - 7.5F;
  const float slant = 1.6F + next(2);
  std::vector<Point> points = {{margin_left_mm + next(3), base + 1}};
  const int strokes = 6 + static_cast<int>(next(5));
  for (int i = 0; i < strokes; ++i) {
    const Point last = points.back();
    const float height = i == 0 ? 6 + next(3) : 1 + next(i < 3 ? 4 : 2);
    points.push_back({last.x + slant, base - height});
    points.push_back({last.x + slant - next(2) + 0.4F, base + next(2) - 0.5F});
  }
  points.push_back({points.back().x + 7 + next(8), base - 2 + next(3)});
  canvas_.curve(points, {0.3F, ink});
}

}  // namespace dms::demo
