// What letters say of themselves, and where. The letters are made up, in the forms that town halls
// get: DIN 5008 with its block of references, a court's, an invoice, a citizen's.

#include "dms/letter_fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "dms/german_dates.h"
#include "dms/letter_subject.h"

namespace dms {
namespace {

using namespace std::chrono;

constexpr Date received{year{2026}, November, day{29}};

using Values = std::map<LetterFieldName, std::string>;

std::vector<LetterField> read(std::string_view page) {
  const auto fields = read_letter({{page}, received, "Gemeinde Musterbach"});
  for (const LetterField& field : fields) {
    EXPECT_LT(field.begin, field.end);
    EXPECT_LE(field.end, page.size());
  }
  return fields;
}
Values values(std::string_view page) {
  Values found;
  for (const LetterField& field : read(page)) found[field.name] = field.value;
  return found;
}
std::string quote(std::string_view page, LetterFieldName name) {
  for (const LetterField& field : read(page)) {
    if (field.name == name) return std::string(page.substr(field.begin, field.end - field.begin));
  }
  return "";
}
std::string value(std::string_view page, LetterFieldName name) {
  const Values found = values(page);
  const auto at = found.find(name);
  return at == found.end() ? "" : at->second;
}

using Days = std::vector<std::string>;
Days days(std::string_view text, std::optional<Date> from = {}) {
  Days found;
  for (const FoundDate& each : find_dates(text, from)) found.push_back(format_date(each.date));
  return found;
}

TEST(GermanDates, AreReadAsTheyAreWritten) {
  EXPECT_EQ(days("5.11.2026 05.11.26 5. November 2026 5. Nov. 2026 2026-11-05"),
            (Days(5, "2026-11-05")));
  EXPECT_EQ(days("1. März 2025, 2. Maerz 2025, 3. Mrz. 2025 und 31. Dez 2025"),
            (Days{"2025-03-01", "2025-03-02", "2025-03-03", "2025-12-31"}));
  EXPECT_EQ(days("der 5.\nNovember\n2026"), Days{"2026-11-05"}) << "over the end of a line";
  EXPECT_EQ(days("3.4.85"), Days{"1985-04-03"});
  EXPECT_EQ(days("621.41-2026/014 192.168.11.2026 31.02.2026 0.1.2026 5.13.2026 12.345,67"),
            Days());
  EXPECT_EQ(days("15. Dezember"), Days());
  EXPECT_EQ(days("15. Dezember und 10.1.", received), (Days{"2026-12-15", "2027-01-10"}));
  EXPECT_EQ(days("29.2.", received), Days()) << "there is none in that year";
  EXPECT_EQ(days("5. Novemberhaus 2026, 5. Nov 14 Uhr"), Days());
  const std::string_view text = "bis zum 5. Nov. 2026!";
  ASSERT_EQ(find_dates(text).size(), 1U);
  EXPECT_EQ(
      text.substr(find_dates(text)[0].begin, find_dates(text)[0].end - find_dates(text)[0].begin),
      "5. Nov. 2026");
}

constexpr std::string_view office_letter =
    "Landratsamt Musterkreis · Kreisplatz 1 · 12345 Musterstadt\n"
    "\n"
    "Gemeinde Musterbach\n"
    "Rathausplatz 1\n"
    "12346 Musterbach\n"
    "\n"
    "Ihr Zeichen: 621.41-2026/014\n"
    "Ihre Nachricht vom: 02.11.2026\n"
    "Unser Zeichen: 51-621.41/14-2026\n"
    "Name: Frau Beispiel\n"
    "Telefon: 01234 567-89\n"
    "Datum: 23.11.2026\n"
    "\n"
    "Bebauungsplan Nord: Stellungnahme\n"
    "\n"
    "Sehr geehrte Damen und Herren,\n"
    "\n"
    "die Unterlagen liegen vom 1.12.2026 bis zum 4.1.2027 aus. Wir bitten um Ihre\n"
    "Stellungnahme bis spätestens Freitag, den\n"
    "18. Dezember 2026.\n";

TEST(LetterFields, OfAnOfficesLetter) {
  EXPECT_EQ(values(office_letter),
            (Values{{LetterFieldName::type, "letter"},
                    {LetterFieldName::letter_date, "2026-11-23"},
                    {LetterFieldName::sender, "Landratsamt Musterkreis"},
                    {LetterFieldName::foreign_reference, "51-621.41/14-2026"},
                    {LetterFieldName::deadline, "2026-12-18"}}));
  EXPECT_EQ(quote(office_letter, LetterFieldName::letter_date), "23.11.2026");
  EXPECT_EQ(quote(office_letter, LetterFieldName::deadline), "18. Dezember 2026");
  EXPECT_EQ(quote(office_letter, LetterFieldName::foreign_reference), "51-621.41/14-2026");
  EXPECT_EQ(quote(office_letter, LetterFieldName::sender), "Landratsamt Musterkreis");
}

TEST(LetterFields, OfACourtsLetter) {
  constexpr std::string_view page =
      "Amtsgericht Musterstadt\n"
      "Aktenzeichen (bitte stets angeben)\n"
      "Geschäftszeichen:\n"
      "12 O 345/26 des Registers\n"
      "An die\n"
      "Gemeinde Musterbach\n"
      "Musterstadt, den 9. November 2026\n"
      "Beschluss\n"
      "Ihnen wird Gelegenheit gegeben, bis zum 15.12. Stellung zu nehmen.\n";
  EXPECT_EQ(values(page), (Values{{LetterFieldName::letter_date, "2026-11-09"},
                                  {LetterFieldName::sender, "Amtsgericht Musterstadt"},
                                  {LetterFieldName::foreign_reference, "12 O 345/26"},
                                  {LetterFieldName::deadline, "2026-12-15"}}));
}

TEST(LetterFields, OfAnInvoice) {
  constexpr std::string_view page =
      "Ackerlund Landhandel GmbH\n"
      "Gemeinde Musterbach Bauhof\n"
      "Rechnung\n"
      "Rechnungs-Nr.: RE-2026-00815    Rechnungsdatum: 20.11.2026\n"
      "Lieferdatum: 12.11.2026\n"
      "Zahlbar ohne Abzug bis 20.12.2026.\n";
  EXPECT_EQ(values(page), (Values{{LetterFieldName::type, "invoice"},
                                  {LetterFieldName::letter_date, "2026-11-20"},
                                  {LetterFieldName::sender, "Ackerlund Landhandel GmbH"},
                                  {LetterFieldName::foreign_reference, "RE-2026-00815"},
                                  {LetterFieldName::deadline, "2026-12-20"}}));
}

TEST(LetterFields, OurReferenceAndWeAreNotTheSendersOwn) {
  EXPECT_EQ(value("Ihr Zeichen: 621.41-2026/014", LetterFieldName::foreign_reference), "");
  EXPECT_EQ(
      value("Ihr Aktenzeichen: 621.41-2026/014\nAz.: 7/26", LetterFieldName::foreign_reference),
      "7/26");
  EXPECT_EQ(value("Unser Zeichen Telefon Datum\n", LetterFieldName::foreign_reference), "");
  EXPECT_EQ(value("Unser Zeichen: 23.11.2026", LetterFieldName::foreign_reference), "") << "a day";
  EXPECT_EQ(value("Der Azubi: 3, Glanz: 4, Az 12", LetterFieldName::foreign_reference), "");
  EXPECT_EQ(value("Gemeinde Musterbach\nRathaus", LetterFieldName::sender), "");
  EXPECT_EQ(
      value("GEMEINDE MUSTERBACH · Rathausplatz 1 · 12346 Musterbach", LetterFieldName::sender),
      "");
  EXPECT_EQ(value("An die\nStadtwerke Nebenbach", LetterFieldName::sender), "");
}

TEST(LetterFields, DaysThatAreNotTheLetters) {
  EXPECT_EQ(value("Ihre Nachricht vom: 02.11.2026", LetterFieldName::letter_date), "");
  EXPECT_EQ(value("geboren am 02.11.1960", LetterFieldName::letter_date), "");
  EXPECT_EQ(value("Geburtsdatum: 02.11.2020", LetterFieldName::letter_date), "");
  EXPECT_EQ(value("Datum: 30.11.2026", LetterFieldName::letter_date), "") << "tomorrow";
  EXPECT_EQ(value("Datum: 30.11.1999", LetterFieldName::letter_date), "") << "long ago";
  EXPECT_EQ(value("Datum\n23.11.2026", LetterFieldName::letter_date), "2026-11-23");
  EXPECT_EQ(value("20.11.2026\nDatum: 23.11.2026", LetterFieldName::letter_date), "2026-11-23")
      << "what is called so weighs more";
}

TEST(LetterFields, DaysThatAreNoDeadlines) {
  for (const std::string_view text :
       {"vom 1.12.2026 bis zum 15.12.2026", "vom 1. bis zum 15.12.2026", "am 15.12.2026 um 10 Uhr",
        "bis zum 15.10.2026", "die Frist bis zum 3.1.2099", "Kübis 15.12.2026",
        "bis zum 20. November", "Frist: 1.6."}) {
    EXPECT_EQ(value(text, LetterFieldName::deadline), "") << text;
  }
  for (const std::string_view text :
       {"Frist: 15.12.2026", "bis zum 15.12.2026", "spätestens am 15. Dezember",
        "fällig am 15.12.26", "bis Dienstag, 15.12.2026", "bis\nzum\n15.12.2026",
        "Bis spätestens 15.12.2026"}) {
    EXPECT_EQ(value(text, LetterFieldName::deadline), "2026-12-15") << text;
  }
}

TEST(LetterFields, DeadlinesWithoutAYearAreNear) {
  EXPECT_EQ(value("bis zum 31. Mai", LetterFieldName::deadline), "2027-05-31") << "183 days";
  EXPECT_EQ(value("bis zum 20. November 2027", LetterFieldName::deadline), "2027-11-20");
}

// Linear in its length, whoever wrote it: else this takes minutes.
TEST(LetterFields, LinesThatNoLetterHasAreCut) {
  const std::string spaces(128U << 10U, ' ');
  std::string page = spaces;
  for (int i = 0; i < 10'000; ++i) page += "1.1.26 ";
  EXPECT_TRUE(read(page).empty());
  EXPECT_TRUE(read("bis zum" + spaces + "5.12.2026").empty());
  EXPECT_EQ(value(std::string(400, ' ') + "23.11.2026", LetterFieldName::letter_date),
            "2026-11-23");
  EXPECT_EQ(value(std::string(600, ' ') + "23.11.2026", LetterFieldName::letter_date), "");
  EXPECT_EQ(value(std::string(600, ' ') + "\nDatum: 23.11.2026", LetterFieldName::letter_date),
            "2026-11-23");
  // "ü" lies across the edge: it goes as a whole.
  const std::string title = "Sehr geehrte" + std::string(487, ' ') + "üb";
  EXPECT_EQ(quote(title, LetterFieldName::type), "Sehr geehrte");
}

TEST(LetterFields, TellThePage) {
  const auto fields =
      read_letter({{"Seite eins", "Wir bitten um Antwort bis zum 15.12.2026."}, received, ""});
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields[0].page, 2U);
  EXPECT_EQ(fields[0].begin, 30U);
}

TEST(LetterFields, OfAnyBytes) {
  EXPECT_TRUE(read("\xff\xfe\x80").empty());
  EXPECT_TRUE(read_letter({{}, received, ""}).empty());
  EXPECT_TRUE(read_letter({{"Datum: 23.11.2026"}, Date{}, ""}).empty());
  std::string any;
  for (int i = 0; i < 5000; ++i) any += static_cast<char>(i * 7 % 256);
  read(any);
  read(std::string(200'000, '1'));
  read(std::string(100'000, '.'));
}

TEST(LetterSubject, StandsBehindItsWordOrBeforeTheSalutation) {
  EXPECT_EQ(letter_subject("Absender\nBetreff: Kanalsanierung\nim Mühlweg\n\nText"),
            "Kanalsanierung im Mühlweg");
  EXPECT_EQ(letter_subject("Betreff\n\nKanalsanierung\nSehr geehrte Damen"), "Kanalsanierung");
  EXPECT_EQ(letter_subject("Gemeinde Musterbach\n12345 Musterbach\n\nMusterbach, den 5.11.2026\n"
                           "Überlassung der Turnhalle\nam Samstag\n\nSehr geehrter Herr Maier,\n"),
            "Überlassung der Turnhalle am Samstag");
  EXPECT_EQ(letter_subject("Datum: 5.11.2026\nTelefon 0711 123456-78\n\nGuten Tag,\n"), "");
  EXPECT_EQ(letter_subject("Betreffend die Turnhalle"), "") << "no subject line";
  EXPECT_EQ(letter_subject("Erna Muster\n\nSehr geehrte Damen"), "") << "who writes";
  EXPECT_EQ(letter_subject(""), "");
  EXPECT_EQ(letter_subject("Betreff: " + std::string(600, 'x')).size(), letter_subject_bytes_max);
}

}  // namespace
}  // namespace dms
