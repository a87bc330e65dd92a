#pragma once

// A PDF to draw on. Lengths are millimetres from the upper left corner of an A4 page, sizes of type
// are points, text is UTF-8 (what Windows-1252 has). Hides libharu.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/time.h"

namespace dms::demo {

inline constexpr float page_width_mm = 210;
inline constexpr float page_height_mm = 297;

enum class Face : std::uint8_t { sans, sans_bold, sans_italic, serif, serif_bold, mono };

struct Color {
  float red = 0;
  float green = 0;
  float blue = 0;
};

struct Point {
  float x = 0;
  float y = 0;
};

struct TextStyle {
  Face face = Face::sans;
  float size_pt = 10;
  Color color = {};
};

struct Pen {
  float width_mm = 0.2F;
  Color color = {};
  bool dashed = false;
};

// Not thread-safe. What goes wrong while drawing is told by bytes().
class PdfCanvas {
 public:
  // `title` and `date` stand in the file's properties.
  PdfCanvas(const std::string& title, Date date);
  ~PdfCanvas();
  PdfCanvas(const PdfCanvas&) = delete;
  PdfCanvas& operator=(const PdfCanvas&) = delete;

  // Draws on the new page from here on.
  void add_page();
  std::size_t page_count() const;
  // Draws on page `index` again.
  void turn_to(std::size_t index);

  // `at` is the left end of the base line.
  void text(Point at, std::string_view text, const TextStyle& style);
  void text_right(Point at, std::string_view text, const TextStyle& style);
  float width_mm(std::string_view text, const TextStyle& style);
  // Lines no wider than `width`; \n in the text breaks, words are never split.
  std::vector<std::string> wrap(std::string_view text, const TextStyle& style, float width_mm);

  void line(Point from, Point to, const Pen& pen);
  void polygon(const std::vector<Point>& corners, const Pen& pen);
  void filled_polygon(const std::vector<Point>& corners, Color color);
  // A smooth stroke through the points.
  void curve(const std::vector<Point>& points, const Pen& pen);
  // What is drawn between begin and end is turned about `centre`.
  void begin_turned(Point centre, float degrees);
  void end_turned();

  // The file. `internal` with the library's number in the hint where something failed.
  Result<std::string> bytes();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms::demo
