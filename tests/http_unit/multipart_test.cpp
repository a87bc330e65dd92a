#include "web/http/multipart.h"

#include <gtest/gtest.h>

#include <random>

#include "web/http/media_type.h"

namespace dms::web {
namespace {

struct ReadPart {
  std::string name;
  std::optional<std::string> file_name;
  std::string media_type;
  std::string data;
  bool is_ended = false;
  friend bool operator==(const ReadPart&, const ReadPart&) = default;
};

struct Reading {
  bool is_sound = true;
  std::vector<ReadPart> parts;
  friend bool operator==(const Reading&, const Reading&) = default;
};

// Parses the blocks of `body` that end at `cuts`.
Reading read(std::string_view boundary, std::string_view body, std::vector<std::size_t> cuts) {
  Reading reading;
  MultipartParser parser(
      boundary, {[&](PartHead head) -> Result<void> {
                   reading.parts.push_back({head.name, head.file_name, head.media_type, "", false});
                   return {};
                 },
                 [&](std::string_view piece) -> Result<void> {
                   reading.parts.back().data += piece;
                   return {};
                 },
                 [&]() -> Result<void> {
                   reading.parts.back().is_ended = true;
                   return {};
                 }});
  cuts.push_back(body.size());
  std::size_t from = 0;
  for (const std::size_t cut : cuts) {
    if (!parser.feed(body.substr(from, cut - from))) {
      reading.is_sound = false;
      return reading;
    }
    from = cut;
  }
  reading.is_sound = parser.finish().has_value();
  return reading;
}

const std::string upload =
    "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n"
    "Content-Type: application/json\r\n\r\n{\"a\":1}\r\n"
    "--b\r\ncontent-disposition: form-data; name=file; filename=\"Stra\xC3\x9F"
    "e.pdf\"\r\n\r\n\r\n--\r\r\n--\r\n-b\r\n--\r\n--b--\r\n";

TEST(Multipart, ReadsPartsAndTheirHeads) {
  const Reading reading = read("b", upload, {});
  ASSERT_TRUE(reading.is_sound);
  ASSERT_EQ(reading.parts.size(), 2U);
  EXPECT_EQ(reading.parts[0],
            (ReadPart{"metadata", std::nullopt, "application/json", "{\"a\":1}", true}));
  EXPECT_EQ(reading.parts[1],
            (ReadPart{"file", "Straße.pdf", "", "\r\n--\r\r\n--\r\n-b\r\n--", true}));
}

TEST(Multipart, ReadsTheSameHoweverTheBodyIsCut) {
  const Reading at_once = read("b", upload, {});
  for (std::size_t first = 0; first <= upload.size(); ++first) {
    EXPECT_EQ(read("b", upload, {first}), at_once) << first;
    for (std::size_t second = first; second <= upload.size(); second += 7) {
      EXPECT_EQ(read("b", upload, {first, second}), at_once) << first << " " << second;
    }
  }
  std::vector<std::size_t> every_byte;
  for (std::size_t i = 1; i < upload.size(); ++i) every_byte.push_back(i);
  EXPECT_EQ(read("b", upload, every_byte), at_once);
}

TEST(Multipart, ReadsTheSameForDataFullOfDelimitersBeginnings) {
  std::mt19937 random(7);
  static constexpr std::string_view alphabet = "\r\n-bc";
  for (int round = 0; round < 200; ++round) {
    std::string data;
    while (data.size() < 60) data += alphabet[random() % alphabet.size()];
    const std::string body =
        "--bcb\r\nContent-Disposition: form-data; name=x\r\n\r\n" + data + "\r\n--bcb--";
    const Reading at_once = read("bcb", body, {});
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < body.size(); at += random() % 9) cuts.push_back(at);
    EXPECT_EQ(read("bcb", body, cuts), at_once) << data;
  }
}

TEST(Multipart, RefusesABodyCutShortAnywhere) {
  // Without the final line end the closing boundary is whole.
  for (std::size_t size = 0; size < upload.size() - 2; ++size) {
    EXPECT_FALSE(read("b", upload.substr(0, size), {}).is_sound) << size;
  }
}

TEST(Multipart, RefusesWhatIsOutsideTheGrammar) {
  const std::string head = "Content-Disposition: form-data; name=a\r\n\r\n";
  const std::vector<std::string> bodies = {
      "",
      "preamble\r\n--b\r\n" + head + "x\r\n--b--",
      "--c\r\n" + head + "x\r\n--c--",
      "--b" + head + "x\r\n--b--",
      "--b\r\n" + head + "x\r\n--b-x",
      "--b\r\n" + head + "x\r\n--b--\r\nepilogue",
      "--b\r\n" + head + "x\r\n--b--\r\n\r\n",
      "--b\r\n\r\nx\r\n--b--",
      "--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--",
      "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
      "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--b--",
      "--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--b--",
      "--b\r\nContent-Disposition: form-data; name=a\r\n" + head + "x\r\n--b--",
      "--b\r\nContent-Disposition : form-data; name=a\r\n\r\nx\r\n--b--",
      "--b\r\nno colon\r\n" + head + "x\r\n--b--",
      "--b\r\nX: " + std::string(part_head_bytes_max, 'x') + "\r\n" + head + "x\r\n--b--",
      "--b\r\nContent-Transfer-Encoding: base64\r\n" + head + "x\r\n--b--",
  };
  for (const std::string& body : bodies) EXPECT_FALSE(read("b", body, {}).is_sound) << body;
}

TEST(Multipart, LimitsTheNumberOfParts) {
  std::string body = "--b";
  for (std::size_t i = 0; i < parts_max; ++i) {
    body += "\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b";
  }
  EXPECT_TRUE(read("b", body + "--", {}).is_sound);
  EXPECT_FALSE(
      read("b", body + "\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b--", {}).is_sound);
}

std::optional<std::string> file_name_of(const std::string& parameters) {
  const auto head =
      parse_part_head("Content-Disposition: form-data; name=file; " + parameters + "\r\n");
  return head ? head->file_name : std::nullopt;
}

TEST(Multipart, ReadsFileNamesAsClientsWriteThem) {
  EXPECT_EQ(file_name_of("filename=\"a b.pdf\""), "a b.pdf");
  EXPECT_EQ(file_name_of("filename=a.pdf"), "a.pdf");
  EXPECT_EQ(file_name_of("filename=\"a%22b.pdf\""), "a\"b.pdf");           // browsers
  EXPECT_EQ(file_name_of("filename=\"a\\\"b\\\\c.pdf\""), "a\"b\\c.pdf");  // curl
  EXPECT_EQ(file_name_of("filename=\"C:\\dir\\a.pdf\""), "C:\\dir\\a.pdf");
  EXPECT_EQ(file_name_of("filename=\"100%25.pdf\""), "100%25.pdf");
  EXPECT_EQ(file_name_of("filename=\"a; name=b.pdf\""), "a; name=b.pdf");
  EXPECT_EQ(file_name_of("filename=\"\""), "");
  EXPECT_EQ(file_name_of("filename=\"x\"; filename*=UTF-8''Stra%C3%9Fe.pdf"), "Straße.pdf");
  EXPECT_EQ(file_name_of("filename*=utf-8'de'a%2Fb"), "a/b");
}

TEST(Multipart, RefusesBrokenFileNames) {
  for (const std::string parameters :
       {"filename=\"a", "filename=", "filename", "filename=a b", "filename*=a.pdf",
        "filename*=iso-8859-1''a%E4", "filename*=UTF-8''%C3", "filename*=UTF-8''%4"}) {
    EXPECT_FALSE(
        parse_part_head("Content-Disposition: form-data; name=file; " + parameters + "\r\n"))
        << parameters;
  }
}

TEST(Multipart, TakesTheBoundaryFromTheMediaType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc").value(), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data;boundary=\"a b:c\"").value(), "a b:c");
  EXPECT_EQ(multipart_boundary("application/json").error().code, ErrorCode::unsupported);
  for (const std::string_view bad : {"multipart/form-data", "multipart/form-data; boundary=\"a \"",
                                     "multipart/form-data; boundary=\"\xC3\xA4\""}) {
    EXPECT_EQ(multipart_boundary(bad).error().code, ErrorCode::invalid) << bad;
  }
  EXPECT_FALSE(multipart_boundary("multipart/form-data; boundary="));
  EXPECT_FALSE(multipart_boundary("multipart/form-data; boundary=a\"b"));
  EXPECT_FALSE(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'a')));
}

TEST(MediaType, ComparesWithoutParameters) {
  EXPECT_TRUE(is_media_type("application/json", "application/json"));
  EXPECT_TRUE(is_media_type("Application/JSON; charset=UTF-8", "application/json"));
  EXPECT_TRUE(is_media_type("application/json;", "application/json"));
  EXPECT_FALSE(is_media_type("application/json; charset=latin1", "application/json"));
  EXPECT_FALSE(is_media_type("application/jsonx", "application/json"));
  EXPECT_FALSE(is_media_type("text/plain; a=application/json", "application/json"));
  EXPECT_FALSE(is_media_type("", "application/json"));
}

}  // namespace
}  // namespace dms::web
