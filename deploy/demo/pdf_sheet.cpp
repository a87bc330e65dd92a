#include <fmt/format.h>

#include <array>
#include <cmath>

#include "deploy/demo/calendar.h"
#include "deploy/demo/pdf_canvas.h"
#include "deploy/demo/pdf_flow.h"
#include "deploy/demo/render.h"

namespace dms::demo {

namespace {

constexpr Color grey{0.35F, 0.37F, 0.40F};
constexpr Color town_blue{0.10F, 0.26F, 0.50F};
constexpr Color authority_green{0.09F, 0.36F, 0.27F};
constexpr Color company_red{0.55F, 0.16F, 0.12F};
constexpr Color stamp_red{0.72F, 0.12F, 0.14F};
constexpr Color white{1, 1, 1};
constexpr std::string_view extract_title = "Auszug aus der Niederschrift";
constexpr float right_edge_mm = page_width_mm - margin_right_mm;

Color color_of(Stationery stationery) {
  switch (stationery) {
    case Stationery::municipality:
      return town_blue;
    case Stationery::authority:
      return authority_green;
    case Stationery::company:
      return company_red;
    case Stationery::person:
      return {};
  }
  return {};
}

std::vector<Point> box(Point corner, float width, float height) {
  return {corner,
          {corner.x + width, corner.y},
          {corner.x + width, corner.y + height},
          {corner.x, corner.y + height}};
}

// The town's arms: a mill wheel above a brook.
void draw_arms(PdfCanvas& canvas, Point top, float width) {
  const float w = width;
  const auto at = [top, w](float x, float y) { return Point{top.x + x * w, top.y + y * w}; };
  canvas.filled_polygon({at(0, 0), at(1, 0), at(1, 0.7F), at(0.9F, 0.92F), at(0.72F, 1.07F),
                         at(0.5F, 1.2F), at(0.28F, 1.07F), at(0.1F, 0.92F), at(0, 0.7F)},
                        town_blue);
  const Pen pen{0.05F * w, white};
  std::vector<Point> wheel;
  static constexpr std::array unit = {
      Point{1, 0},  Point{0.71F, 0.71F},   Point{0, 1},  Point{-0.71F, 0.71F},
      Point{-1, 0}, Point{-0.71F, -0.71F}, Point{0, -1}, Point{0.71F, -0.71F}};
  for (std::size_t i = 0; i <= unit.size(); ++i) {
    const Point spoke = unit.at(i % unit.size());
    wheel.push_back(at(0.5F + 0.26F * spoke.x, 0.4F + 0.26F * spoke.y));
    if (i < 4) {
      canvas.line(at(0.5F - 0.26F * spoke.x, 0.4F - 0.26F * spoke.y), wheel.back(), pen);
    }
  }
  canvas.curve(wheel, pen);
  for (const float y : {0.78F, 0.9F}) {
    canvas.curve(
        {at(0.16F, y), at(0.33F, y - 0.05F), at(0.5F, y), at(0.67F, y + 0.05F), at(0.84F, y)}, pen);
  }
}

void draw_letterhead(PdfCanvas& canvas, const Correspondent& sender) {
  const Color color = color_of(sender.stationery);
  if (sender.stationery == Stationery::person) {
    const TextStyle style{Face::serif, 11};
    canvas.text({margin_left_mm, 22}, sender.name, {Face::serif_bold, 13});
    canvas.text({margin_left_mm, 28}, sender.street, style);
    canvas.text({margin_left_mm, 33}, sender.place, style);
    if (!sender.phone.empty()) canvas.text({margin_left_mm, 38}, "Tel. " + sender.phone, style);
    return;
  }
  if (sender.stationery == Stationery::municipality) {
    draw_arms(canvas, {right_edge_mm - 15, 12}, 15);
  } else if (sender.stationery == Stationery::company) {
    canvas.filled_polygon(box({0, 0}, page_width_mm, 5), color);
  }
  canvas.text({margin_left_mm, 22}, sender.name, {Face::sans_bold, 17, color});
  canvas.text({margin_left_mm, 28}, sender.unit, {Face::sans, 10, grey});
  if (sender.stationery != Stationery::company) {
    canvas.line({margin_left_mm, 33}, {right_edge_mm, 33}, {0.4F, color});
  }
}

void draw_foot(PdfCanvas& canvas, const Correspondent& sender) {
  if (sender.foot.empty()) return;
  const TextStyle style{Face::sans, 7, grey};
  canvas.line({margin_left_mm, 271}, {right_edge_mm, 271}, {0.25F, color_of(sender.stationery)});
  const float width = text_width_mm / static_cast<float>(sender.foot.size());
  float x = margin_left_mm;
  for (const std::string& column : sender.foot) {
    float y = 275;
    for (const std::string& line : canvas.wrap(column, style, width - 3)) {
      canvas.text({x, y}, line, style);
      y += 3.2F;
    }
    x += width;
  }
}

// Where a letter is folded and punched.
void draw_marks(PdfCanvas& canvas) {
  const Pen pen{0.15F, grey};
  canvas.line({3, 105}, {8, 105}, pen);
  canvas.line({3, 148.5F}, {6, 148.5F}, pen);
  canvas.line({3, 210}, {8, 210}, pen);
}

void draw_receipt_stamp(PdfCanvas& canvas, Point corner, const Sheet& sheet) {
  if (!sheet.received) return;
  canvas.begin_turned({corner.x + 21, corner.y + 8}, 2.5F);
  canvas.polygon(box(corner, 42, 16), {0.5F, stamp_red});
  canvas.text({corner.x + 3, corner.y + 5}, "EINGEGANGEN", {Face::sans_bold, 9, stamp_red});
  canvas.text({corner.x + 3, corner.y + 9.6F}, german_date(*sheet.received),
              {Face::sans_bold, 9, stamp_red});
  canvas.text({corner.x + 3, corner.y + 13.8F}, sheet.recipient ? sheet.recipient->name : "",
              {Face::sans, 8, stamp_red});
  canvas.end_turned();
}

void draw_address(PdfCanvas& canvas, const Sheet& sheet) {
  if (sheet.sender.stationery != Stationery::person) {
    const std::string line =
        fmt::format("{} · {} · {}", sheet.sender.name, sheet.sender.street, sheet.sender.place);
    canvas.text({margin_left_mm, 50}, line, {Face::sans, 7, grey});
    canvas.line({margin_left_mm, 51}, {margin_left_mm + 80, 51}, {0.1F, grey});
  }
  if (!sheet.recipient) return;
  const Correspondent& to = *sheet.recipient;
  const Face face = sheet.sender.stationery == Stationery::person ? Face::serif : Face::sans;
  float y = 58;
  for (const std::string& line : {to.name, to.unit, to.street, to.place}) {
    if (line.empty()) continue;
    canvas.text({margin_left_mm, y}, line, {face, 10.5F});
    y += 5;
  }
}

void draw_reference_block(PdfCanvas& canvas, const Sheet& sheet) {
  float y = 50;
  for (const ReferenceLine& line : sheet.references) {
    canvas.text({125, y}, line.label, {Face::sans, 7.5F, grey});
    canvas.text({150, y}, line.value, {Face::sans, 8.5F});
    y += 4.6F;
  }
  canvas.text({125, y}, "Datum", {Face::sans, 7.5F, grey});
  canvas.text({150, y}, german_date(sheet.date), {Face::sans, 8.5F});
}

FlowStyle style_of(const Sheet& sheet) {
  FlowStyle style;
  if (sheet.sender.stationery == Stationery::person) {
    style.regular = {Face::serif, 11.5F};
    style.bold = {Face::serif_bold, 11.5F};
  }
  style.page_head = sheet.sender.name + " · " + german_date(sheet.date);
  return style;
}

void draw_letter(PdfCanvas& canvas, const Sheet& sheet) {
  const bool by_person = sheet.sender.stationery == Stationery::person;
  draw_letterhead(canvas, sheet.sender);
  draw_address(canvas, sheet);
  draw_marks(canvas);
  const FlowStyle style = style_of(sheet);
  if (by_person) {
    const auto space = sheet.sender.place.find(' ');
    canvas.text_right({right_edge_mm, 92},
                      sheet.sender.place.substr(space + 1) + ", " + german_date(sheet.date),
                      style.regular);
  } else {
    draw_reference_block(canvas, sheet);
  }
  draw_receipt_stamp(canvas, {78, 78}, sheet);
  PdfFlow flow(canvas, style, 104);
  flow.write(sheet.subject, {style.bold.face, style.bold.size_pt + 0.5F});
  flow.skip(style.line_mm);
  if (by_person && !sheet.references.empty()) {
    flow.write(sheet.references);
    flow.skip(style.line_mm);
  }
  if (!sheet.greeting.empty()) {
    flow.write(sheet.greeting, style.regular);
    flow.skip(style.line_mm / 2);
  }
  flow.write(sheet.body);
  flow.write(sheet.signature);
  for (std::size_t page = 0; page < canvas.page_count(); ++page) {
    canvas.turn_to(page);
    draw_foot(canvas, sheet.sender);
  }
}

// Notes, forms and tables: a head, a title, facts, text.
void draw_record(PdfCanvas& canvas, const Sheet& sheet) {
  const FlowStyle style = style_of(sheet);
  const Color color = color_of(sheet.sender.stationery);
  canvas.text({margin_left_mm, 20}, sheet.sender.name, {Face::sans_bold, 11, color});
  canvas.text({margin_left_mm, 25}, sheet.sender.unit, {Face::sans, 9.5F, grey});
  canvas.text_right({right_edge_mm, 20}, german_date(sheet.date), {Face::sans, 9.5F});
  canvas.line({margin_left_mm, 28}, {right_edge_mm, 28}, {0.3F, color});
  draw_receipt_stamp(canvas, {144, 31}, sheet);
  PdfFlow flow(canvas, style, 38);
  if (sheet.layout == SheetLayout::note) {
    flow.write("Vermerk", {Face::sans_bold, 15});
    flow.skip(2);
  }
  flow.write(sheet.references);
  flow.skip(5);
  flow.write(sheet.subject, {style.bold.face, style.bold.size_pt + 2});
  flow.skip(style.line_mm);
  flow.write(sheet.body);
  flow.write(sheet.signature);
}

void draw_seal(PdfCanvas& canvas, Point centre) {
  const Pen pen{0.4F, town_blue};
  for (const float radius : {13.0F, 8.5F}) {
    std::vector<Point> circle;
    for (int i = 0; i <= 36; ++i) {
      const float angle = static_cast<float>(i) * 0.17453F;
      circle.push_back({centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)});
    }
    canvas.curve(circle, pen);
  }
  draw_arms(canvas, {centre.x - 4, centre.y - 5}, 8);
  canvas.text({centre.x - 6.4F, centre.y - 9.4F}, "GEMEINDE", {Face::sans_bold, 6, town_blue});
  canvas.text({centre.x - 8.2F, centre.y + 11.2F}, "MUSTERBACH", {Face::sans_bold, 6, town_blue});
}

void draw_extract(PdfCanvas& canvas, const Sheet& sheet) {
  const FlowStyle style = style_of(sheet);
  draw_arms(canvas, {margin_left_mm, 14}, 12);
  canvas.text({margin_left_mm + 18, 20}, sheet.sender.name, {Face::sans_bold, 13, town_blue});
  canvas.text({margin_left_mm + 18, 26}, sheet.sender.unit, {Face::sans, 10, grey});
  canvas.line({margin_left_mm, 33}, {right_edge_mm, 33}, {0.4F, town_blue});
  PdfFlow flow(canvas, style, 44);
  flow.write(extract_title, {Face::sans_bold, 16});
  flow.skip(3);
  flow.write(sheet.references);
  flow.skip(style.line_mm);
  // The title says what it is already.
  const std::string_view subject = sheet.subject;
  const auto colon = subject.starts_with(extract_title) ? subject.find(": ") : std::string::npos;
  flow.write(colon == std::string::npos ? subject : subject.substr(colon + 2),
             {style.bold.face, style.bold.size_pt + 1});
  flow.skip(style.line_mm / 2);
  flow.write(sheet.body);
  flow.keep_together(40);
  flow.write(sheet.signature);
  if (sheet.signature.given) draw_seal(canvas, {150, flow.y_mm() - 12});
}

}  // namespace

Result<std::string> render_pdf(const Sheet& sheet) {
  PdfCanvas canvas(sheet.subject, sheet.date);
  switch (sheet.layout) {
    case SheetLayout::letter:
      draw_letter(canvas, sheet);
      break;
    case SheetLayout::extract:
      draw_extract(canvas, sheet);
      break;
    case SheetLayout::note:
    case SheetLayout::record:
      draw_record(canvas, sheet);
      break;
  }
  return canvas.bytes();
}

}  // namespace dms::demo
