#pragma once

// What erasure_crash has destroyed: two closed dossiers and a document out of one that stays, filed
// over the interface, and beside them what shares their contents and is nobody's to destroy.

#include <cstdint>
#include <string>
#include <vector>

#include "filing.h"

namespace dms::test {

// In whatever is to be gone at the end, and in nothing else: in subjects, texts and file names.
inline constexpr std::string_view doomed_word = "Tilgewort";

// One erasure and what it comes to.
struct Doomed {
  std::string id;        // of the erasure
  std::string revision;  // its ETag as it was proposed
  std::vector<std::string> dossiers;
  std::vector<std::string> documents;  // those in the dossiers, and the one by itself
  std::uint64_t versions = 0;
};

// A document that stays. Its content was that of a doomed one, too.
struct Spared {
  std::string id;
  std::string text;
};

// Proposes and releases. Borrows the filing, to which it complains; one thread.
class Doom {
 public:
  Doom(Filing& filing, ApiClient proposer, ApiClient releaser);

  // Files everything anew and has it proposed: at once, while its texts are being made, or when
  // they are there. A text that a kill meets between its storing and its naming would stay for the
  // day that staged content has (storage/README.md).
  enum class Texts : std::uint8_t { being_made, made };
  Doomed propose(Texts texts);
  void release(const Doomed& doomed);
  // Its answer now; status 0 where the connection breaks.
  ApiAnswer state_of(const Doomed& doomed);
  // Waits until it has ended; its last answer.
  ApiAnswer await_end(const Doomed& doomed);
  // All of it is gone, each once, and nothing else is.
  void check(const Doomed& doomed, const ApiAnswer& ended);
  // After a kill.
  void reconnect();

 private:
  void await_texts(const Doomed& doomed);
  std::string file(const std::string& dossier, const std::string& text, Doomed& doomed);
  void expect_absent(const std::string& path);
  void expect_protocol(const Doomed& doomed);

  Filing& filing_;
  ApiClient proposer_;
  ApiClient releaser_;
  std::string stays_;  // a dossier
  std::vector<Spared> spared_;
  std::uint64_t number_ = 0;
};

}  // namespace dms::test
