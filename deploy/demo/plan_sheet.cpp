#include "deploy/demo/plan_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "deploy/demo/pdf_canvas.h"

namespace dms::demo {

namespace {

constexpr Point drawing_corner{20, 20};
constexpr float drawing_width_mm = 170;
constexpr float drawing_height_mm = 200;

struct PartStyle {
  PlanPart part;
  bool filled;
  Color fill;
  Pen pen;
};

// In the order in which they are drawn.
constexpr std::array part_styles = {
    PartStyle{PlanPart::green, true, {0.86F, 0.93F, 0.82F}, {0.15F, {0.3F, 0.5F, 0.25F}, true}},
    PartStyle{PlanPart::road, true, {0.93F, 0.91F, 0.86F}, {0.15F, {0.5F, 0.5F, 0.5F}}},
    PartStyle{PlanPart::water, true, {0.80F, 0.89F, 0.96F}, {0.25F, {0.2F, 0.45F, 0.7F}}},
    PartStyle{PlanPart::parcel, false, {}, {0.2F, {0.25F, 0.25F, 0.25F}}},
    PartStyle{PlanPart::building, true, {0.80F, 0.80F, 0.80F}, {0.25F, {0.2F, 0.2F, 0.2F}}},
    PartStyle{PlanPart::planned, true, {0.96F, 0.78F, 0.74F}, {0.4F, {0.75F, 0.12F, 0.1F}}},
    PartStyle{PlanPart::limit, false, {}, {0.7F, {0.1F, 0.1F, 0.1F}, true}},
};

// From the drawing's own units to the page.
class Projection {
 public:
  explicit Projection(const PlanScript& plan) {
    Point largest{1, 1};
    for (const PlanArea& area : plan.areas) {
      for (const Point corner : area.corners) {
        largest = {std::max(largest.x, corner.x), std::max(largest.y, corner.y)};
      }
    }
    factor_ = std::min((drawing_width_mm - 10) / largest.x, (drawing_height_mm - 30) / largest.y);
    corner_ = {drawing_corner.x + (drawing_width_mm - factor_ * largest.x) / 2,
               drawing_corner.y + 20 + (drawing_height_mm - 30 - factor_ * largest.y) / 2};
  }
  Point operator()(Point corner) const {
    return {corner_.x + factor_ * corner.x, corner_.y + factor_ * corner.y};
  }

 private:
  float factor_ = 1;
  Point corner_;
};

struct Label {
  Point centre;
  float width_mm = 0;  // of the area
  std::string text;
};

Label label_of(const PlanArea& area, const std::vector<Point>& corners, const Projection& project) {
  Point sum{};
  float left = corners.front().x;
  float right = left;
  for (const Point corner : corners) {
    sum = {sum.x + corner.x, sum.y + corner.y};
    left = std::min(left, corner.x);
    right = std::max(right, corner.x);
  }
  const auto count = static_cast<float>(corners.size());
  const Point centre{sum.x / count, sum.y / count};
  return {area.label_at ? project(*area.label_at) : centre, std::max(right - left, 12.0F),
          area.label};
}

void draw_label(PdfCanvas& canvas, const Label& label) {
  const TextStyle style{Face::sans, 8};
  const auto lines = canvas.wrap(label.text, style, label.width_mm - 1);
  float y = label.centre.y + 1 - 1.8F * static_cast<float>(lines.size() - 1);
  for (const std::string& line : lines) {
    canvas.text({label.centre.x - canvas.width_mm(line, style) / 2, y}, line, style);
    y += 3.6F;
  }
}

void draw_areas(PdfCanvas& canvas, const PlanScript& plan) {
  const Projection project(plan);
  std::vector<Label> labels;
  for (const PartStyle& style : part_styles) {
    for (const PlanArea& area : plan.areas) {
      if (area.part != style.part || area.corners.size() < 3) continue;
      std::vector<Point> corners;
      std::transform(area.corners.begin(), area.corners.end(), std::back_inserter(corners),
                     project);
      if (style.filled) canvas.filled_polygon(corners, style.fill);
      canvas.polygon(corners, style.pen);
      if (!area.label.empty()) labels.push_back(label_of(area, corners, project));
    }
  }
  for (const Label& label : labels) draw_label(canvas, label);
}

void draw_north_arrow(PdfCanvas& canvas) {
  const Point foot{182, 44};
  canvas.filled_polygon({{foot.x, foot.y - 16}, {foot.x - 3, foot.y}, {foot.x, foot.y - 3}},
                        {0.1F, 0.1F, 0.1F});
  canvas.polygon({{foot.x, foot.y - 16}, {foot.x + 3, foot.y}, {foot.x, foot.y - 3}}, {0.25F});
  canvas.text({foot.x - 1.2F, foot.y - 17.5F}, "N", {Face::sans_bold, 10});
}

void draw_title_block(PdfCanvas& canvas, const Sheet& sheet, const PlanScript& plan) {
  const float top = drawing_corner.y + drawing_height_mm;
  const float right = drawing_corner.x + drawing_width_mm;
  canvas.polygon({{drawing_corner.x, top}, {right, top}, {right, 282}, {drawing_corner.x, 282}},
                 {0.35F});
  canvas.line({115, top}, {115, 282}, {0.25F});
  const TextStyle small{Face::sans, 8};
  float y = top + 7;
  for (const std::string& line : canvas.wrap(sheet.subject, {Face::sans_bold, 11}, 85)) {
    canvas.text({drawing_corner.x + 3, y}, line, {Face::sans_bold, 11});
    y += 5;
  }
  for (const ReferenceLine& line : sheet.references) {
    canvas.text({drawing_corner.x + 3, y + 2}, line.label + ": " + line.value, small);
    y += 4.2F;
  }
  canvas.text({drawing_corner.x + 3, y + 2}, "Maßstab " + plan.scale, small);
  canvas.text({drawing_corner.x + 3, y + 6.2F}, sheet.sender.name + " · " + german_date(sheet.date),
              small);
  canvas.text({118, top + 7}, "Zeichenerklärung", {Face::sans_bold, 9});
  float legend_y = top + 12;
  for (const std::string& line : plan.legend) {
    canvas.text({118, legend_y}, line, small);
    legend_y += 4.2F;
  }
}

}  // namespace

Result<std::string> render_plan(const Sheet& sheet, const PlanScript& plan) {
  PdfCanvas canvas(sheet.subject, sheet.date);
  const float right = drawing_corner.x + drawing_width_mm;
  const float bottom = drawing_corner.y + drawing_height_mm;
  draw_areas(canvas, plan);
  canvas.polygon(
      {drawing_corner, {right, drawing_corner.y}, {right, bottom}, {drawing_corner.x, bottom}},
      {0.5F});
  draw_north_arrow(canvas);
  draw_title_block(canvas, sheet, plan);
  return canvas.bytes();
}

}  // namespace dms::demo
