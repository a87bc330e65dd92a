#include "deploy/demo/pdf_canvas.h"

#include <hpdf.h>
#include <iconv.h>

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace dms::demo {

namespace {

constexpr float points_per_mm = 72.0F / 25.4F;

float to_points(float mm) {
  return mm * points_per_mm;
}

// libharu's standard fonts take Windows-1252.
std::string to_windows_1252(std::string_view text) {
  const std::unique_ptr<void, int (*)(void*)> converter(iconv_open("CP1252//TRANSLIT", "UTF-8"),
                                                        iconv_close);
  std::string out(text.size() * 2, '\0');
  std::string in(text);
  char* from = in.data();
  char* to = out.data();
  std::size_t from_left = in.size();
  std::size_t to_left = out.size();
  iconv(converter.get(), &from, &from_left, &to, &to_left);
  out.resize(out.size() - to_left);
  return out;
}

HPDF_Date hpdf_date(Date date) {
  HPDF_Date out{};
  out.year = static_cast<HPDF_INT>(static_cast<int>(date.year()));
  out.month = static_cast<HPDF_INT>(static_cast<unsigned>(date.month()));
  out.day = static_cast<HPDF_INT>(static_cast<unsigned>(date.day()));
  out.hour = 9;
  out.ind = ' ';
  return out;
}

}  // namespace

struct PdfCanvas::State {
  HPDF_STATUS failed = HPDF_OK;
  std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, void (*)(HPDF_Doc)> document{nullptr, HPDF_Free};
  std::array<HPDF_Font, 6> fonts{};
  std::vector<HPDF_Page> pages;
  HPDF_Page page = nullptr;

  static void note_error(HPDF_STATUS error, HPDF_STATUS, void* user) {
    auto& failed = *static_cast<HPDF_STATUS*>(user);
    if (failed == HPDF_OK) failed = error;
  }

  void use(const Pen& pen) const {
    static constexpr std::array<HPDF_UINT16, 1> dashes = {3};
    HPDF_Page_SetLineWidth(page, to_points(pen.width_mm));
    HPDF_Page_SetRGBStroke(page, pen.color.red, pen.color.green, pen.color.blue);
    HPDF_Page_SetDash(page, pen.dashed ? dashes.data() : nullptr, pen.dashed ? 1 : 0, 0);
  }

  void path(const std::vector<Point>& corners) const {
    for (std::size_t i = 0; i < corners.size(); ++i) {
      const float x = to_points(corners[i].x);
      const float y = to_points(page_height_mm - corners[i].y);
      i == 0 ? HPDF_Page_MoveTo(page, x, y) : HPDF_Page_LineTo(page, x, y);
    }
  }

  // Makes the style current, and tells how wide encoded text is in it.
  float measure(const std::string& encoded, const TextStyle& style) const {
    HPDF_Page_SetFontAndSize(page, fonts.at(static_cast<std::size_t>(style.face)), style.size_pt);
    return HPDF_Page_TextWidth(page, encoded.c_str()) / points_per_mm;
  }
};

PdfCanvas::PdfCanvas(const std::string& title, Date date) : state_(std::make_unique<State>()) {
  state_->document.reset(HPDF_New(State::note_error, &state_->failed));
  HPDF_Doc document = state_->document.get();
  HPDF_SetCompressionMode(document, HPDF_COMP_ALL);
  HPDF_SetInfoAttr(document, HPDF_INFO_TITLE, to_windows_1252(title).c_str());
  HPDF_SetInfoDateAttr(document, HPDF_INFO_CREATION_DATE, hpdf_date(date));
  static constexpr std::array names = {"Helvetica",   "Helvetica-Bold", "Helvetica-Oblique",
                                       "Times-Roman", "Times-Bold",     "Courier"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    state_->fonts.at(i) = HPDF_GetFont(document, names.at(i), "WinAnsiEncoding");
  }
  add_page();
}

PdfCanvas::~PdfCanvas() = default;

void PdfCanvas::add_page() {
  state_->page = HPDF_AddPage(state_->document.get());
  HPDF_Page_SetSize(state_->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
  state_->pages.push_back(state_->page);
}

std::size_t PdfCanvas::page_count() const {
  return state_->pages.size();
}

void PdfCanvas::turn_to(std::size_t index) {
  state_->page = state_->pages.at(index);
}

void PdfCanvas::text(Point at, std::string_view text, const TextStyle& style) {
  const std::string encoded = to_windows_1252(text);
  state_->measure(encoded, style);
  HPDF_Page_SetRGBFill(state_->page, style.color.red, style.color.green, style.color.blue);
  HPDF_Page_BeginText(state_->page);
  HPDF_Page_TextOut(state_->page, to_points(at.x), to_points(page_height_mm - at.y),
                    encoded.c_str());
  HPDF_Page_EndText(state_->page);
}

void PdfCanvas::text_right(Point at, std::string_view text, const TextStyle& style) {
  this->text({at.x - width_mm(text, style), at.y}, text, style);
}

float PdfCanvas::width_mm(std::string_view text, const TextStyle& style) {
  return state_->measure(to_windows_1252(text), style);
}

std::vector<std::string> PdfCanvas::wrap(std::string_view text, const TextStyle& style,
                                         float width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    const std::string word(text.substr(0, end));
    std::string longer = line;
    if (!longer.empty()) longer += ' ';
    longer += word;
    if (line.empty() || width_mm(longer, style) <= width) {
      line = std::move(longer);
    } else {
      lines.push_back(line);
      line = word;
    }
    if (end < text.size() && text[end] == '\n') {
      lines.push_back(line);
      line.clear();
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

void PdfCanvas::line(Point from, Point to, const Pen& pen) {
  state_->use(pen);
  state_->path({from, to});
  HPDF_Page_Stroke(state_->page);
}

void PdfCanvas::polygon(const std::vector<Point>& corners, const Pen& pen) {
  state_->use(pen);
  state_->path(corners);
  HPDF_Page_ClosePathStroke(state_->page);
}

void PdfCanvas::filled_polygon(const std::vector<Point>& corners, Color color) {
  HPDF_Page_SetRGBFill(state_->page, color.red, color.green, color.blue);
  state_->path(corners);
  HPDF_Page_ClosePath(state_->page);
  HPDF_Page_Fill(state_->page);
}

void PdfCanvas::curve(const std::vector<Point>& points, const Pen& pen) {
  if (points.size() < 2) return;
  state_->use(pen);
  HPDF_Page_SetLineCap(state_->page, HPDF_ROUND_END);
  state_->path({points.front()});
  // Catmull-Rom: each piece's control points follow from its neighbours.
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Point before = points[i == 0 ? 0 : i - 1];
    const Point from = points[i];
    const Point to = points[i + 1];
    const Point after = points[std::min(i + 2, points.size() - 1)];
    const auto y = [](float down) { return to_points(page_height_mm - down); };
    HPDF_Page_CurveTo(state_->page, to_points(from.x + (to.x - before.x) / 6),
                      y(from.y + (to.y - before.y) / 6), to_points(to.x - (after.x - from.x) / 6),
                      y(to.y - (after.y - from.y) / 6), to_points(to.x), y(to.y));
  }
  HPDF_Page_Stroke(state_->page);
}

void PdfCanvas::begin_turned(Point centre, float degrees) {
  const float angle = degrees * std::numbers::pi_v<float> / 180;
  const float sine = std::sin(angle);
  const float cosine = std::cos(angle);
  const float x = to_points(centre.x);
  const float y = to_points(page_height_mm - centre.y);
  HPDF_Page_GSave(state_->page);
  HPDF_Page_Concat(state_->page, cosine, sine, -sine, cosine, x - cosine * x + sine * y,
                   y - sine * x - cosine * y);
}

void PdfCanvas::end_turned() {
  HPDF_Page_GRestore(state_->page);
}

Result<std::string> PdfCanvas::bytes() {
  HPDF_SaveToStream(state_->document.get());
  std::string bytes(HPDF_GetStreamSize(state_->document.get()), '\0');
  auto size = static_cast<HPDF_UINT32>(bytes.size());
  HPDF_ReadFromStream(state_->document.get(), reinterpret_cast<HPDF_BYTE*>(bytes.data()), &size);
  const HPDF_STATUS failed = state_->failed;
  if (failed != HPDF_OK && failed != HPDF_STREAM_EOF) {
    return fail(operator_error(ErrorCode::internal, "libharu error " + std::to_string(failed)));
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace dms::demo
