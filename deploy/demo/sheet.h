#pragma once

// What stands on paper: a letter, a note for the file, an extract of minutes. The renderers
// (render.h) make PDF, DOCX, ODT and mails of it. Everybody and everything in them is invented.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dms/base/time.h"

namespace dms::demo {

// How somebody's paper looks.
enum class Stationery : std::uint8_t {
  municipality,  // the town's own, with its arms
  authority,
  company,
  person  // no letterhead: name and address
};
BOOST_DESCRIBE_ENUM(Stationery, municipality, authority, company, person)

// Somebody who writes or is written to.
struct Correspondent {
  std::string name;               // "Landratsamt Bachtalkreis"
  std::string unit;               // "Baurechtsamt"; may be empty
  std::string street;             // "Kreishaus 2"
  std::string place;              // "79990 Bachtal"
  std::string phone;              // may be empty
  std::string email;              // may be empty
  std::vector<std::string> foot;  // small print of the letterhead: bank, register, office hours
  Stationery stationery = Stationery::person;
};

enum class SheetLayout : std::uint8_t {
  letter,   // DIN 5008 form B: address field, reference block, fold marks
  note,     // Vermerk and Verfügung
  extract,  // Auszug aus der Niederschrift
  record    // forms, delivery notes, tables: a title and what stands below
};
BOOST_DESCRIBE_ENUM(SheetLayout, letter, note, extract, record)

struct ReferenceLine {
  std::string label;  // "Unser Zeichen"
  std::string value;
};

// Who signs, and below which words.
struct Signature {
  std::string closing;                // "Mit freundlichen Grüßen"; may be empty
  std::vector<std::string> lines;     // "i. A.", name, office
  bool given = false;                 // there is a signature above the name
  std::vector<std::string> enclosed;  // Anlagen
};

// Text in parts, as parse_body() makes them.
struct Paragraph {
  std::string text;  // lines are separated by \n
};
struct Heading {
  std::string text;
};
struct Item {
  std::string label;  // "1.", "a)" or "–"
  std::string text;
};
struct Table {
  struct Row {
    std::vector<std::string> cells;
    bool is_total = false;
  };
  std::vector<Row> rows;    // the first is the head
  std::vector<int> widths;  // of the columns, as shares of the whole
};
using Block = std::variant<Paragraph, Heading, Item, Table>;

struct Sheet {
  SheetLayout layout = SheetLayout::letter;
  Correspondent sender;
  std::optional<Correspondent> recipient;
  std::vector<ReferenceLine> references;
  Date date;
  std::string subject;
  std::string greeting;  // may be empty
  std::vector<Block> body;
  Signature signature;
  std::optional<Date> received;  // stamped as received by the town
};

// Blocks are separated by empty lines:
//
//   # Heading
//   1. item            (also a), –, -), each on a line of its own
//   | a | b |          table; the first row is its head, a row that begins with |= is a total.
//                      A row of numbers before the head gives the columns' shares.
//   anything else      a paragraph: its lines run together; a \ at the end of one breaks it
//
// Parse before placeholders are filled in: "12. März" is no twelfth item.
std::vector<Block> parse_body(std::string_view text);

}  // namespace dms::demo
