#include "search/extract/parse/rtf_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dms::search::extract {
namespace {

using enum RtfAction;
using Named = std::pair<std::string_view, RtfWord>;

constexpr std::array words = {
    // Within \* they are text all the same.
    Named{"shpinst", {keep}},
    Named{"shptxt", {keep}},
    Named{"ud", {revive}},
    Named{"fldrslt", {keep}},
    Named{"do", {keep}},
    Named{"dptxbxtext", {keep}},
    Named{"footnote", {note}},
    Named{"annotation", {note}},
    Named{"fldinst", {instruction}},
    Named{"fonttbl", {fonts}},
    Named{"title", {title}},
    Named{"author", {author}},
    Named{"subject", {subject}},
    Named{"keywords", {keywords}},
    Named{"doccomm", {comments}},
    // Never text.
    Named{"upr", {skip}},
    Named{"colortbl", {skip}},
    Named{"stylesheet", {skip}},
    Named{"info", {skip}},
    Named{"pict", {skip}},
    Named{"nonshppict", {skip}},
    Named{"objdata", {skip}},
    Named{"objclass", {skip}},
    Named{"objname", {skip}},
    Named{"sp", {skip}},
    Named{"listtable", {skip}},
    Named{"revtbl", {skip}},
    Named{"filetbl", {skip}},
    Named{"atnid", {skip}},
    Named{"atnauthor", {skip}},
    Named{"xe", {skip}},
    Named{"tc", {skip}},
    Named{"rxe", {skip}},
    Named{"nonesttables", {skip}},
    Named{"ftnsep", {skip}},
    Named{"ftnsepc", {skip}},
    Named{"aftnsep", {skip}},
    Named{"aftnsepc", {skip}},
    Named{"private", {skip}},
    Named{"par", {paragraph}},
    Named{"sect", {paragraph}},
    Named{"row", {paragraph}},
    Named{"nestrow", {paragraph}},
    Named{"line", {line}},
    Named{"lbr", {line}},
    Named{"cell", {cell}},
    Named{"nestcell", {cell}},
    Named{"page", {page}},
    Named{"tab", {symbol, "\t"}},
    Named{"emdash", {symbol, "\u2014"}},
    Named{"endash", {symbol, "\u2013"}},
    Named{"emspace", {symbol, "\u2003"}},
    Named{"enspace", {symbol, "\u2002"}},
    Named{"qmspace", {symbol, "\u2005"}},
    Named{"bullet", {symbol, "\u2022"}},
    Named{"lquote", {symbol, "\u2018"}},
    Named{"rquote", {symbol, "\u2019"}},
    Named{"ldblquote", {symbol, "\u201c"}},
    Named{"rdblquote", {symbol, "\u201d"}},
    Named{"v", {hidden}},
    Named{"deleted", {hidden}},
    Named{"plain", {plain}},
    Named{"f", {font}},
    Named{"fcharset", {font_charset}},
    Named{"deff", {default_font}},
    Named{"ansicpg", {code_page}},
    Named{"ansi", {charset, {}, 1252}},
    Named{"mac", {charset, {}, 10000}},
    Named{"pc", {charset, {}, 437}},
    Named{"pca", {charset, {}, 850}},
    Named{"u", {unicode}},
    Named{"uc", {unicode_skip}},
    Named{"bin", {binary}},
};

constexpr std::array<std::pair<std::int32_t, std::uint32_t>, 14> charsets{{{77, 10000},
                                                                           {128, 932},
                                                                           {129, 949},
                                                                           {134, 936},
                                                                           {136, 950},
                                                                           {161, 1253},
                                                                           {162, 1254},
                                                                           {163, 1258},
                                                                           {177, 1255},
                                                                           {178, 1256},
                                                                           {186, 1257},
                                                                           {204, 1251},
                                                                           {222, 874},
                                                                           {238, 1250}}};

}  // namespace

RtfWord find_rtf_word(std::string_view word) {
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const Named& each) { return each.first == word; });
  return found == words.end() ? RtfWord() : found->second;
}

std::uint32_t code_page_of_charset(std::int32_t charset) {
  const auto found = std::find_if(charsets.begin(), charsets.end(),
                                  [&](const auto& each) { return each.first == charset; });
  return found == charsets.end() ? 0 : found->second;
}

}  // namespace dms::search::extract
