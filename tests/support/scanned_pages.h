#pragma once

// Scans, as a copier makes them: pages of text drawn by poppler, kept as pictures only.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dms::test {

// A page's picture as a PGM (netpbm, "P5").
using PageImage = std::string;

// The lines on a page of A4 in a plain type of `points`; UTF-8 within Latin-1. Empty where poppler
// cannot be run.
PageImage draw_page(const std::vector<std::string>& lines, int points = 12, int dots = 200);
// Turned clockwise by 90, 180 or 270 degrees.
PageImage turned(const PageImage& page, int degrees);

std::string as_png(const PageImage& page);
std::string as_jpeg(const PageImage& page);
// One file of several pages, bilevel as fax machines have them.
std::string as_tiff(const std::vector<PageImage>& pages);
// A page of a PDF: a picture (JPEG), or else text.
struct PdfPage {
  PageImage image;
  std::string text;  // Latin-1, one line
};
std::string as_pdf(const std::vector<PdfPage>& pages);

// How many of the words of `wanted` stand in `found`, each as often as it does there: 0 to 1.
double share_of_words(std::string_view wanted, std::string_view found);

// A letter of a town hall, line by line.
const std::vector<std::string>& letter_lines();

}  // namespace dms::test
