#include "search/extract/protocol/reply.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "dms/base/bytes.h"
#include "dms/base/text.h"
#include "search/extract/protocol/fact.h"
#include "search/extract/protocol/taking.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t head_bytes = 5;
constexpr std::size_t attachment_head_bytes = 10;
constexpr std::uint16_t quarter_turn = 90;

bool is_control(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte < 0x20U || byte == 0x7fU;
}

bool is_body(std::string_view text) {
  return std::none_of(
             text.begin(), text.end(),
             [](char c) { return is_control(c) && c != '\n' && c != '\t' && c != '\f'; }) &&
         is_valid_utf8(text);
}

}  // namespace

bool is_mime_type(std::string_view text) {
  if (text.empty() || text.size() > mime_type_bytes_max) return false;
  bool allowed = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '+' ||
           c == '-' || c == '_';
  });
  return allowed && std::count(text.begin(), text.end(), '/') == 1 && text.front() != '/' &&
         text.back() != '/';
}

void ReplyWriter::raw(std::string_view bytes) {
  while (!bytes.empty() && !broken_) {
    ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      broken_ = true;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void ReplyWriter::frame(FrameType type, std::string_view payload) {
  std::string head{static_cast<char>(type)};
  append_big_endian(head, static_cast<std::uint32_t>(payload.size()));
  raw(head);
  raw(payload);
}

void ReplyWriter::write_type(std::string_view mime_type) {
  frame(FrameType::mime_type, mime_type);
}

void ReplyWriter::write(const Extraction& extraction, Cause cause) {
  frame(FrameType::state, std::string{static_cast<char>(extraction.state)});
  if (cause != Cause::none) frame(FrameType::cause, std::string{static_cast<char>(cause)});
  write_found(extraction);
  frame(FrameType::end, {});
}

void ReplyWriter::write_found(const Extraction& extraction) {
  if (!extraction.title.empty()) {
    frame(FrameType::title, truncate_utf8(extraction.title, metadata_bytes_max));
  }
  if (!extraction.author.empty()) {
    frame(FrameType::author, truncate_utf8(extraction.author, metadata_bytes_max));
  }
  std::size_t count = std::min(extraction.attachments.size(), attachments_max);
  for (std::size_t i = 0; i < count; ++i) {
    const Attachment& attachment = extraction.attachments[i];
    std::string payload{static_cast<char>(attachment.inline_part ? 1 : 0)};
    append_big_endian(payload, attachment.size);
    payload += static_cast<char>(attachment.mime_type.size());
    payload += attachment.mime_type;
    payload += truncate_utf8(attachment.name, attachment_name_bytes_max);
    frame(FrameType::attachment, payload);
  }
  for (const Fact& fact : list_facts(extraction)) {
    frame(FrameType::fact, static_cast<char>(fact.kind) + fact.text);
  }
  if (extraction.page_count != 0) {
    std::string pages;
    append_big_endian(pages, std::min(extraction.page_count, page_count_max));
    frame(FrameType::page_count, pages);
  }
  write_text(extraction.text);
}

void ReplyWriter::write_text(std::string_view text) {
  while (!text.empty()) {
    frame(FrameType::text, text.substr(0, frame_bytes_max));
    text.remove_prefix(std::min(text.size(), frame_bytes_max));
  }
}

void ReplyWriter::write_handoff(const Extraction& beside) {
  frame(FrameType::state, std::string{static_cast<char>(TextState::unsupported)});
  frame(FrameType::handoff, {});
  write_found(beside);
  frame(FrameType::end, {});
}

void ReplyWriter::write_content(std::string_view bytes) {
  frame(FrameType::state, std::string{static_cast<char>(TextState::unsupported)});
  while (!bytes.empty()) {
    frame(FrameType::content, bytes.substr(0, frame_bytes_max));
    bytes.remove_prefix(std::min(bytes.size(), frame_bytes_max));
  }
  frame(FrameType::end, {});
}

void ReplyWriter::write_page(const RecognisedPage& page, Cause cause) {
  frame(FrameType::state, std::string{static_cast<char>(page.state)});
  if (cause != Cause::none) frame(FrameType::cause, std::string{static_cast<char>(cause)});
  frame(FrameType::rotation, std::string{static_cast<char>(page.rotation / quarter_turn)});
  constexpr std::size_t payload_bytes_max = frame_bytes_max / word_bytes * word_bytes;
  std::string payload;
  for (std::size_t i = 0; i < std::min(page.words.size(), recognised_words_max); ++i) {
    const RecognisedWord& word = page.words[i];
    append_big_endian(payload, word.offset);
    for (const std::uint16_t number :
         {word.length, word.box.left, word.box.top, word.box.right, word.box.bottom}) {
      payload += static_cast<char>(number >> 8U);
      payload += static_cast<char>(number & 0xffU);
    }
    if (payload.size() < payload_bytes_max) continue;
    frame(FrameType::words, payload);
    payload.clear();
  }
  if (!payload.empty()) frame(FrameType::words, payload);
  write_text(page.text);
  frame(FrameType::end, {});
}

void ReplyWriter::write_marks(const std::vector<PageMarks>& pages) {
  frame(FrameType::state, std::string{static_cast<char>(TextState::unsupported)});
  for (const PageMarks& page : pages) {
    std::string payload{static_cast<char>(page.is_blank ? 1 : 0)};
    const std::size_t count = std::min(page.barcodes.size(), barcodes_max);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view text = truncate_utf8(page.barcodes[i], barcode_bytes_max);
      payload += static_cast<char>(text.size() >> 8U);
      payload += static_cast<char>(text.size() & 0xffU);
      payload += text;
    }
    frame(FrameType::page_marks, payload);
  }
  frame(FrameType::end, {});
}

bool ReplyDecoder::first_of(FrameType type) {
  std::uint32_t bit = 1U << static_cast<std::uint32_t>(type);
  bool first = (seen_ & bit) == 0;
  seen_ |= bit;
  return first;
}

bool ReplyDecoder::take_attachment(std::string_view payload) {
  if (reply_.extraction.attachments.size() >= attachments_max) return false;
  const auto head = take(payload, attachment_head_bytes);
  if (!head) return false;
  auto inline_part = static_cast<unsigned char>(head->front());
  const auto size = read_big_endian_64(head->substr(1, 8)).value_or(0);
  std::size_t type_bytes = static_cast<unsigned char>(head->back());
  if (inline_part > 1 || payload.size() < type_bytes) return false;
  std::string_view type = payload.substr(0, type_bytes);
  std::string_view name = payload.substr(type_bytes);
  if (!is_mime_type(type) || !is_clean_line(name, attachment_name_bytes_max)) return false;
  reply_.extraction.attachments.push_back(
      {std::string(name), std::string(type), inline_part == 1, size});
  return true;
}

bool ReplyDecoder::take_words(std::string_view payload) {
  if (payload.empty() || payload.size() % word_bytes != 0 ||
      reply_.words.size() + payload.size() / word_bytes > limits_.words_max) {
    return false;
  }
  for (; !payload.empty(); payload.remove_prefix(word_bytes)) {
    const auto number = [&](std::size_t at) {
      return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[at]) << 8U |
                                        static_cast<unsigned char>(payload[at + 1]));
    };
    const RecognisedWord word{read_big_endian_32(payload).value_or(0),
                              number(4),
                              {number(6), number(8), number(10), number(12)}};
    if (word.length == 0 || word.box.left > word.box.right || word.box.top > word.box.bottom) {
      return false;
    }
    reply_.words.push_back(word);
  }
  return true;
}

