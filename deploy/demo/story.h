#pragma once

// What happened in a demo municipality: its people, correspondents, dossiers and what was done to
// them, when and by whom, as read from the TOML files (README.md has their format). Days are
// resolved; texts still have their placeholders.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deploy/demo/calendar.h"
#include "deploy/demo/invoice.h"
#include "deploy/demo/pdf_canvas.h"
#include "deploy/demo/sheet.h"
#include "dms/base/result.h"
#include "dms/dossier.h"
#include "workflow/engine.h"

namespace dms::demo {

// Somebody who can sign in.
struct Person {
  std::string name;  // to sign in with
  std::string display_name;
  std::string role;        // "clerk", "mobile" or "administrator"
  std::string department;  // an org unit's name; empty for the administrator
  std::string position;    // "Leiter der Kämmerei"
  std::string phone;
  bool is_head = false;  // closes dossiers and reopens them
};

// The other end of a letter, by the key that stories use.
struct KnownCorrespondent {
  std::string key;
  Correspondent is;
};

// When something was done, and by whom.
struct Occasion {
  Date day;
  Instant at;
  std::string by;  // a person's name
};

// How a file is made.
enum class FileFormat : std::uint8_t { pdf, docx, odt, eml, xml };
BOOST_DESCRIBE_ENUM(FileFormat, pdf, docx, odt, eml, xml)

struct AttachmentScript {
  std::string file_name;
  std::string title;
  std::string text;
};

// A part of a site plan: an area with its name on it.
enum class PlanPart : std::uint8_t { parcel, building, planned, road, water, green, limit };
BOOST_DESCRIBE_ENUM(PlanPart, parcel, building, planned, road, water, green, limit)
struct PlanArea {
  PlanPart part = PlanPart::parcel;
  std::string label;
  std::vector<Point> corners;     // in the drawing's own units
  std::optional<Point> label_at;  // its middle, where that is not the area's
};
struct PlanScript {
  std::string scale;  // "1 : 500"
  std::vector<PlanArea> areas;
  std::vector<std::string> legend;
};

// One file's content. Which parts are set follows from the format and layout.
struct ContentScript {
  FileFormat format = FileFormat::pdf;
  SheetLayout layout = SheetLayout::letter;
  std::string from;  // a correspondent's key or "town"
  std::string to;    // the same, or the name of a person of the house
  std::vector<std::string> cc;
  std::string clerk;  // who deals with it, of the house
  Date dated;
  std::optional<Date> stamped;  // received by the house on paper
  std::string our_reference;    // the sender's
  std::string your_reference;
  std::vector<std::string> facts;  // "Label: value"
  std::string subject;
  std::string greeting;
  std::string text;
  std::string closing;
  std::vector<std::string> signed_by;
  bool is_signed = false;
  std::vector<std::string> enclosed;
  Instant sent;         // of a mail
  std::string answers;  // the mail's document that it answers
  std::vector<AttachmentScript> attachments;
  std::optional<Invoice> invoice;
  std::optional<PlanScript> plan;
};

struct VersionScript {
  Occasion filed;
  std::string comment;
  std::string file_name;
  ContentScript content;
};

struct StatusScript {
  Occasion on;
  DocumentStatus status = DocumentStatus::draft;
};

struct DecisionScript {
  Occasion on;
  std::string on_behalf_of;  // a person's name; empty: for himself
  workflow::Decision decision = workflow::Decision::done;
  std::string comment;
  std::string to;  // delegate, consult
};

struct StepScript {
  workflow::Directive directive = workflow::Directive::co_sign;
  std::string assignee;  // a person's or department's name; empty: an open place of a template
  std::string instruction;
  std::optional<Date> due_on;
  std::optional<std::uint32_t> due_days;
};
using StageScript = std::vector<StepScript>;

struct RoutingScript {
  Occasion started;
  std::string title;
  std::string template_;               // by name, with
  std::vector<std::string> assignees;  // people for its open places, or
  std::vector<StageScript> stages;     // stages of its own
  std::vector<DecisionScript> decisions;
};

struct DocumentScript {
  std::string key;  // for others that point to it; may be empty
  DocumentType type = DocumentType::letter;
  Direction direction = Direction::incoming;
  std::optional<DocumentStatus> status;  // as filed
  ReceiptChannel channel = ReceiptChannel::upload;
  std::optional<Date> received_on;
  std::optional<Date> sent_on;
  std::vector<VersionScript> versions;  // one at least
  std::vector<StatusScript> steps;
  std::vector<RoutingScript> routings;
};

// Proposed for destruction; nobody has released it.
struct ErasureScript {
  Occasion proposed;
  std::string reason;
};

struct DossierScript {
  std::string key;
  std::string unit_code;
  Occasion opened;
  std::optional<Occasion> closed;
  std::optional<ErasureScript> erasure;
  DossierFields fields;  // without the ids of units and links
  std::string lead_department;
  std::string record_keeping_department;
  std::vector<std::string> links;  // keys
  std::vector<DocumentScript> documents;
};

// Somebody on holiday.
struct AbsenceScript {
  Occasion entered;
  std::string deputy;  // for who entered it
  Date first_day;
  Date last_day;
};

struct TemplateScript {
  std::string name;
  std::vector<StageScript> stages;
};

// What has arrived and is not filed yet.
struct InboundScript {
  Occasion received;
  std::string department;  // in whose inbox
  DocumentType type = DocumentType::letter;
  ReceiptChannel channel = ReceiptChannel::scan_folder;
  std::string file_name;
  std::optional<Date> deadline;
  std::string basket;  // of a person, where it was given to one; else empty
  std::string note;    // for him
  ContentScript content;
};

// One file of a town's folder.
struct Story {
  std::string name;  // of the file, without its ending
  Days days;
  std::vector<DossierScript> dossiers;
  std::vector<InboundScript> inbound;
};

// A department's inbox; who works there deals with it.
struct InboxScript {
  std::string department;
  std::string name;
  std::vector<std::string> others;  // people who do, too
};

struct Town {
  Days days;
  Correspondent self;
  Occasion founded;  // plan, people and templates are made; by the administrator
  std::vector<Person> people;
  std::vector<KnownCorrespondent> correspondents;
  std::vector<TemplateScript> templates;
  std::vector<std::string> personnel_readers;  // who is named in the list of the personnel files
  std::vector<std::string> record_managers;    // who may also propose and release destruction
  std::vector<AbsenceScript> absences;
  std::vector<InboxScript> inboxes;
  std::vector<Story> stories;
};

const Person* find_person(const Town& town, std::string_view name);
// nullptr where nobody is called so.
const Correspondent* find_correspondent(const Town& town, std::string_view key);

}  // namespace dms::demo
