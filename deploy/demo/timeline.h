#pragma once

// Everything that happened in a town, in its order.

#include <variant>
#include <vector>

#include "deploy/demo/story.h"

namespace dms::demo {

struct OpenDossier {};
struct CloseDossier {};
struct ProposeErasure {};
struct FileVersion {  // the first is the filing
  const DocumentScript* document = nullptr;
  const VersionScript* version = nullptr;
};
struct TakeStep {
  const DocumentScript* document = nullptr;
  const StatusScript* step = nullptr;
};
struct StartRouting {
  const DocumentScript* document = nullptr;
  const RoutingScript* routing = nullptr;
};
struct DecideTask {
  const DocumentScript* document = nullptr;
  const RoutingScript* routing = nullptr;
  const DecisionScript* decision = nullptr;
};
struct ReceiveItem {
  const InboundScript* inbound = nullptr;
};
struct EnterAbsence {
  const AbsenceScript* absence = nullptr;
};

struct Act {
  Occasion when;
  const Story* story = nullptr;            // nullptr: of the town
  const DossierScript* dossier = nullptr;  // nullptr: of the town, or of no dossier yet
  std::variant<OpenDossier, CloseDossier, ProposeErasure, FileVersion, TakeStep, StartRouting,
               DecideTask, EnterAbsence, ReceiveItem>
      what;
};

// Borrows the town. `invalid` where something would happen before what it builds upon, or on the
// day of the start or later.
Result<std::vector<Act>> timeline(const Town& town);

}  // namespace dms::demo
