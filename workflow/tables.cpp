#include "workflow/tables.h"

#include "workflow/routing_store.h"

namespace dms::workflow {

using storage::indexes_of;

std::vector<storage::TableIndexes> stored_tables() {
  return {indexes_of(routing_table), indexes_of(routing_template_table),
          indexes_of(substitution_table), indexes_of(journal_place_table)};
}

}  // namespace dms::workflow
