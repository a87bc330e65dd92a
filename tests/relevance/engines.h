#pragma once

// Two engines that are filled with the same texts and asked the same: ours, and Xapian as its
// documentation sets it up for German (TermGenerator, QueryParser, stemmer `german`).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "papers.h"

namespace dms::relevance {

// What goes wrong in one ends the program.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual void add(std::uint32_t number, const Text& text) = 0;
  virtual void finish() = 0;  // after the last text
  virtual bool filled() const = 0;
  // The numbers of the best, at most `limit`.
  virtual std::vector<std::uint32_t> best(const std::string& query, std::size_t limit) = 0;
  // From now on recent documents come before old ones, as seen from that day; plain: no difference.
  virtual void look_from(Date /*today*/) {}
  // The numbers of those most like one of them, without itself; plain: by an expand set of its own.
  virtual std::vector<std::uint32_t> similar(std::uint32_t number, std::size_t limit) = 0;
};

// In `folder`, which is filled already or empty.
std::unique_ptr<Engine> our_engine(const std::string& folder);
std::unique_ptr<Engine> plain_engine(const std::string& folder);

}  // namespace dms::relevance
