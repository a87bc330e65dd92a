// fuzz-links: aktenwerk_extract
// A child's reply of any bytes: what is believed is within every limit, does not depend on how the
// bytes were split, and is written again as it was read.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "dms/base/text.h"
#include "search/extract/protocol/messages.h"
#include "search/extract/protocol/reply.h"
#include "search/extract/protocol/unique_fd.h"
#include "support/fuzz_reply.h"

namespace {

using namespace dms;
using namespace dms::search;
using namespace dms::search::extract;

constexpr std::uint64_t text_max = test::fuzz_reply_text_max;

std::optional<Reply> decode(std::string_view bytes, std::size_t cut) {
  ReplyDecoder decoder({text_max});
  decoder.feed(bytes.substr(0, cut));
  decoder.feed(bytes.substr(cut));
  return decoder.finish();
}

void check_written_again(const Reply& reply) {
  static const UniqueFd memory(::memfd_create("fuzz", MFD_CLOEXEC));
  FUZZ_REQUIRE(::ftruncate(memory.get(), 0) == 0 && ::lseek(memory.get(), 0, SEEK_SET) == 0);
  ReplyWriter writer(memory.get());
  writer.write_type(reply.extraction.mime_type);
  writer.write(reply.extraction, Cause::none);
  std::string bytes(static_cast<std::size_t>(::lseek(memory.get(), 0, SEEK_CUR)), '\0');
  FUZZ_REQUIRE(::pread(memory.get(), bytes.data(), bytes.size(), 0) ==
               static_cast<ssize_t>(bytes.size()));
  const auto again = decode(bytes, bytes.size());
  FUZZ_REQUIRE(again.has_value() && test::same(again->extraction, reply.extraction));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = test::fuzz_text(data, size);
  const auto whole = decode(bytes, size);
  const auto split = decode(bytes, size / 2);
  FUZZ_REQUIRE(whole.has_value() == split.has_value());
  if (whole) {
    FUZZ_REQUIRE(test::same(whole->extraction, split->extraction));
    test::require_sound(*whole);
    check_written_again(*whole);
  }
  // As the reply to a page's recognition.
  ReplyDecoder of_page({text_max, 0, recognised_words_max});
  of_page.feed(bytes);
  if (const auto page = of_page.finish()) {
    FUZZ_REQUIRE(page->words.size() <= recognised_words_max && page->rotation < 360);
    for (const RecognisedWord& word : page->words) {
      FUZZ_REQUIRE(std::uint64_t{word.offset} + word.length <= page->extraction.text.size());
    }
  }
  // As the reply about the pages of a stack.
  constexpr std::size_t marks_max = 16;
  ReplyDecoder of_stack({text_max, 0, 0, marks_max});
  of_stack.feed(bytes);
  if (const auto stack = of_stack.finish()) {
    FUZZ_REQUIRE(stack->marks.size() <= marks_max);
    for (const PageMarks& page : stack->marks) {
      FUZZ_REQUIRE(page.barcodes.size() <= barcodes_max);
      for (const std::string& text : page.barcodes) {
        FUZZ_REQUIRE(!text.empty() && text.size() <= barcode_bytes_max && is_valid_utf8(text));
      }
    }
  }
  if (const auto request = decode_request(bytes)) FUZZ_REQUIRE(encode(*request) == bytes);
  if (const auto status = decode_status(bytes)) FUZZ_REQUIRE(encode(*status) == bytes);
  return 0;
}
