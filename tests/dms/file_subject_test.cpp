#include "dms/file_subject.h"

#include <gtest/gtest.h>

namespace dms {
namespace {

std::string subject(std::string_view name) {
  return subject_of_file(name, "sonst");
}

TEST(FileSubject, IsTheNameWithoutItsEnding) {
  EXPECT_EQ(subject("Antrag Carport.pdf"), "Antrag Carport");
  EXPECT_EQ(subject("Satzung.v2.docx"), "Satzung.v2");
  EXPECT_EQ(subject("archiv.tar.gz"), "archiv.tar");
  EXPECT_EQ(subject("Niederschrift"), "Niederschrift");
}

TEST(FileSubject, KeepsWhatIsNoEnding) {
  EXPECT_EQ(subject("Re: Zaun, Nr. 4"), "Re: Zaun, Nr. 4");
  EXPECT_EQ(subject("Rechnung vom 18.November"), "Rechnung vom 18.November");
  EXPECT_EQ(subject(".profile"), ".profile");
  EXPECT_EQ(subject("Ende."), "Ende.");
}

TEST(FileSubject, ReadsUnderscoresAsSpaces) {
  EXPECT_EQ(subject("2026-11-18_Bescheid_Weber.pdf"), "2026-11-18 Bescheid Weber");
  EXPECT_EQ(subject("__Plan__ _Nord_.pdf"), "Plan Nord");
}

TEST(FileSubject, IsALineThatCanBeShown) {
  EXPECT_EQ(subject("____.pdf"), "sonst");
  EXPECT_EQ(subject(""), "sonst");
  EXPECT_EQ(subject("zwei\nZeilen.pdf"), "sonst");
  EXPECT_EQ(subject("\xff\xfe.pdf"), "sonst");
  std::string name;
  for (int i = 0; i < 200; ++i) name += "ü";
  EXPECT_EQ(subject(name + ".pdf").size(), 250U);
}

TEST(FileSubject, TheStemKeepsItsBytes) {
  EXPECT_EQ(file_stem("Stapel_1.pdf"), "Stapel_1");
  EXPECT_EQ(file_stem("Stapel 1. Teil"), "Stapel 1. Teil");
}

}  // namespace
}  // namespace dms
