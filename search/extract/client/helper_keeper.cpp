#include "search/extract/client/helper_keeper.h"

namespace dms::search::extract {

Result<std::shared_ptr<HelperProcess>> HelperKeeper::current() {
  std::lock_guard lock(mutex_);
  if (helper_) return helper_;
  auto started = HelperProcess::start(options_);
  if (!started) {
    log_.error("extraction_helper_not_started", {{"hint", started.error().hint}});
    return fail(std::move(started).error());
  }
  helper_ = std::move(*started);
  sandbox_ = helper_->sandbox();
  LogLevel level = sandbox_.way == SandboxStatus::Way::none ? LogLevel::error : LogLevel::info;
  log_.write(
      level, "extraction_helper_started",
      {{"sandbox", std::string(to_string(sandbox_.way))}, {"description", sandbox_.description}});
  return helper_;
}

void HelperKeeper::report_gone(const std::shared_ptr<HelperProcess>& gone) {
  std::lock_guard lock(mutex_);
  if (helper_ != gone) return;
  helper_.reset();
  log_.warning("extraction_helper_gone");
}

SandboxStatus HelperKeeper::sandbox() const {
  std::lock_guard lock(mutex_);
  return sandbox_;
}

}  // namespace dms::search::extract
