#pragma once

// Packets with descriptors over a Unix socket (SOCK_SEQPACKET): a packet arrives whole or not at
// all, so there is no framing to get wrong. Sending is safe from several threads at once.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/protocol/unique_fd.h"

namespace dms::search::extract {

struct Packet {
  std::string bytes;
  std::vector<UniqueFd> descriptors;  // close-on-exec
};

// Two connected ends, close-on-exec; empty descriptors where the system has none left.
std::pair<UniqueFd, UniqueFd> make_packet_sockets();

// False where the peer is gone or the packet cannot be sent. Descriptors are borrowed.
bool send_packet(int socket, std::string_view bytes, std::span<const int> descriptors);

// Waits for the next packet. nullopt at the end of the connection or on an error. A packet that is
// longer than packet_bytes_max or carries more than job_descriptor_count descriptors comes back
// empty, its descriptors closed.
std::optional<Packet> receive_packet(int socket);

}  // namespace dms::search::extract