bool ReplyDecoder::take_marks(std::string_view payload) {
  if (payload.empty() || reply_.marks.size() == limits_.marks_max) return false;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(payload[at]); };
  if (byte(0) > 1) return false;
  PageMarks page{byte(0) == 1, {}};
  payload.remove_prefix(1);
  while (!payload.empty()) {
    if (payload.size() < 2 || page.barcodes.size() == barcodes_max) return false;
    const std::size_t length = static_cast<std::size_t>(byte(0)) << 8U | byte(1);
    payload.remove_prefix(2);
    if (length == 0 || length > payload.size()) return false;
    const std::string_view text = payload.substr(0, length);
    if (!is_clean_line(text, barcode_bytes_max)) return false;
    page.barcodes.emplace_back(text);
    payload.remove_prefix(length);
  }
  reply_.marks.push_back(std::move(page));
  return true;
}

// In order, without overlap, within the text, and cut between characters.
bool ReplyDecoder::words_are_sound() const {
  const std::string& text = reply_.extraction.text;
  const auto is_boundary = [&](std::uint64_t at) {
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
  };
  std::uint64_t end = 0;
  for (const RecognisedWord& word : reply_.words) {
    if (word.offset < end) return false;
    end = std::uint64_t{word.offset} + word.length;
    if (end > text.size() || !is_boundary(word.offset) || !is_boundary(end)) return false;
  }
  return true;
}

