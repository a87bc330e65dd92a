#include "support/scanned_pages.h"

#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>

#include "support/temp_dir.h"

namespace dms::test {
namespace {

struct PixCloser {
  void operator()(PIX* pix) const { ::pixDestroy(&pix); }
};
using Picture = std::unique_ptr<PIX, PixCloser>;

Picture open(const PageImage& page) {
  return Picture(::pixReadMem(reinterpret_cast<const l_uint8*>(page.data()), page.size()));
}

// What one of leptonica's writers to memory makes.
template <class Write>
std::string written(Write write) {
  l_uint8* bytes = nullptr;
  std::size_t size = 0;
  const bool done = write(&bytes, &size) == 0;
  std::string result(done ? reinterpret_cast<const char*>(bytes) : "", done ? size : 0);
  std::free(bytes);
  return result;
}

// Waits for its end; what it says of our plain PDF is nothing.
void run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = -1;
  if (posix_spawn(&process, words.front().c_str(), &actions, nullptr, arguments.data(), environ) ==
      0) {
    ::waitpid(process, nullptr, 0);
  }
  posix_spawn_file_actions_destroy(&actions);
}

std::string latin_1(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80U || i + 1 == text.size()) {
      result += text[i];
    } else {
      const auto next = static_cast<unsigned char>(text[++i]);
      result += static_cast<char>((byte & 3U) << 6U | (next & 0x3fU));
    }
  }
  return result;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string stream(const std::string& dictionary, const std::string& bytes) {
  return "<<" + dictionary + "/Length " + std::to_string(bytes.size()) + ">>stream\n" + bytes +
         "\nendstream\n";
}

// Objects 1 (catalogue), 2 (pages), 3 (the type), then two or three a page.
class PdfWriter {
 public:
  std::string page_of_text(const std::string& content) {
    const std::string number = add(stream("", content));
    return add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents " + number +
               "/Resources<</Font<</F1 3 0 R>>>>>>");
  }

  std::string page_of_picture(const PageImage& image) {
    const Picture picture = open(image);
    const int width = ::pixGetWidth(picture.get());
    const int height = ::pixGetHeight(picture.get());
    const std::string bytes = as_jpeg(image);
    const std::string number =
        add(stream("/Type/XObject/Subtype/Image/Width " + std::to_string(width) + "/Height " +
                       std::to_string(height) +
                       "/ColorSpace/DeviceGray/BitsPerComponent 8"
                       "/Filter/DCTDecode",
                   bytes));
    // A4, lying where the picture does.
    const bool lying = width > height;
    const std::string size = lying ? "842 595" : "595 842";
    const std::string matrix = lying ? "842 0 0 595" : "595 0 0 842";
    const std::string content = add(stream("", "q " + matrix + " 0 0 cm /I Do Q"));
    return add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 " + size + "]/Contents " + content +
               "/Resources<</XObject<</I " + number + ">>>>>>");
  }

  std::string finish(const std::vector<std::string>& pages) {
    std::string kids;
    for (const std::string& page : pages) kids += page + " ";
    return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[" +
           kids + "]/Count " + std::to_string(pages.size()) +
           ">>endobj\n3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
           "/Encoding/WinAnsiEncoding>>endobj\n" +
           body_ + "trailer<</Root 1 0 R/Size " + std::to_string(next_) + ">>\n%%EOF\n";
  }

 private:
  // Returns how it is referred to.
  std::string add(const std::string& object) {
    const std::string number = std::to_string(next_++);
    body_ += number + " 0 obj" + object + "endobj\n";
    return number + " 0 R";
  }

  std::string body_;
  int next_ = 4;
};

}  // namespace

