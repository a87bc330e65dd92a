// aktenwerk-extract: the sandboxed helper program. See search/extract/README.md.

#include "search/extract/helper/helper.h"
#include "search/extract/helper/office.h"
#include "search/extract/parse/job.h"
#include "search/extract/parse/page_image.h"
#include "search/extract/parse/page_marks.h"
#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/pdf_text.h"
#include "search/extract/parse/recognition.h"

namespace {

using namespace dms::search::extract;

std::vector<Stage> plan_job(const JobRequest& request, const std::string& languages) {
  const Stage reader{recognition_tool(languages), nullptr};
  const auto recognise = [&](Resolution resolution) -> std::vector<Stage> {
    return {{page_picture_tool(request.number, resolution), nullptr},
            {std::nullopt, &run_picture_stage},
            reader,
            {std::nullopt, &run_recognised_stage}};
  };
  switch (request.kind) {
    case JobKind::pdf:
      return {{pdf_tool(), nullptr}, {std::nullopt, &run_pdf_job}};
    case JobKind::pdf_page:
      return recognise(Resolution::full);
    case JobKind::large_pdf_page:
      return recognise(Resolution::coarse);
    case JobKind::picture_page:
      return {{std::nullopt, &run_picture_stage}, reader, {std::nullopt, &run_recognised_stage}};
    case JobKind::pdf_marks:
      return {{page_marks_tool({request.number, request.number + request.count - 1}), nullptr},
              {std::nullopt, &run_pdf_marks_stage}};
    case JobKind::pdf_image:
      return {{page_image_tool(request.number, request.side_max), nullptr},
              {std::nullopt, &run_image_stage}};
    case JobKind::picture_image:
      return {{std::nullopt, &run_image_stage}};
    case JobKind::picture_pdf:
      return {{std::nullopt, &run_picture_pdf_job}};
    case JobKind::office:  // not by this helper: there is no folder
      return {};
    case JobKind::extract_several:
      return {{std::nullopt, &run_parse_jobs}};
    case JobKind::detect:
    case JobKind::extract:
    case JobKind::attachment:
    case JobKind::picture_marks:
    case JobKind::part:
      break;
  }
  return {{std::nullopt, &run_parse_job}};
}

}  // namespace

int main(int argument_count, char** arguments) {
  const HelperArguments wanted = read_arguments(argument_count, arguments);
  if (wanted.office) {
    const HelperProgram office{nullptr,
                               [](const JobRequest& request) -> std::vector<Stage> {
                                 if (request.kind != JobKind::office) return {};
                                 return {{std::nullopt, nullptr, &run_office_job}};
                               },
                               {office_tool()},
                               office_private_bytes};
    return run_helper(wanted.way, office);
  }
  const HelperProgram program{
      &preload_parsers,
      [&](const JobRequest& request) { return plan_job(request, wanted.languages); },
      {pdf_tool(), page_picture_tool(1, Resolution::full), page_image_tool(1, 1),
       recognition_tool(wanted.languages)}};
  return run_helper(wanted.way, program);
}