bool ReplyDecoder::take_frame(FrameType type, std::string_view payload) {
  Extraction& extraction = reply_.extraction;
  bool first = first_of(type);
  switch (type) {
    case FrameType::mime_type:
      if (!first || !is_mime_type(payload)) return false;
      extraction.mime_type = payload;
      return true;
    case FrameType::state: {
      if (!first || payload.size() != 1) return false;
      auto number = static_cast<std::uint8_t>(payload[0]);
      // `refused` is the helper's word, never a child's.
      if (number >= static_cast<std::uint8_t>(TextState::refused)) return false;
      extraction.state = static_cast<TextState>(number);
      return true;
    }
    case FrameType::cause: {
      if (!first || payload.size() != 1) return false;
      auto cause = cause_from_number(static_cast<std::uint8_t>(payload[0]));
      if (!cause) return false;
      extraction.cause = to_string(*cause);
      return true;
    }
    case FrameType::title:
      extraction.title = payload;
      return first && is_clean_line(payload, metadata_bytes_max);
    case FrameType::author:
      extraction.author = payload;
      return first && is_clean_line(payload, metadata_bytes_max);
    case FrameType::attachment:
      return take_attachment(payload);
    case FrameType::text:
      if (payload.empty() || extraction.text.size() + payload.size() > limits_.text_bytes_max)
        return false;
      extraction.text += payload;
      return true;
    case FrameType::fact:
      return !payload.empty() &&
             take_fact(static_cast<std::uint8_t>(payload.front()), payload.substr(1), extraction);
    case FrameType::content:
      if (payload.empty() || reply_.content.size() + payload.size() > limits_.content_bytes_max) {
        return false;
      }
      reply_.content += payload;
      return true;
    case FrameType::page_count:
      if (!first || payload.size() != 4) return false;
      extraction.page_count = read_big_endian_32(payload).value_or(0);
      return extraction.page_count != 0 && extraction.page_count <= page_count_max;
    case FrameType::rotation: {
      if (!first || payload.size() != 1 || limits_.words_max == 0) return false;
      const auto turns = static_cast<std::uint8_t>(payload[0]);
      reply_.rotation = static_cast<std::uint16_t>(turns * quarter_turn);
      return turns < 4;
    }
    case FrameType::words:
      return take_words(payload);
    case FrameType::page_marks:
      return take_marks(payload);
    case FrameType::handoff:
      reply_.is_handed_off = true;
      return first && payload.empty();
    case FrameType::end:
      return first && payload.empty();
  }
  return false;
}

bool ReplyDecoder::has_ended() const {
  return (seen_ & 1U << static_cast<std::uint32_t>(FrameType::end)) != 0;
}

bool ReplyDecoder::feed(std::string_view bytes) {
  broken_ = !feed_up_to_end(bytes) || !bytes.empty();
  return !broken_;
}

bool ReplyDecoder::feed_up_to_end(std::string_view& bytes) {
  while (!broken_ && !bytes.empty() && !has_ended()) {
    if (pending_.size() < head_bytes) {
      std::size_t wanted = std::min(head_bytes - pending_.size(), bytes.size());
      pending_ += bytes.substr(0, wanted);
      bytes.remove_prefix(wanted);
      if (pending_.size() < head_bytes) break;
    }
    auto type = static_cast<std::uint8_t>(pending_[0]);
    std::size_t length = read_big_endian_32(std::string_view(pending_).substr(1)).value_or(0);
    if (type < static_cast<std::uint8_t>(FrameType::mime_type) ||
        type > static_cast<std::uint8_t>(last_frame_type) || length > frame_bytes_max) {
      broken_ = true;
      break;
    }
    std::size_t wanted = std::min(head_bytes + length - pending_.size(), bytes.size());
    pending_ += bytes.substr(0, wanted);
    bytes.remove_prefix(wanted);
    if (pending_.size() < head_bytes + length) break;
    broken_ =
        !take_frame(static_cast<FrameType>(type), std::string_view(pending_).substr(head_bytes));
    pending_.clear();
  }
  return !broken_;
}

std::optional<Reply> ReplyDecoder::finish() {
  const std::uint32_t required = 1U << static_cast<std::uint32_t>(FrameType::end) |
                                 1U << static_cast<std::uint32_t>(FrameType::mime_type) |
                                 1U << static_cast<std::uint32_t>(FrameType::state);
  if (broken_ || !pending_.empty() || (seen_ & required) != required) return std::nullopt;
  const Extraction& extraction = reply_.extraction;
  if (!is_body(extraction.text) || !facts_agree(extraction)) return std::nullopt;
  if (!words_are_sound()) return std::nullopt;
  if (reply_.is_handed_off && extraction.state != TextState::unsupported) return std::nullopt;
  const bool text_wanted = extraction.state == TextState::extracted;
  if (!reply_.is_handed_off && text_wanted == extraction.text.empty()) return std::nullopt;
  return std::move(reply_);
}

RepliesDecoder::RepliesDecoder(const ReplyLimits& limits, std::size_t count)
    : limits_(limits), count_(count) {
  decoders_.emplace_back(limits_);
}

bool RepliesDecoder::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (decoders_.back().has_ended() && decoders_.size() < count_) decoders_.emplace_back(limits_);
    if (decoders_.back().has_ended()) return decoders_.back().feed(bytes);
    if (!decoders_.back().feed_up_to_end(bytes)) return false;
  }
  return true;
}

std::optional<std::vector<Reply>> RepliesDecoder::finish() {
  if (decoders_.size() != count_) return std::nullopt;
  std::vector<Reply> replies;
  for (ReplyDecoder& decoder : decoders_) {
    std::optional<Reply> reply = decoder.finish();
    if (!reply) return std::nullopt;
    replies.push_back(std::move(*reply));
  }
  return replies;
}

}  // namespace dms::search::extract
