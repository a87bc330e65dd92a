// The bytes of a version, to keep or to look at, and the text that was found in them.

#include <boost/describe/class.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/json_codec.h"
#include "web/api/content_reply.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

template <Disposition disposition>
Result<Response> content_of(const Caller& caller, const Request& request, DocumentId id,
                            std::optional<std::uint32_t> number) {
  Documents& documents = caller.tenant->documents();
  if constexpr (disposition == Disposition::inline_) {
    return preview_response(
        caller, request,
        DMS_TRY(documents.open_preview(caller.actor, id, number, is_shown_itself)));
  } else {
    const OpenedContent content = DMS_TRY(documents.open_content(caller.actor, id, number));
    return file_response(
        caller, request,
        {content.reader, content.version.mime_type, content.version.file_name, disposition});
  }
}

template <Disposition disposition>
Result<Response> show_content(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  return content_of<disposition>(caller, exchange.request, id, std::nullopt);
}

Result<std::uint32_t> path_number(const Exchange& exchange) {
  const std::string& text = exchange.request.path_parameters.at("number");
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) {
    return fail(absent_object());
  }
  return number;
}

template <Disposition disposition>
Result<Response> show_version_content(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint32_t number = DMS_TRY(path_number(exchange));
  return content_of<disposition>(caller, exchange.request, id, number);
}

Result<Response> show_text(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const auto opened = DMS_TRY(caller.tenant->documents().open_text(caller.actor, id));
  return text_response(caller, exchange.request, opened.reader, opened.text.state);
}

struct WordView {
  std::string text;
  std::uint32_t begin = 0;         // bytes into the page's text
  std::vector<std::uint32_t> box;  // left, top, right, bottom: search::PageBox
};
BOOST_DESCRIBE_STRUCT(WordView, (), (text, begin, box))

struct WordsView {
  std::uint32_t page = 0;
  bool recognised = false;
  std::uint32_t rotation = 0;
  std::vector<WordView> words;
};
BOOST_DESCRIBE_STRUCT(WordsView, (), (page, recognised, rotation, words))

std::string render_words(std::uint32_t number, const std::optional<PageOfText>& page) {
  WordsView view;
  view.page = number;
  view.recognised = page.has_value();
  if (!page) return encode_json(view);
  view.rotation = page->rotation;
  for (const search::RecognisedWord& word : page->words) {
    const search::PageBox& box = word.box;
    view.words.push_back({page->text.substr(word.offset, word.length),
                          word.offset,
                          {box.left, box.top, box.right, box.bottom}});
  }
  return encode_json(view);
}

Result<Response> show_words(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"page"}));
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const auto sent = exchange.request.query_value("page");
  const std::string_view text = sent ? std::string_view(*sent) : std::string_view();
  std::uint32_t page = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), page);
  if (error != std::errc() || end != text.data() + text.size() || page == 0) {
    return fail(invalid_field("/page", "Nötig ist die Nummer einer Seite, ab 1.",
                              "The number of a page is needed, from 1."));
  }
  const auto opened = DMS_TRY(caller.tenant->documents().open_words(caller.actor, id, page));
  return json_response(200, render_words(page, opened.page));
}

Result<Response> show_thumbnail(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  return preview_response(caller, exchange.request,
                          DMS_TRY(caller.tenant->documents().open_thumbnail(caller.actor, id)));
}

void wake_rendition_maker(const Caller& caller) {
  if (RenditionMaker* const maker = caller.tenant->rendition_maker()) maker->wake();
}

Result<Response> show_page_image(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint32_t page = DMS_TRY(path_number(exchange));
  auto image = DMS_TRY(caller.tenant->documents().open_page_image(caller.actor, id, page));
  if (image.state == RenditionState::waiting) wake_rendition_maker(caller);
  return preview_response(caller, exchange.request, std::move(image));
}

Result<Response> make_renditions(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  DMS_TRY(caller.tenant->documents().request_renditions(caller.actor, id));
  wake_rendition_maker(caller);
  Response response;
  response.status = 202;
  return response;
}

Result<Response> recognise(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  DMS_TRY(caller.tenant->documents().request_recognition(caller.actor, id));
  if (Recogniser* const recogniser = caller.tenant->recogniser()) recogniser->wake();
  Response response;
  response.status = 202;
  return response;
}

}  // namespace

void add_content_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](std::string_view pattern, CallerHandler handler) {
    routes.push_back(api_route(context, Method::get, pattern, signed_in, BodyKind::none, handler));
  };
  constexpr Disposition keep = Disposition::attachment;
  constexpr Disposition look = Disposition::inline_;
  add("/api/v1/documents/{id}/content", show_content<keep>);
  add("/api/v1/documents/{id}/versions/{number}/content", show_version_content<keep>);
  add("/api/v1/documents/{id}/preview", show_content<look>);
  add("/api/v1/documents/{id}/versions/{number}/preview", show_version_content<look>);
  add("/api/v1/documents/{id}/thumbnail", show_thumbnail);
  add("/api/v1/documents/{id}/pages/{number}/image", show_page_image);
  add("/api/v1/documents/{id}/text", show_text);
  add("/api/v1/documents/{id}/words", show_words);
  routes.push_back(api_route(context, Method::post, "/api/v1/documents/{id}/recognition", signed_in,
                             BodyKind::none, recognise));
  routes.push_back(api_route(context, Method::post, "/api/v1/documents/{id}/renditions", signed_in,
                             BodyKind::none, make_renditions));
}

}  // namespace dms::web
