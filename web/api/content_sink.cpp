#include "web/api/content_sink.h"

#include "web/api/caller.h"

namespace dms::web {

namespace {

// Destroyed unfinished, the writer undoes what it stored.
class ContentSink final : public BodySink {
 public:
  explicit ContentSink(std::unique_ptr<storage::ContentWriter> writer)
      : writer_(std::move(writer)) {}
  Result<void> write(std::string_view block) override { return writer_->append(block); }
  Result<storage::StagedContent> finish() { return writer_->finish(); }
  Result<storage::StagedContent> finish_for_commit() { return writer_->finish_for_commit(); }

 private:
  std::unique_ptr<storage::ContentWriter> writer_;
};

}  // namespace

Result<std::unique_ptr<BodySink>> open_content_sink(Exchange& exchange, storage::KeyDomain domain) {
  storage::Store& store = caller_of(exchange).tenant->store();
  auto writer = DMS_TRY(store.write_content(domain));
  return std::make_unique<ContentSink>(std::move(writer));
}

Result<storage::StagedContent> finish_content(Exchange& exchange, Readable readable) {
  auto& sink = static_cast<ContentSink&>(*exchange.sink);
  return readable == Readable::at_once ? sink.finish() : sink.finish_for_commit();
}

}  // namespace dms::web
