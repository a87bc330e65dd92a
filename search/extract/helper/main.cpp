// aktenwerk-extract: the sandboxed helper program. See search/extract/README.md.

#include "search/extract/helper/helper.h"
#include "search/extract/parse/job.h"
#include "search/extract/parse/pdf_text.h"

int main(int argument_count, char** arguments) {
  using namespace dms::search::extract;
  const HelperProgram program{&preload_parsers, &run_parse_job, &run_pdf_job, pdf_tool()};
  return run_helper(argument_count, arguments, program);
}
