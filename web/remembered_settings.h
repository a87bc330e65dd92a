#pragma once

// The settings of the last start, in <data_dir>/settings.json: so that a start tells what is
// configured otherwise than before, be it by an operator or by a byte of the file that changed.

#include <string>

#include "dms/base/config.h"
#include "dms/base/log.h"
#include "dms/base/result.h"

namespace dms::web {

// Logs each setting that is another one than at the last start ("setting_changed": which, before,
// after), or that nothing is remembered. Changes nothing.
void tell_changed_settings(const ServerConfig& config, Log& log);

// For the next start. The file is there whole or as it was; 0600, for host names and folders are
// nobody's business. `unavailable` with the cause.
Result<void> remember_settings(const ServerConfig& config);

}  // namespace dms::web
