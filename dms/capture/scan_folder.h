#pragma once

// A scan folder: what scanners and other machines put into it becomes items of inboxes, each file
// once. The folder is looked at every few seconds; nothing is asked of the file system but listing,
// reading and renaming, so that a share of another machine does as well.
//
// A file is whole when its size and time have stood still for a while, as seen from here. It is
// read, stored and recorded in the commit that makes the item; then it is moved, and the record
// goes. After a kill in between, a file that is recorded (folder, name, size, SHA-256) is moved and
// makes no item. What can never be taken is put aside with the reason beside it.
//
// A stack of letters may be divided (SeparationConfig): its parts become items in one commit, and
// the stack is moved as any other file. What the virus scanner finds something in, or can never
// look through, goes into the quarantine inbox, undivided. What it gives no answer about waits.

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dms/actor.h"
#include "dms/base/capture_config.h"
#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/capture/scan_files.h"
#include "dms/capture/virus_scanner.h"
#include "dms/ids.h"
#include "dms/inbound_item.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

struct CapturedFileRecord;

// What one round did.
struct ScanRound {
  std::uint64_t taken = 0;      // became items
  std::uint64_t known = 0;      // were items already and have been moved now
  std::uint64_t put_aside = 0;  // could not be taken
  std::uint64_t infected = 0;   // of the items: in quarantine
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
    search::Extractor& extractor;
    VirusScanner* scanner = nullptr;         // nullptr: nothing is looked for
    std::optional<InboxId> quarantine = {};  // needed where there is a scanner
    std::string staging_folder = {};         // the tenant's, for stacks too large for memory
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
    ScanTrouble scans = {};
  };
  using Key = std::pair<std::string, std::string>;  // folder, file

  bool is_whole(const Sighting& sighting) const;
  Result<void> forget_moved(const Account& account) const;
  // A file that was read whole.
  struct Arrival {
    const Key& key;
    storage::StagedContent content;
  };
  // nullopt where it has changed meanwhile, or is not whole: it waits.
  Result<std::optional<Arrival>> read(const Account& account, const ScanDescriptor& file,
                                      const Key& key);
  // What the file is to become; empty where it waits for the scanner.
  Result<std::vector<InboundReceipt>> examine(const Account& account, const Arrival& arrival,
                                              const std::atomic<bool>& is_stopping);
  // False where it waits for the scanner.
  Result<bool> receive(const Account& account, const Arrival& arrival,
                       const CapturedFileRecord& record, ScanRound& round,
                       const std::atomic<bool>& is_stopping);
  Result<void> take(const Account& account, ScanFiles& files, const Key& key, ScanRound& round,
                    const std::atomic<bool>& is_stopping);
  Result<void> put_aside(ScanFiles& files, const Key& key, const Error& why, ScanRound& round);

  const ScanFolderConfig config_;
  const Clock& clock_;
  const Sha256Digest source_;
  std::map<Key, Sighting> seen_;
  PostScans scans_;
  bool has_forgotten_ = false;  // what was moved before this began
};

}  // namespace dms
