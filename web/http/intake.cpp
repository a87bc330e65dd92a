#include "web/http/intake.h"

#include <utility>

#include "web/http/media_type.h"

namespace dms::web {

namespace {

constexpr std::string_view metadata_name = "metadata";
constexpr std::string_view file_name = "file";

Error too_large() {
  return make_error(ErrorCode::too_large, "Der Inhalt der Anfrage ist zu groß.",
                    "The content of the request is too large.");
}

Error bad_parts(std::string_view en) {
  return make_error(ErrorCode::invalid,
                    "Erwartet werden genau die Teile „metadata“ und danach „file“.", en);
}

std::uint64_t limit_of(const Route& route, std::uint64_t upload_bytes_max) {
  if (route.body == BodyKind::json) return json_body_max;
  return route.body_bytes_max > 0 ? route.body_bytes_max : upload_bytes_max;
}

}  // namespace

Intake::Intake(const Route& route, Exchange& exchange, std::uint64_t upload_bytes_max)
    : route_(route), exchange_(exchange), bytes_max_(limit_of(route, upload_bytes_max)) {}

Result<void> Intake::check() {
  const Request& request = exchange_.request;
  if (route_.body == BodyKind::none) {
    if (!request.has_body) return {};
    return fail(ErrorCode::invalid, "Diese Anfrage darf keinen Inhalt haben.",
                "This request must not have content.");
  }
  if (request.content_length.value_or(0) > bytes_max_) return fail(too_large());
  const std::string_view type = request.headers.find("Content-Type").value_or("");
  if (route_.body == BodyKind::multipart) {
    const std::string boundary = DMS_TRY(multipart_boundary(type));
    multipart_ = std::make_unique<MultipartParser>(
        boundary, PartHandler{[this](PartHead head) { return begin_part(std::move(head)); },
                              [this](std::string_view piece) { return take_part(piece); },
                              [this] { return end_part(); }});
  }
  if (route_.body == BodyKind::json && request.has_body &&
      !is_media_type(type, "application/json")) {
    return fail(ErrorCode::unsupported, "Erwartet wird application/json.",
                "application/json is expected.");
  }
  return {};
}

Result<void> Intake::admit() {
  if (route_.admit) DMS_TRY(route_.admit(exchange_));
  if (route_.body == BodyKind::stream) exchange_.sink = DMS_TRY(route_.open_sink(exchange_));
  return {};
}

Result<void> Intake::take(std::string_view block) {
  bytes_ += block.size();
  if (bytes_ > bytes_max_) return fail(too_large());
  switch (route_.body) {
    case BodyKind::json:
      exchange_.body.append(block);
      return {};
    case BodyKind::stream:
      return exchange_.sink->write(block);
    case BodyKind::multipart:
      return multipart_->feed(block);
    case BodyKind::none:
      break;
  }
  return fail(operator_error(ErrorCode::internal, "a body for a route that takes none"));
}

Result<void> Intake::begin_part(PartHead head) {
  if (part_ == Part::none && head.name == metadata_name) {
    exchange_.parts.emplace(metadata_name, "");
    part_ = Part::metadata;
    return {};
  }
  if (part_ != Part::metadata_done || head.name != file_name) {
    return fail(bad_parts("The parts must be metadata and then file, once each."));
  }
  if (exchange_.sink) {
    return fail(ErrorCode::invalid,
                "Die Datei ist in „metadata“ schon genannt: kein Teil „file“ darf folgen.",
                "The file is named in metadata already: no part file may follow.");
  }
  exchange_.file_name = head.file_name.value_or("");
  exchange_.file_media_type = std::move(head.media_type);
  exchange_.sink = DMS_TRY(route_.open_sink(exchange_));
  part_ = Part::file;
  return {};
}

Result<void> Intake::take_part(std::string_view piece) {
  if (part_ == Part::file) return exchange_.sink->write(piece);
  std::string& metadata = exchange_.parts.find(metadata_name)->second;
  if (metadata.size() + piece.size() > json_body_max) return fail(too_large());
  metadata.append(piece);
  return {};
}

Result<void> Intake::end_part() {
  if (part_ == Part::file) {
    part_ = Part::file_done;
    return {};
  }
  part_ = Part::metadata_done;
  if (route_.admit_metadata) return route_.admit_metadata(exchange_);
  return {};
}

Result<Response> Intake::complete() {
  if (multipart_) {
    DMS_TRY(multipart_->finish());
    const bool has_file =
        part_ == Part::file_done || (part_ == Part::metadata_done && exchange_.sink);
    if (!has_file) return fail(bad_parts("The part file is missing."));
  }
  return route_.handle(exchange_);
}

}  // namespace dms::web
