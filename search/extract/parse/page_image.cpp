#include "search/extract/parse/page_image.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "search/extract/parse/detect.h"
#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/picture.h"
#include "search/extract/parse/tool_output.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

// Letters stay sharp, photographs small.
constexpr int jpeg_quality = 80;
constexpr std::size_t messages_bytes_max = 16U << 10U;
// A PDF counts in 72nds of an inch; a scan that does not say how large its paper was is taken for a
// sheet of A4, by its longer side.
constexpr double points_an_inch = 72.0;
constexpr double usual_side_points = 842.0;
constexpr double points_min = 3.0;
constexpr double points_max = 14'400.0;
constexpr int dots_min = 60;
constexpr int dots_max = 2400;

struct MemoryCloser {
  void operator()(l_uint8* memory) const { std::free(memory); }
};

struct Jpeg {
  Cause cause = Cause::none;
  std::string bytes;
  int width = 0;  // pixels
  int height = 0;
  double paper_width = 0;  // points
  double paper_height = 0;
  bool grey = false;
};

double paper_side(int pixels, int dots, int longer_side) {
  const bool is_told = dots >= dots_min && dots <= dots_max;
  const double points = is_told ? pixels * points_an_inch / dots
                                : pixels * usual_side_points / std::max(longer_side, 1);
  return std::clamp(points, points_min, points_max);
}

Jpeg make_jpeg(LoadedPicture loaded, std::uint32_t side_max) {
  if (loaded.cause != Cause::none) return {loaded.cause, {}};
  Picture picture = std::move(loaded.pixels);
  const int across = ::pixGetXRes(picture.get());
  const int down = ::pixGetYRes(picture.get());
  // What is transparent was meant to lie on paper.
  replace(picture, ::pixRemoveAlpha(picture.get()));
  replace(picture, ::pixRemoveColormap(picture.get(), REMOVE_CMAP_BASED_ON_SRC));
  int width = ::pixGetWidth(picture.get());
  int height = ::pixGetHeight(picture.get());
  const int longer = std::max(width, height);
  Jpeg jpeg;
  jpeg.paper_width = paper_side(width, across, longer);
  jpeg.paper_height = paper_side(height, down, longer);
  const double scale = std::min(1.0, static_cast<double>(side_max) / std::max(longer, 1));
  // A fax has other numbers of dots across than down: its pixels are made square.
  const double wanted_width = std::max(1.0, width * scale);
  const double wanted_height = std::max(1.0, wanted_width * jpeg.paper_height / jpeg.paper_width);
  if (::pixGetDepth(picture.get()) == 1) {
    replace(picture, ::pixScaleToGray(picture.get(),
                                      std::min(1.0F, static_cast<float>(wanted_width / width))));
  } else if (::pixGetDepth(picture.get()) != 32) {
    replace(picture, ::pixConvertTo8(picture.get(), 0));
  }
  width = ::pixGetWidth(picture.get());
  height = ::pixGetHeight(picture.get());
  const auto factor = [](double wanted, int is) {
    return static_cast<float>(std::max(wanted / std::max(is, 1), 1e-4));
  };
  if (width > wanted_width + 1 || height > wanted_height + 1 || height < wanted_height - 1) {
    replace(picture, ::pixScale(picture.get(), factor(wanted_width, width),
                                factor(std::min<double>(wanted_height, side_max), height)));
  }
  set_upright(picture, loaded.orientation);
  jpeg.width = ::pixGetWidth(picture.get());
  jpeg.height = ::pixGetHeight(picture.get());
  if (loaded.orientation > 4) std::swap(jpeg.paper_width, jpeg.paper_height);
  if (std::max(jpeg.width, jpeg.height) > static_cast<int>(side_max) + 2) {
    return {Cause::picture_too_large, {}};
  }
  jpeg.grey = ::pixGetDepth(picture.get()) == 8;
  l_uint8* memory = nullptr;
  std::size_t size = 0;
  const bool failed =
      ::pixWriteMemJpeg(&memory, &size, picture.get(), jpeg_quality, 0) != 0 || memory == nullptr;
  const std::unique_ptr<l_uint8, MemoryCloser> owned(memory);
  if (failed) return {Cause::out_of_memory, {}};
  jpeg.bytes.assign(reinterpret_cast<const char*>(memory), size);
  return jpeg;
}

// ISO 32000-1, 7.5: the objects one behind the other, then the table of where they begin.
class PdfWriter {
 public:
  PdfWriter() : pdf_("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n") {}

  std::size_t size() const { return pdf_.size(); }

  void add_page(const Jpeg& jpeg) {
    const std::string box =
        std::to_string(jpeg.paper_width) + " " + std::to_string(jpeg.paper_height);
    const std::string draw = "q " + std::to_string(jpeg.paper_width) + " 0 0 " +
                             std::to_string(jpeg.paper_height) + " 0 0 cm /P Do Q";
    const std::size_t image = begin_object();
    pdf_ += "<< /Type /XObject /Subtype /Image /Width " + std::to_string(jpeg.width) + " /Height " +
            std::to_string(jpeg.height) + " /BitsPerComponent 8 /ColorSpace " +
            (jpeg.grey ? "/DeviceGray" : "/DeviceRGB") + " /Filter /DCTDecode";
    add_stream(jpeg.bytes);
    const std::size_t content = begin_object();
    pdf_ += "<<";
    add_stream(draw);
    pages_.push_back(begin_object());
    pdf_ += "<< /Type /Page /Parent 1 0 R /MediaBox [0 0 " + box + "] /Contents " +
            reference(content) + " /Resources << /XObject << /P " + reference(image) +
            " >> >> >>\nendobj\n";
  }

