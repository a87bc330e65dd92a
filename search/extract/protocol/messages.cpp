#include "search/extract/protocol/messages.h"

#include "dms/base/bytes.h"

namespace dms::search::extract {
namespace {

constexpr char kind_status = 'S';
constexpr char kind_job = 'J';

}  // namespace

std::string encode(const SandboxStatus& status) {
  std::string packet{kind_status, static_cast<char>(status.way)};
  packet += std::string_view(status.description).substr(0, packet_bytes_max - packet.size());
  return packet;
}

std::optional<SandboxStatus> decode_status(std::string_view packet) {
  if (packet.size() < 2 || packet.size() > packet_bytes_max || packet[0] != kind_status) {
    return std::nullopt;
  }
  auto way = static_cast<std::uint8_t>(packet[1]);
  if (way > static_cast<std::uint8_t>(SandboxStatus::Way::none)) return std::nullopt;
  return SandboxStatus{static_cast<SandboxStatus::Way>(way), std::string(packet.substr(2))};
}

std::string encode(const JobRequest& request) {
  std::string packet{kind_job, static_cast<char>(request.kind)};
  append_big_endian(packet, request.timeout_s);
  append_big_endian(packet, request.processor_s);
  append_big_endian(packet, request.number);
  append_big_endian(packet, request.memory_bytes_max);
  append_big_endian(packet, request.input_bytes_max);
  append_big_endian(packet, request.text_bytes_max);
  append_big_endian(packet, request.count);
  append_big_endian(packet, request.content_bytes_max);
  append_big_endian(packet, request.side_max);
  packet += static_cast<char>(request.standing);
  return packet;
}

std::optional<JobRequest> decode_request(std::string_view packet) {
  if (packet.size() != 2 + 5 * 4 + 4 * 8 + 1 || packet[0] != kind_job) return std::nullopt;
  auto kind = static_cast<std::uint8_t>(packet[1]);
  if (kind < static_cast<std::uint8_t>(JobKind::detect) ||
      kind > static_cast<std::uint8_t>(last_job_kind)) {
    return std::nullopt;
  }
  const auto standing = static_cast<std::uint8_t>(packet.back());
  if (standing < static_cast<std::uint8_t>(Standing::parser) ||
      standing > static_cast<std::uint8_t>(Standing::idle)) {
    return std::nullopt;
  }
  JobRequest request;
  request.kind = static_cast<JobKind>(kind);
  request.timeout_s = read_big_endian_32(packet.substr(2)).value_or(0);
  request.processor_s = read_big_endian_32(packet.substr(6)).value_or(0);
  request.number = read_big_endian_32(packet.substr(10)).value_or(0);
  request.memory_bytes_max = read_big_endian_64(packet.substr(14)).value_or(0);
  request.input_bytes_max = read_big_endian_64(packet.substr(22)).value_or(0);
  request.text_bytes_max = read_big_endian_64(packet.substr(30)).value_or(0);
  request.count = read_big_endian_32(packet.substr(38)).value_or(0);
  request.content_bytes_max = read_big_endian_64(packet.substr(42)).value_or(0);
  request.side_max = read_big_endian_32(packet.substr(50)).value_or(0);
  request.standing = static_cast<Standing>(standing);
  return request;
}

std::optional<Verdict> verdict_from_number(std::uint8_t number) {
  if (number < static_cast<std::uint8_t>(Verdict::finished) ||
      number > static_cast<std::uint8_t>(last_verdict)) {
    return std::nullopt;
  }
  return static_cast<Verdict>(number);
}

}  // namespace dms::search::extract
