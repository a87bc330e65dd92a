#pragma once

// The office documents of the shared data and the strings that must be found in their text.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dms::test {

struct ExpectedText {
  std::string file;  // a name in office-documents/files
  std::string text;  // NFC, one-spaced
};

// All lines of expected-text.tsv in `data`; empty where it is not there.
std::vector<ExpectedText> read_expected_texts(const std::filesystem::path& data);

// Why a string is not in our text, where that is as it should be.
std::optional<std::string_view> known_cause(const ExpectedText& expected);

// White space runs as one space, none at the end.
std::string one_spaced(std::string_view text);

// The files of a folder, by name.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder);

}  // namespace dms::test
