#include <hpdf.h>
#include <iconv.h>

#include <memory>

#include "deploy/demo/letter.h"

namespace dms::demo {

namespace {

constexpr float margin_pt = 70;
constexpr float line_height_pt = 15;
constexpr float font_size_pt = 11;
constexpr float page_width_pt = 595;  // A4
constexpr float first_line_pt = 760;
constexpr float last_line_pt = 70;

// libharu's standard fonts take Windows-1252.
std::string to_windows_1252(const std::string& text) {
  const std::unique_ptr<void, int (*)(void*)> converter(iconv_open("CP1252//TRANSLIT", "UTF-8"),
                                                        iconv_close);
  std::string out(text.size() * 2, '\0');
  std::string in = text;
  char* from = in.data();
  char* to = out.data();
  std::size_t from_left = in.size();
  std::size_t to_left = out.size();
  iconv(converter.get(), &from, &from_left, &to, &to_left);
  out.resize(out.size() - to_left);
  return out;
}

// Writes lines one below the other, on as many pages as it takes.
class Typesetter {
 public:
  explicit Typesetter(HPDF_Doc document)
      : document_(document), font_(HPDF_GetFont(document, "Helvetica", "WinAnsiEncoding")) {
    begin_page();
  }

  void write(const std::string& text) {
    std::string line;
    std::size_t begin = 0;
    const std::string encoded = to_windows_1252(text);
    while (begin < encoded.size()) {
      auto end = encoded.find(' ', begin);
      if (end == std::string::npos) end = encoded.size();
      const std::string longer = line.empty() ? encoded.substr(begin, end - begin)
                                              : line + " " + encoded.substr(begin, end - begin);
      if (HPDF_Page_TextWidth(page_, longer.c_str()) > page_width_pt - 2 * margin_pt) {
        write_line(line);
        line = encoded.substr(begin, end - begin);
      } else {
        line = longer;
      }
      begin = end + 1;
    }
    write_line(line);
  }

  void skip(int lines) { y_ -= line_height_pt * static_cast<float>(lines); }

 private:
  void begin_page() {
    page_ = HPDF_AddPage(document_);
    HPDF_Page_SetSize(page_, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
    HPDF_Page_SetFontAndSize(page_, font_, font_size_pt);
    y_ = first_line_pt;
  }

  void write_line(const std::string& line) {
    if (y_ < last_line_pt) begin_page();
    HPDF_Page_BeginText(page_);
    HPDF_Page_TextOut(page_, margin_pt, y_, line.c_str());
    HPDF_Page_EndText(page_);
    y_ -= line_height_pt;
  }

  HPDF_Doc document_;
  HPDF_Font font_;
  HPDF_Page page_ = nullptr;
  float y_ = 0;
};

}  // namespace

Result<std::string> render_pdf(const Letter& letter) {
  HPDF_STATUS failed = HPDF_OK;
  const auto note_error = [](HPDF_STATUS error, HPDF_STATUS, void* user) {
    *static_cast<HPDF_STATUS*>(user) = error;
  };
  const std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, void (*)(HPDF_Doc)> document(
      HPDF_New(note_error, &failed), HPDF_Free);
  HPDF_SetCompressionMode(document.get(), HPDF_COMP_ALL);
  HPDF_SetInfoAttr(document.get(), HPDF_INFO_TITLE, to_windows_1252(letter.subject).c_str());
  Typesetter page(document.get());
  page.write(letter.sender);
  page.skip(2);
  page.write(letter.recipient);
  page.skip(2);
  page.write(german_date(letter.date));
  page.skip(1);
  page.write(letter.subject);
  page.skip(1);
  for (const std::string& paragraph : letter.paragraphs) {
    page.write(paragraph);
    page.skip(1);
  }
  HPDF_SaveToStream(document.get());
  std::string bytes(HPDF_GetStreamSize(document.get()), '\0');
  auto size = static_cast<HPDF_UINT32>(bytes.size());
  HPDF_ReadFromStream(document.get(), reinterpret_cast<HPDF_BYTE*>(bytes.data()), &size);
  if (failed != HPDF_OK && failed != HPDF_STREAM_EOF) {
    return fail(operator_error(ErrorCode::internal, "libharu error " + std::to_string(failed)));
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace dms::demo
