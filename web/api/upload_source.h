#pragma once

// The file of a request that creates something: beside its metadata in one multipart body, or sent
// ahead in pieces (an upload) and named by it.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dms/change.h"
#include "dms/version.h"
#include "web/api/caller.h"
#include "web/http/route.h"

namespace dms::web {

// Between the parts no name is known yet: metadata is admitted with this one, the sink checks the
// real one before the first byte, and an upload's was checked when it was made.
inline constexpr std::string_view name_to_come = "file";

// Stands for a file that was uploaded in pieces: none comes with this request.
std::unique_ptr<BodySink> uploaded_file_sink();

// Where the file's bytes are to be stored; called once the metadata was admitted.
using DomainOf = Result<storage::KeyDomain> (*)(Exchange&);
// Makes a multipart row one that takes a file.
void take_file(Route& route, Admit admit_metadata, DomainOf domain_of);

// What a new version or item is made of.
struct Source {
  VersionSource content;
  std::string file_name;
  storage::ContentId id;  // its bytes
};
// Whether the use case reads the file before it is filed, to fill in what the request leaves open.
enum class ReadFirst : std::uint8_t { no, yes };
// The file that came with the request.
Result<Source> staged_source(Exchange& exchange, ReadFirst read_first);
// The upload's, assembled in the key domain of what it is for.
Result<Source> uploaded_source(const Caller& caller, UploadId upload, storage::KeyDomain domain);

// `unprocessable` where the virus scanner finds something in it, or can never look through it: an
// upload ends by it, and the log tells who brought what (`malware_refused`). Nothing is looked for
// where none is configured. To be called right before the source is taken.
Result<void> require_no_malware(const Caller& caller, const Source& source);

// Creating once (creation.h) from the file that came with the request, or from an upload.
struct FileCreation {
  std::string_view route;
  std::string location_prefix;
  std::optional<UploadId> upload;
  storage::KeyDomain domain;  // where an upload is assembled
  ReadFirst read_first = ReadFirst::no;
  // The use case; it may take the source's content.
  std::function<Result<Response>(Source& source, const AlsoCommit&)> create;
  std::function<Result<Response>(const Uuid&)> render;
};
Result<Response> create_from_file(const Caller& caller, Exchange& exchange,
                                  const FileCreation& creation);

}  // namespace dms::web
