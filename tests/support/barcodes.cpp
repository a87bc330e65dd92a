#include "support/barcodes.h"

#include <cstdlib>
#include <map>
#include <sstream>

namespace dms::test {
namespace {

// Bars and spaces by turns, 1 is wide.
const std::map<char, std::string_view>& patterns() {
  static const std::map<char, std::string_view> all{
      {'0', "000110100"}, {'1', "100100001"}, {'2', "001100001"}, {'3', "101100000"},
      {'4', "000110001"}, {'5', "100110000"}, {'6', "001110000"}, {'7', "000100101"},
      {'8', "100100100"}, {'9', "001100100"}, {'A', "100001001"}, {'B', "001001001"},
      {'C', "101001000"}, {'D', "000011001"}, {'E', "100011000"}, {'F', "001011000"},
      {'G', "000001101"}, {'H', "100001100"}, {'I', "001001100"}, {'J', "000011100"},
      {'K', "100000011"}, {'L', "001000011"}, {'M', "101000010"}, {'N', "000010011"},
      {'O', "100010010"}, {'P', "001010010"}, {'Q', "000000111"}, {'R', "100000110"},
      {'S', "001000110"}, {'T', "000010110"}, {'U', "110000001"}, {'V', "011000001"},
      {'W', "111000000"}, {'X', "010010001"}, {'Y', "110010000"}, {'Z', "011010000"},
      {'-', "010000101"}, {'.', "110000100"}, {' ', "011000100"}, {'$', "010101000"},
      {'/', "010100010"}, {'+', "010001010"}, {'%', "000101010"}, {'*', "010010100"}};
  return all;
}

}  // namespace

Modules code_39(std::string_view text) {
  std::string row;
  for (const char c : "*" + std::string(text) + "*") {
    const auto found = patterns().find(c);
    if (found == patterns().end()) std::abort();
    char shade = '#';
    for (const char element : found->second) {
      row += std::string(element == '1' ? 3 : 1, shade);
      shade = shade == '#' ? '.' : '#';
    }
    row += '.';
  }
  return {row};
}

const Modules& code_128_sample() {
  static const Modules sample = [] {
    std::string row;
    for (const char c : std::string_view("D21462C76E28D1B333A6729CD33B274E69B977B27726BDD732764E6C"
                                         "9DD931D6")) {
      const int value = c <= '9' ? c - '0' : c - 'A' + 10;
      for (int bit = 3; bit >= 0; --bit) row += (value >> bit & 1) == 1 ? '#' : '.';
    }
    return Modules{row};
  }();
  return sample;
}

const Modules& qr_sample() {
  static const Modules sample{
      "#######...#.#.#######", "#.....#.....#.#.....#", "#.###.#.#.#...#.###.#",
      "#.###.#.....#.#.###.#", "#.###.#..#..#.#.###.#", "#.....#..###..#.....#",
      "#######.#.#.#.#######", "........#.###........", "###.#####.#.###...#..",
      "..#.#..#..######.####", "#.#...####.##...#..##", "####...#.#.#..###....",
      "#.#.####....#.###.##.", "........#.#.##.##.#..", "#######.#.##.#####..#",
      "#.....#.##.#....#####", "#.###.#.#.#....#.##..", "#.###.#...#.###....#.",
      "#.###.#.#..##.##....#", "#.....#.#..#.#.######", "#######.#.#.##..#.#.#"};
  return sample;
}

PageImage with_modules(PageImage page, const Modules& modules, ModulePlace place) {
  std::istringstream head(page);
  std::string mark;
  int width = 0;
  int height = 0;
  int white = 0;
  head >> mark >> width >> height >> white;
  const std::size_t pixels =
      page.size() - static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  for (std::size_t row = 0; row < modules.size(); ++row) {
    for (std::size_t column = 0; column < modules[row].size(); ++column) {
      if (modules[row][column] != '#') continue;
      const int left = place.left + static_cast<int>(column) * place.width;
      const int top = place.top + static_cast<int>(row) * place.height;
      for (int y = top; y < top + place.height && y < height; ++y) {
        for (int x = left; x < left + place.width && x < width; ++x) {
          page[pixels + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x)] = '\0';
        }
      }
    }
  }
  return page;
}

PageImage separating_sheet(std::string_view text) {
  return with_modules(draw_page({}), code_39(text));
}

}  // namespace dms::test
