#include "web/api/upload_source.h"

#include <utility>

#include "dms/base/text.h"
#include "dms/capture/mail_file.h"
#include "web/api/content_sink.h"
#include "web/api/creation.h"

namespace dms::web {

using storage::ContentId;

namespace {

// The name of the file part, once it has begun.
Result<std::string> checked_file_name(const Exchange& exchange) {
  return clean_file_name(exchange.file_name, "/file/filename");
}

// Everything the request says: its metadata, and the name and the bytes of a file beside it.
Sha256Digest digest_of(const Exchange& exchange, const Source& staged) {
  Sha256 digest;
  digest.update(sha256(exchange.parts.at("metadata")).raw());
  digest.update(sha256(exchange.file_name).raw());
  digest.update(std::get<storage::StagedContent>(staged.content).id().sha256.raw());
  return digest.finish();
}

class UploadedFile final : public BodySink {
 public:
  Result<void> write(std::string_view) override {
    return fail(operator_error(ErrorCode::internal, "a file beside an upload"));
  }
};

}  // namespace

std::unique_ptr<BodySink> uploaded_file_sink() {
  return std::make_unique<UploadedFile>();
}

void take_file(Route& route, Admit admit_metadata, DomainOf domain_of) {
  route.lane = LaneKind::upload;
  route.admit_metadata = std::move(admit_metadata);
  route.open_sink = [domain_of](Exchange& exchange) -> Result<std::unique_ptr<BodySink>> {
    DMS_TRY(checked_file_name(exchange));
    return open_content_sink(exchange, DMS_TRY(domain_of(exchange)));
  };
}

Result<Source> staged_source(Exchange& exchange, ReadFirst read_first) {
  std::string file_name = DMS_TRY(checked_file_name(exchange));
  // Who looks for malware, or for what a mail says of itself, reads the file before it is filed.
  const bool is_read_first = caller_of(exchange).tenant->virus_scanner() != nullptr ||
                             (read_first == ReadFirst::yes && may_tell_fields(file_name));
  storage::StagedContent content =
      DMS_TRY(finish_content(exchange, is_read_first ? Readable::at_once : Readable::once_named));
  const storage::ContentId id = content.id();
  return Source{std::move(content), std::move(file_name), id};
}

Result<Source> uploaded_source(const Caller& caller, UploadId upload, storage::KeyDomain domain) {
  Upload assembled = DMS_TRY(caller.tenant->uploads().assemble(caller.actor, upload, domain));
  return Source{upload, std::move(assembled.file_name), assembled.content.value_or(ContentId{})};
}

Result<void> require_no_malware(const Caller& caller, const Source& source) {
  Tenant& tenant = *caller.tenant;
  const auto found = find_malware(tenant.virus_scanner(), tenant.store(), source.id);
  if (found && found->empty()) return {};
  if (!found && found.error().code != ErrorCode::unprocessable) return fail(found.error());
  const std::string finding = found ? *found : std::string(unscannable_finding);
  tenant.log().warning("malware_refused", {{"tenant", tenant.config().id},
                                           {"user", caller.actor.user.text()},
                                           {"sha256", source.id.sha256.hex()},
                                           {"finding", finding}});
  if (const auto* upload = std::get_if<UploadId>(&source.content)) {
    DMS_TRY(tenant.uploads().terminate(caller.actor, *upload));
  }
  if (!found) return fail(found.error());
  return fail(
      ErrorCode::unprocessable,
      "In der Datei wurde Schadsoftware gefunden (" + finding + "). Sie wurde nicht abgelegt.",
      "Malware was found in the file (" + finding + "). It was not filed.");
}

Result<Response> create_from_file(const Caller& caller, Exchange& exchange,
                                  const FileCreation& file) {
  std::optional<Source> source;
  Creation creation;
  creation.route = file.route;
  creation.location_prefix = file.location_prefix;
  creation.render = file.render;
  if (file.upload) {
    creation.digest = sha256(exchange.parts.at("metadata"));
  } else {
    source = DMS_TRY(staged_source(exchange, file.read_first));
    creation.digest = digest_of(exchange, *source);
  }
  creation.create = [&](const AlsoCommit& also) -> Result<Response> {
    // Not before it is known that this is no replay: the upload ended with the first.
    if (!source) source = DMS_TRY(uploaded_source(caller, *file.upload, file.domain));
    DMS_TRY(require_no_malware(caller, *source));
    return file.create(*source, also);
  };
  return create_once(caller, exchange.request, creation);
}

}  // namespace dms::web
