// Makes the compound splitter's dictionary; run by the build.
//
//   aktenwerk-dictionary DE.dic DE.aff WORD-LIST SUPPLEMENT OUTPUT

#include <cstdio>
#include <exception>
#include <fstream>

#include "search/dictionary/builder.h"

int main(int count, char** arguments) {
  if (count != 6) {
    std::fprintf(stderr, "usage: aktenwerk-dictionary DE.dic DE.aff WORD-LIST SUPPLEMENT OUTPUT\n");
    return 2;
  }
  try {
    const auto table = dms::search::dictionary::build_words(
        {arguments[1], arguments[2], arguments[3], arguments[4]});
    const std::string bytes = table.encode();
    std::ofstream file(arguments[5], std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) throw std::runtime_error(std::string("cannot write ") + arguments[5]);
    std::printf("%s: %zu words, %zu bytes\n", arguments[5], table.size(), bytes.size());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "aktenwerk-dictionary: %s\n", error.what());
    return 1;
  }
  return 0;
}