PageImage draw_page(const std::vector<std::string>& lines, int points, int dots) {
  std::string content = "BT /F1 " + std::to_string(points) + " Tf " +
                        std::to_string(points * 3 / 2) + " TL 60 770 Td";
  for (const std::string& line : lines) content += " (" + escaped(latin_1(line)) + ") Tj T*";
  PdfWriter writer;
  const std::string pdf = writer.finish({writer.page_of_text(content + " ET")});
  TempDir folder;
  const std::string file = folder / "page.pdf";
  std::ofstream(file, std::ios::binary) << pdf;
  const std::string drawn = folder / "page";
  // Without an extension of its own the tool adds one.
  run({"/usr/bin/pdftoppm", "-gray", "-singlefile", "-r", std::to_string(dots), file, drawn});
  std::ifstream in(drawn + ".pgm", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

PageImage turned(const PageImage& page, int degrees) {
  const Picture picture = open(page);
  const Picture made(::pixRotateOrth(picture.get(), degrees / 90));
  return written([&](l_uint8** bytes, std::size_t* size) {
    return ::pixWriteMemPnm(bytes, size, made.get());
  });
}

std::string as_png(const PageImage& page) {
  const Picture picture = open(page);
  return written([&](l_uint8** bytes, std::size_t* size) {
    return ::pixWriteMemPng(bytes, size, picture.get(), 0);
  });
}

std::string as_jpeg(const PageImage& page) {
  constexpr int quality = 75;
  const Picture picture = open(page);
  return written([&](l_uint8** bytes, std::size_t* size) {
    return ::pixWriteMemJpeg(bytes, size, picture.get(), quality, 0);
  });
}

std::string as_tiff(const std::vector<PageImage>& pages) {
  PIXA* all = ::pixaCreate(static_cast<int>(pages.size()));
  for (const PageImage& page : pages) {
    PIX* bilevel = ::pixConvertTo1(open(page).get(), 160);
    ::pixSetResolution(bilevel, 200, 200);
    ::pixaAddPix(all, bilevel, L_INSERT);
  }
  TempDir folder;
  const std::string file = folder / "pages.tif";
  std::string bytes;
  if (::pixaWriteMultipageTiff(file.c_str(), all) == 0) {
    std::size_t size = 0;
    l_uint8* read = ::l_binaryRead(file.c_str(), &size);
    bytes.assign(reinterpret_cast<const char*>(read), size);
    std::free(read);
  }
  ::pixaDestroy(&all);
  return bytes;
}

std::string as_pdf(const std::vector<PdfPage>& pages) {
  PdfWriter writer;
  std::vector<std::string> written_pages;
  for (const PdfPage& page : pages) {
    written_pages.push_back(page.image.empty() ? writer.page_of_text("BT /F1 12 Tf 72 720 Td (" +
                                                                     escaped(page.text) + ") Tj ET")
                                               : writer.page_of_picture(page.image));
  }
  return writer.finish(written_pages);
}

double share_of_words(std::string_view wanted, std::string_view found) {
  std::map<std::string, int> there;
  std::istringstream of_found{std::string(found)};
  for (std::string word; of_found >> word;) ++there[word];
  int all = 0;
  int right = 0;
  std::istringstream of_wanted{std::string(wanted)};
  for (std::string word; of_wanted >> word; ++all) right += there[word]-- > 0 ? 1 : 0;
  return all == 0 ? 1.0 : static_cast<double>(right) / all;
}

const std::vector<std::string>& letter_lines() {
  static const std::vector<std::string> lines{
      "Gemeinde Musterbach",
      "Bauamt, Rathausplatz 1, 64711 Musterbach",
      "",
      "Herrn Jürgen Großkopf, Lindenstraße 12",
      "",
      "Baugenehmigung für eine Garage, Aktenzeichen 621.41-2026/014",
      "",
      "Sehr geehrter Herr Großkopf,",
      "auf Ihren Antrag vom 18. Oktober 2026 erteilen wir Ihnen die Genehmigung,",
      "auf dem Grundstück Flurstück 117/3 eine Garage mit Abstellraum zu errichten.",
      "Die Genehmigung erlischt, wenn nicht innerhalb von drei Jahren mit der",
      "Ausführung begonnen oder die Ausführung länger als ein Jahr unterbrochen wird.",
      "",
      "Für diese Entscheidung wird eine Gebühr von 1.284,50 Euro festgesetzt. Bitte",
      "überweisen Sie den Betrag bis zum 31. Dezember 2026 unter Angabe des",
      "Kassenzeichens 4711-0815. Bei verspäteter Zahlung können Zuschläge anfallen.",
      "",
      "Die Entwässerung der Dachflächen ist an den öffentlichen Kanal anzuschließen.",
      "Vor Beginn der Erdarbeiten ist der Leitungsträger zu verständigen, damit die",
      "Lage der Versorgungsleitungen geprüft werden kann. Der Baubeginn ist der",
      "Bauaufsicht mindestens eine Woche vorher schriftlich anzuzeigen.",
      "",
      "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Widerspruch",
      "erhoben werden. Er ist schriftlich oder zur Niederschrift einzulegen.",
      "",
      "Mit freundlichen Grüßen",
      "Im Auftrag",
      "Müller-Weißenfels"};
  return lines;
}

}  // namespace dms::test