  std::string finish() {
    begin_object(pages_object);
    pdf_ += "<< /Type /Pages /Count " + std::to_string(pages_.size()) + " /Kids [";
    for (const std::size_t page : pages_) pdf_ += reference(page) + " ";
    pdf_ += "] >>\nendobj\n";
    begin_object(catalog_object);
    pdf_ += "<< /Type /Catalog /Pages 1 0 R >>\nendobj\n";
    const std::size_t table = pdf_.size();
    pdf_ += "xref\n0 " + std::to_string(places_.size() + 1) + "\n0000000000 65535 f \n";
    for (const std::size_t place : places_) {
      const std::string digits = std::to_string(place);
      pdf_ +=
          std::string(10 - std::min<std::size_t>(digits.size(), 10), '0') + digits + " 00000 n \n";
    }
    pdf_ += "trailer\n<< /Size " + std::to_string(places_.size() + 1) +
            " /Root 2 0 R >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
    return std::move(pdf_);
  }

 private:
  static constexpr std::size_t pages_object = 1;
  static constexpr std::size_t catalog_object = 2;

  static std::string reference(std::size_t object) { return std::to_string(object) + " 0 R"; }

  void begin_object(std::size_t number) {
    places_[number - 1] = pdf_.size();
    pdf_ += std::to_string(number) + " 0 obj\n";
  }
  std::size_t begin_object() {
    places_.push_back(0);
    begin_object(places_.size());
    return places_.size();
  }
  void add_stream(std::string_view bytes) {
    pdf_ += " /Length " + std::to_string(bytes.size()) + " >>\nstream\n";
    pdf_ += bytes;
    pdf_ += "\nendstream\nendobj\n";
  }

  std::string pdf_;
  std::vector<std::size_t> places_{0, 0};  // of object 1, 2, …
  std::vector<std::size_t> pages_;
};

void answer(const DrawnImage& image) {
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type("application/octet-stream");
  if (image.cause == Cause::none) return reply.write_content(image.bytes);
  Extraction none;
  const bool is_limit = image.cause == Cause::picture_too_large ||
                        image.cause == Cause::out_of_memory ||
                        image.cause == Cause::input_too_large;
  none.state = is_limit ? TextState::limit_exceeded : TextState::damaged;
  if (image.cause == Cause::password) none.state = TextState::encrypted;
  if (image.cause == Cause::tool_unavailable) none.state = TextState::unsupported;
  reply.write(none, image.cause);
}

Cause cause_of_messages(std::string_view messages) {
  const auto says = [&](std::string_view words) {
    return messages.find(words) != std::string_view::npos;
  };
  if (says(tool_not_started)) return Cause::tool_unavailable;
  if (says("ncorrect password")) return Cause::password;
  if (says("ut of memory") || says("bad_alloc")) return Cause::out_of_memory;
  return Cause::broken_picture;
}

DrawnImage draw_from_input(const JobRequest& request) {
  if (request.kind == JobKind::pdf_image) {
    const ToolOutput said = read_tool_output(STDIN_FILENO, tool_output_messages_descriptor,
                                             piped_bytes_max, messages_bytes_max);
    if (said.output.empty()) return {cause_of_messages(said.messages), {}};
    return make_page_image(said.output, 1, request.side_max);
  }
  std::string bytes;
  if (!read_input(request.input_bytes_max, bytes)) return {Cause::input_too_large, {}};
  if (request.kind == JobKind::picture_image) {
    return make_page_image(bytes, request.number, request.side_max);
  }
  const std::uint32_t pages = count_picture_pages(detect_type(bytes), bytes);
  return make_picture_pdf(bytes, pages, request.side_max, request.content_bytes_max);
}

void run(const JobRequest& request) {
  DrawnImage image;
  try {
    image = draw_from_input(request);
  } catch (const std::bad_alloc&) {
    image = {Cause::out_of_memory, {}};
  }
  answer(image);
}

}  // namespace

ToolCommand page_image_tool(std::uint32_t page, std::uint32_t side_max) {
  const std::string number = std::to_string(page);
  const std::string side = std::to_string(std::clamp(side_max, 1U, image_side_max));
  return {"/usr/bin/pdftoppm",
          {"-cropbox", "-f", number, "-l", number, "-scale-to", side, "-"},
          {"/usr/share/poppler", "/usr/share/fonts", "/usr/local/share/fonts",
           "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig"}};
}

DrawnImage make_page_image(std::string_view picture, std::uint32_t page, std::uint32_t side_max) {
  Jpeg jpeg = make_jpeg(load_picture(picture, page), std::clamp(side_max, 1U, image_side_max));
  return {jpeg.cause, std::move(jpeg.bytes)};
}

DrawnImage make_picture_pdf(std::string_view picture, std::uint32_t pages, std::uint32_t side_max,
                            std::size_t bytes_max) {
  if (pages == 0) return {Cause::broken_picture, {}};
  PdfWriter writer;
  for (std::uint32_t page = 1; page <= pages; ++page) {
    const Jpeg jpeg =
        make_jpeg(load_picture(picture, page), std::clamp(side_max, 1U, image_side_max));
    if (jpeg.cause != Cause::none) return {jpeg.cause, {}};
    writer.add_page(jpeg);
    if (writer.size() > bytes_max) return {Cause::picture_too_large, {}};
  }
  return {Cause::none, writer.finish()};
}

void run_image_stage(const JobRequest& request) {
  run(request);
}

void run_picture_pdf_job(const JobRequest& request) {
  run(request);
}

}  // namespace dms::search::extract
