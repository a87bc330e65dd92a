#pragma once

// What a child says about a file. The child has parsed a stranger's bytes and is not trusted: the
// decoder takes nothing on faith. A reply is a stream of frames
//
//   type (1 byte)  length (4 bytes, big-endian, at most frame_bytes_max)  payload
//
// in any order but that `end` is the last byte of it. mime_type and state are required and, like
// title, author, cause, page count, rotation and handoff, come at most once. With a handoff the
// state is `unsupported`, and text, facts and attachments are what stands beside the pages. Text
// comes in any number of frames, which are joined: UTF-8 may be cut between two of them. Facts are
// rules of their own (fact.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/extractor.h"
#include "search/extract/protocol/cause.h"

namespace dms::search::extract {

inline constexpr std::size_t frame_bytes_max = 64U << 10U;
inline constexpr std::size_t mime_type_bytes_max = 127;
inline constexpr std::size_t metadata_bytes_max = 1000;  // title, author, each fact
inline constexpr std::size_t attachment_name_bytes_max = 255;
inline constexpr std::size_t attachments_max = 1000;

enum class FrameType : std::uint8_t {
  mime_type = 1,  // "type/subtype", lower case
  state = 2,      // one byte: TextState, but never `refused`
  cause = 3,      // one byte: Cause
  title = 4,
  author = 5,
  attachment = 6,  // inline_part (1 byte), size (8, big-endian), length of the type (1), type, name
  text = 7,
  handoff = 8,      // empty: a PDF, ask for its pages; among several: ask alone
  fact = 9,         // FactKind (1 byte), text
  content = 10,     // bytes: of an attachment, a picture, PDFs
  end = 11,         // empty
  page_count = 12,  // 4 bytes, at most once
  rotation = 13,    // one byte, quarter turns clockwise, at most once
  words = 14,       // whole words of word_bytes each, in the order of the text
  // One a page, in their order: whether it is blank (1 byte), then each barcode: length (2 bytes,
  // big-endian), text.
  page_marks = 15,
};
inline constexpr FrameType last_frame_type = FrameType::page_marks;
// offset (4), length (2), left, top, right, bottom (2 each), big-endian.
inline constexpr std::size_t word_bytes = 14;
inline constexpr std::uint32_t page_count_max = 100'000;

// Whether the decoder takes it for a type.
bool is_mime_type(std::string_view text);

struct Reply {
  Extraction extraction;  // pages not yet set
  // It is to be asked for by another job: a PDF's pages, or one of several by itself.
  bool is_handed_off = false;
  std::string content;  // where bytes were asked for: gives_bytes()
  // Of a page that was asked for.
  std::vector<RecognisedWord> words;
  std::uint16_t rotation = 0;
  std::vector<PageMarks> marks;  // of the pages that were asked for
};

// What a child is asked for beside a text, and so may say.
struct ReplyLimits {
  std::uint64_t text_bytes_max = 0;
  std::uint64_t content_bytes_max = 0;
  std::size_t words_max = 0;
  std::size_t marks_max = 0;
};

// Child side: writes frames to a descriptor (borrowed). Once a write fails all further ones are
// skipped; the reader sees a reply without an end.
class ReplyWriter {
 public:
  explicit ReplyWriter(int descriptor) : descriptor_(descriptor) {}
  // First of all, so that the type is known even where the parser then dies.
  void write_type(std::string_view mime_type);
  // All but the type and the pages, and the end. Values are cut to the limits above; `cause`
  // stands for extraction.cause.
  void write(const Extraction& extraction, Cause cause);
  // In place of write(): another job is to be asked for. Of a PDF, what stands beside its pages.
  void write_handoff(const Extraction& beside);
  // In place of write(), for the kinds of gives_bytes().
  void write_content(std::string_view bytes);
  // In place of write(), for the kinds of is_recognition().
  void write_page(const RecognisedPage& page, Cause cause);
  // In place of write(), for the kinds of is_marking().
  void write_marks(const std::vector<PageMarks>& pages);

 private:
  void write_found(const Extraction& extraction);
  void write_text(std::string_view text);
  void frame(FrameType type, std::string_view payload);
  void raw(std::string_view bytes);

  int descriptor_;
  bool broken_ = false;
};

// Server side. Not thread-safe; one reply each.
class ReplyDecoder {
 public:
  // What was not asked for breaks the reply.
  explicit ReplyDecoder(const ReplyLimits& limits) : limits_(limits) {}
  // The next bytes, split anywhere. False once the reply has broken a rule: it is then lost.
  bool feed(std::string_view bytes);
  // The same, and leaves what follows the reply's end in `bytes`.
  bool feed_up_to_end(std::string_view& bytes);
  bool has_ended() const;
  // The reply, if it was whole and sound.
  std::optional<Reply> finish();
  // What has come so far of a reply that may never be whole; empty where nothing sound has.
  const std::string& mime_type() const { return reply_.extraction.mime_type; }

 private:
  bool take_frame(FrameType type, std::string_view payload);
  bool take_attachment(std::string_view payload);
  bool take_words(std::string_view payload);
  bool take_marks(std::string_view payload);
  bool words_are_sound() const;
  bool first_of(FrameType type);

  const ReplyLimits limits_;
  std::string pending_;     // the head of a frame not yet whole
  std::uint32_t seen_ = 0;  // one bit a FrameType
  bool broken_ = false;
  Reply reply_;
};

// Server side: `count` replies one behind the other. Not thread-safe.
class RepliesDecoder {
 public:
  RepliesDecoder(const ReplyLimits& limits, std::size_t count);
  // As ReplyDecoder's.
  bool feed(std::string_view bytes);
  // All of them, if each was whole and sound.
  std::optional<std::vector<Reply>> finish();
  // Of the first, as ReplyDecoder's.
  const std::string& mime_type() const { return decoders_.front().mime_type(); }

 private:
  const ReplyLimits limits_;
  const std::size_t count_;
  std::vector<ReplyDecoder> decoders_;
};

}  // namespace dms::search::extract
