#pragma once

// A scan folder: what scanners and other machines put into it becomes items of inboxes, each file
// once. The folder is looked at every few seconds; nothing is asked of the file system but listing,
// reading and renaming, so that a share of another machine does as well.
//
// A file is whole when its size and time have stood still for a while, as seen from here. It is
// read, stored and recorded in the commit that makes the item; then it is moved, and the record
// goes. After a kill in between, a file that is recorded (folder, name, size, SHA-256) is moved and
// makes no item. What can never be taken is put aside with the reason beside it.

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dms/actor.h"
#include "dms/base/capture_config.h"
#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/capture/scan_files.h"
#include "dms/ids.h"
#include "dms/inbound_item.h"
#include "storage/store.h"

namespace dms {

// What one round did.
struct ScanRound {
  std::uint64_t taken = 0;      // became items
  std::uint64_t known = 0;      // were items already and have been moved now
  std::uint64_t put_aside = 0;  // could not be taken
};

// One thread at a time. Blocking.
class ScanFolder {
 public:
  // Borrows the clock.
  ScanFolder(ScanFolderConfig config, const Clock& clock);

  // Where things go, and as whom.
  struct Account {
    storage::Store& store;
    InboundItems& items;
    Actor actor;
    std::map<std::string, InboxId> inboxes;  // by the name of the folder
  };

  // Looks what lies there; whether take_in() has something to do. Needs no tenant.
  Result<bool> look();
  // Takes in what is whole, and counts it in `round`. Fails where the trouble is ours or the
  // folder's, not a file's: then what is left waits.
  Result<void> take_in(const Account& account, ScanRound& round,
                       const std::atomic<bool>& is_stopping);

 private:
  struct Sighting {
    FileMark mark;
    Instant since;
  };
  using Key = std::pair<std::string, std::string>;  // folder, file

  bool is_whole(const Sighting& sighting) const;
  Result<void> forget_moved(const Account& account) const;
  Result<void> take(const Account& account, ScanFiles& files, const Key& key, ScanRound& round);
  Result<void> put_aside(ScanFiles& files, const Key& key, const Error& why, ScanRound& round);

  const ScanFolderConfig config_;
  const Clock& clock_;
  const Sha256Digest source_;
  std::map<Key, Sighting> seen_;
  bool has_forgotten_ = false;  // what was moved before this began
};

}  // namespace dms
