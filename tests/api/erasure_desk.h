#pragma once

// Two record managers of Musterbach, who propose and release, and somebody who sees and may not.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/event_stream.h"
#include "town.h"

namespace dms::test {

class ErasureApi : public ::testing::Test {
 protected:
  using Names = std::vector<std::string>;

  // Request bodies; "": without a reason.
  static std::string dossiers_of(const Names& ids, const std::string& reason = "");
  static std::string documents_of(const Names& ids, const std::string& reason = "");

  std::string file(const std::string& dossier, const std::string& subject,
                   const std::string& bytes);
  void add_version(const std::string& document, const std::string& bytes);
  void close_dossier(const std::string& dossier);
  // `reasons` is a JSON array.
  void hold(const std::string& dossier, const std::string& reasons);
  std::string start_routing(const std::string& document);
  void withdraw_routing(const std::string& routing);
  // Of one that the treasurer decides at once; its state then.
  std::string end_routing_of(const std::string& document);

  ApiAnswer propose(const std::string& body);
  // "release" or "withdraw", at the revision that was seen.
  static ApiAnswer act(ApiClient& client, const ApiAnswer& seen, const std::string& what);
  std::string state_of(const ApiAnswer& erasure);
  // Waits until it is done or refused. Bytes are told then, and not before.
  ApiAnswer await_end(const ApiAnswer& erasure);
  Names reasons_against(const std::string& body);
  void expect_refused(const std::string& body, const std::string& pointer);
  static bool lists(ApiClient& client, const std::string& erasure);

  // The address answers as one where nothing ever was: `before` nobody's id `after`.
  void expect_absent(const std::string& path, const std::string& before,
                     const std::string& after = "");
  void expect_document_absent(const std::string& id);
  // Of the events about `object` in the history of `of`, newest first; those that have a detail.
  Names details_of(const std::string& of, const std::string& object);
  Names kinds_of(const std::string& of, const std::string& object);

  static EventStream listen(ApiClient& who);
  static bool hears(EventStream& stream, const std::string& erasure, std::string_view change);

  static std::uint64_t number(const ApiAnswer& answer, std::string_view name);
  // The body without what is another one each time.
  static std::string without_id(const ApiAnswer& answer);

  ApiClient first_ = person("h.brandt");
  ApiClient second_ = person("b.oezdemir");
  ApiClient outsider_ = person("k.amrein");
};

}  // namespace dms::test
