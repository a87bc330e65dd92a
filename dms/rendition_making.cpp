#include "dms/rendition_making.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "dms/derived_content.h"
#include "dms/document_text_record.h"
#include "dms/extraction_file.h"
#include "dms/inbox_record.h"
#include "dms/local_date.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::StagedContent;
using storage::View;

namespace {

// Larger files are not handed over, as for their text.
constexpr std::uint64_t original_bytes_max = 256ULL << 20U;
// All files of a run together, so that the sandbox's folder has room for them and what they become.
constexpr std::uint64_t batch_bytes_max = 48ULL << 20U;
// More text than some hundred pages: nobody leafs through that.
constexpr std::uint64_t text_bytes_max = 1ULL << 20U;

// ---- what becomes of which type
// ------------------------------------------------------------------------------

enum class Way : std::uint8_t {
  draw,        // shown as it is: a thumbnail
  draw_pages,  // a picture that browsers do not show: a PDF of its pages, and a thumbnail
  office,      // by LibreOffice
  text,        // the text that was found in it, by LibreOffice
  none
};

struct TypeWay {
  std::string_view mime_type;
  Way way;
  std::string_view suffix = {};  // what LibreOffice goes by
};

constexpr std::string_view ooxml = "application/vnd.openxmlformats-officedocument.";
constexpr std::string_view open_document = "application/vnd.oasis.opendocument.";

constexpr std::array<TypeWay, 12> types{{{"application/pdf", Way::draw},
                                         {"image/jpeg", Way::draw},
                                         {"image/png", Way::draw},
                                         {"image/tiff", Way::draw_pages},
                                         {"application/msword", Way::office, "doc"},
                                         {"application/vnd.ms-excel", Way::office, "xls"},
                                         {"application/vnd.ms-powerpoint", Way::office, "ppt"},
                                         {"text/rtf", Way::office, "rtf"},
                                         {"application/rtf", Way::office, "rtf"},
                                         {"message/rfc822", Way::text},
                                         {"application/vnd.ms-outlook", Way::text},
                                         {"application/json", Way::text}}};
constexpr std::array<TypeWay, 3> ooxml_kinds{
    {{"wordprocessingml.document", Way::office, "docx"},
     {"spreadsheetml.sheet", Way::office, "xlsx"},
     {"presentationml.presentation", Way::office, "pptx"}}};
constexpr std::array<TypeWay, 4> open_document_kinds{{{"text", Way::office, "odt"},
                                                      {"spreadsheet", Way::office, "ods"},
                                                      {"presentation", Way::office, "odp"},
                                                      {"graphics", Way::office, "odg"}}};

template <std::size_t count>
const TypeWay* find_way(const std::array<TypeWay, count>& among, std::string_view type) {
  const auto found = std::find_if(among.begin(), among.end(),
                                  [&](const TypeWay& each) { return each.mime_type == type; });
  return found == among.end() ? nullptr : &*found;
}

TypeWay way_of(std::string_view type) {
  constexpr TypeWay as_text{{}, Way::text};
  const TypeWay* found = find_way(types, type);
  if (type.starts_with(ooxml)) found = find_way(ooxml_kinds, type.substr(ooxml.size()));
  if (type.starts_with(open_document)) {
    found = find_way(open_document_kinds, type.substr(open_document.size()));
  }
  if (found != nullptr) return *found;
  const bool is_text =
      type.starts_with("text/") || type == "application/xml" || type.ends_with("+xml");
  return is_text ? as_text : TypeWay{{}, Way::none};
}

// ---- one content
// ------------------------------------------------------------------------------

// A content whose rendition is being made.
struct Subject {
  RenditionRecord record;
  DocumentTextRecord text;
  TypeWay way{{}, Way::none};
  std::shared_ptr<storage::ContentReader> lease;  // an erasure of the content waits for it
  std::optional<Descriptor> file;                 // for the sandbox
};

struct Made {
  RenditionState state = RenditionState::unsupported;
  std::string preview;    // PDF
  std::string thumbnail;  // JPEG
};

RenditionState to_state(search::TextState state) {
  switch (state) {
    case search::TextState::extracted:
      return RenditionState::made;
    case search::TextState::encrypted:
      return RenditionState::encrypted;
    case search::TextState::limit_exceeded:
      return RenditionState::limit_exceeded;
    case search::TextState::refused:
    case search::TextState::unsupported:  // the tool is not there
      return RenditionState::refused;
    case search::TextState::empty:
    case search::TextState::damaged:
      break;
  }
  return RenditionState::damaged;
}

// Where the text is what would be shown, and there is none.
RenditionState without_text(const DocumentTextRecord& text) {
  switch (known_or(text.state, DocumentTextState::unsupported)) {
    case DocumentTextState::encrypted:
      return RenditionState::encrypted;
    case DocumentTextState::damaged:
      return RenditionState::damaged;
    case DocumentTextState::limit_exceeded:
      return RenditionState::limit_exceeded;
    case DocumentTextState::refused:
      return RenditionState::refused;
    default:
      return RenditionState::unsupported;
  }
}

// Whether another try would end the same.
bool is_lost(const Error& error) {
  return error.code == ErrorCode::corrupt || error.code == ErrorCode::not_found ||
         storage::is_without_key(error);
}

std::string german_date(Date date) {
  return fmt::format("{:02}.{:02}.{}", static_cast<unsigned>(date.day()),
                     static_cast<unsigned>(date.month()), static_cast<int>(date.year()));
}

// Staged bytes that nobody is to have: gone with the next sweep.
void let_go(Commit& commit, const StagedContent& staged, const Uuid& owner) {
  commit.name_content(staged, owner);
  commit.release_content(staged.id(), owner);
}

// Pages that could not be drawn, or that there are not, are remembered for a while.
void forget_oldest_blank(std::vector<PageImageRecord>& images) {
  constexpr std::ptrdiff_t blank_max = 20;
  const auto is_blank = [](const PageImageRecord& each) { return !each.image; };
  if (std::count_if(images.begin(), images.end(), is_blank) < blank_max) return;
  images.erase(std::find_if(images.begin(), images.end(), is_blank));
}

RenditionPartRecord to_part(const StagedContent& staged) {
  RenditionPartRecord part;
  part.content = staged.id().sha256;
  part.size = staged.id().size;
  return part;
}

class Maker {
 public:
  explicit Maker(const RenditionMaking& with) : with_(with) {}

  Result<std::size_t> make(std::span<const RenditionRecord> waiting) {
    if (wants_images(waiting.front())) return make_image(waiting.front());
    std::optional<Subject> first = DMS_TRY(look_at(waiting.front()));
    if (!first) return std::size_t{1};
    if (first->way.way == Way::office || first->way.way == Way::text) {
      return make_batch(std::move(*first), waiting.subspan(1));
    }
    DMS_TRY(keep(*first, DMS_TRY(draw(*first))));
    return std::size_t{1};
  }

 private:
  // nullopt where nothing is to be made any more, or nothing can be: that is kept.
  Result<std::optional<Subject>> look_at(const RenditionRecord& record) {
    const ContentId content = original_of(record);
    Subject subject;
    subject.record = record;
    bool is_wanted = false;
    bool is_dangerous = false;
    using Found = std::optional<DocumentTextRecord>;
    const Found text = DMS_TRY(with_.store.read<Found>([&](const View& view) -> Result<Found> {
      is_wanted = DMS_TRY(is_named(view, content));
      is_dangerous = DMS_TRY(is_infected(view, content));
      return find_document_text_record(view, content);
    }));
    if (text) subject.text = *text;
    if (is_wanted && text) subject.way = way_of(text->mime_type);
    Made nothing;
    const bool is_office = subject.way.way == Way::office || subject.way.way == Way::text;
    if (is_dangerous) {
      nothing.state = RenditionState::infected;
    } else if (is_office && !search::office_lacks().empty()) {
      nothing.state = RenditionState::refused;
    } else if (subject.way.way == Way::office && content.size > batch_bytes_max) {
      nothing.state = RenditionState::limit_exceeded;
    } else if (subject.way.way == Way::text && !subject.text.text && !subject.text.mail) {
      nothing.state = without_text(subject.text);
    } else if (subject.text.state == DocumentTextState::encrypted) {
      nothing.state = RenditionState::encrypted;
    } else if (content.size > original_bytes_max) {
      nothing.state = RenditionState::limit_exceeded;
    } else if (content.size > 0 && subject.way.way != Way::none) {
      const Result<void> read = open(subject);
      if (read) return std::optional(std::move(subject));
      if (!is_lost(read.error()) && read.error().code != ErrorCode::too_large) {
        return fail(read.error());
      }
      nothing.state = read.error().code == ErrorCode::too_large ? RenditionState::limit_exceeded
                                                                : RenditionState::damaged;
    }
    DMS_TRY(keep(subject, nothing));
    return std::optional<Subject>();
  }

  Result<void> open(Subject& subject) {
    subject.lease = DMS_TRY(with_.store.read_content(original_of(subject.record)));
    if (subject.way.way == Way::text) {
      const std::string text = DMS_TRY(text_to_show(subject.text));
      subject.file.emplace(DMS_TRY(put_out(text, with_.staging_folder)));
    } else {
      subject.file.emplace(DMS_TRY(copy_out(*subject.lease, with_.staging_folder)));
    }
    return {};
  }

  // What LibreOffice is given in place of a file that it is not to read: UTF-8 with its mark.
  Result<std::string> text_to_show(const DocumentTextRecord& record) {
    std::string shown = "\xef\xbb\xbf";
    if (record.mail) {
      const auto line = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) shown += std::string(name) + ": " + value + "\n";
      };
      const auto joined = [](const std::vector<std::string>& names) {
        std::string all;
        for (const std::string& name : names) all += (all.empty() ? "" : "; ") + name;
        return all;
      };
      line("Von", record.mail->from.value_or(""));
      line("An", joined(record.mail->to));
      line("Kopie", joined(record.mail->cc));
      if (const auto day = recordable_local_date(record.mail->sent_at)) {
        line("Datum", german_date(*day));
      }
      line("Betreff", record.mail->subject.value_or(""));
      for (const AttachmentRecord& attachment : record.attachments) {
        line("Anlage", attachment.name);
      }
      shown += "\n";
    }
    if (!record.text) return shown;
    if (record.text_size > text_bytes_max) {
      return fail(operator_error(ErrorCode::too_large, "rendition: too much text"));
    }
    DocumentText text;
    text.text = ContentId{{record.domain}, *record.text, record.text_size};
    shown += DMS_TRY(read_text(with_.store, text, text_bytes_max));
    return shown;
  }

  // The next of the pages that are wanted, of the PDF that was made of the file or of itself.
  Result<std::size_t> make_image(const RenditionRecord& record) {
    const std::uint32_t page = record.images_wanted->front();
    const ContentId source =
        record.preview ? content_of(record, *record.preview) : original_of(record);
    search::DrawnFile drawn;
    const auto lease = with_.store.read_content(source);
    if (!lease && !is_lost(lease.error())) return fail(lease.error());
    if (lease) {
      const Descriptor file = DMS_TRY(copy_out(**lease, with_.staging_folder));
      const search::ImageWanted wanted{page, page_image_side, search::ImageWanted::Waiter::person};
      drawn = DMS_TRY(with_.extractor.draw(file.number(), wanted, with_.abandoned));
    }
    std::optional<StagedContent> image;
    if (drawn.state == search::TextState::extracted) {
      image = DMS_TRY(stage_derived(with_.store, {record.domain}, drawn.bytes));
    }
    DMS_TRY(with_.store.commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      auto present = DMS_TRY(find_rendition_record(view, original_of(record)));
      const bool is_same = present && present->id == record.id && wants_images(*present) &&
                           present->images_wanted->front() == page;
      if (!is_same) {
        if (image) let_go(commit, *image, make_uuid_v7(with_.clock.now()));
        return commit;
      }
      present->images_wanted->erase(present->images_wanted->begin());
      PageImageRecord drawn_page;
      drawn_page.page = page;
      if (image) drawn_page.image = to_part(*image);
      if (image) commit.name_content(*image, present->id);
      if (!present->images) present->images.emplace();
      if (!drawn_page.image) forget_oldest_blank(*present->images);
      present->images->push_back(std::move(drawn_page));
      DMS_TRY(commit.put(rendition_table, *present));
      return commit;
    }));
    return std::size_t{1};
  }

  Result<Made> draw(const Subject& subject) {
    Made made;
    const int file = subject.file->number();
    if (subject.way.way == Way::draw_pages) {
      search::DrawnFile pdf = DMS_TRY(with_.extractor.picture_pdf(file, with_.abandoned));
      made.state = to_state(pdf.state);
      if (made.state != RenditionState::made) return made;
      made.preview = std::move(pdf.bytes);
    }
    search::DrawnFile drawn =
        DMS_TRY(with_.extractor.draw(file, {1, thumbnail_side}, with_.abandoned));
    made.state = to_state(drawn.state);
    made.thumbnail = std::move(drawn.bytes);
    return made;
  }

  Result<bool> lies_in_inbox(const RenditionRecord& record) const {
    return with_.store.read<bool>(
        [&](const View& view) { return is_kept_by_item(view, original_of(record)); });
  }

  Result<std::size_t> make_batch(Subject first, std::span<const RenditionRecord> others) {
    std::size_t done = 0;
    std::uint64_t bytes = first.record.size;
    const bool is_alone = first.record.alone.value_or(false);
    const bool is_of_inbox = DMS_TRY(lies_in_inbox(first.record));
    std::vector<Subject> batch;
    batch.push_back(std::move(first));
    for (const RenditionRecord& record : others) {
      if (is_alone || batch.size() >= with_.batch_max) break;
      if (bytes + record.size > batch_bytes_max || wants_images(record)) continue;
      // One that took LibreOffice over could carry another's text out of its key domain, and what
      // anybody sent in what is filed.
      if (record.domain != batch.front().record.domain || record.alone.value_or(false)) continue;
      if (DMS_TRY(lies_in_inbox(record)) != is_of_inbox) continue;
      const Way way = DMS_TRY(way_of_waiting(record));
      if (way != Way::office && way != Way::text) continue;
      std::optional<Subject> next = DMS_TRY(look_at(record));
      ++done;
      if (!next) continue;
      bytes += record.size;
      batch.push_back(std::move(*next));
    }
    std::vector<search::OfficeFile> files;
    for (const Subject& subject : batch) {
      const bool is_text = subject.way.way == Way::text;
      files.push_back({subject.file->number(), is_text ? "txt" : std::string(subject.way.suffix)});
    }
    std::vector<search::DrawnFile> pdfs = DMS_TRY(with_.extractor.convert(files, with_.abandoned));
    if (pdfs.size() != batch.size()) {
      return fail(operator_error(ErrorCode::internal, "conversion: other files than asked for"));
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (pdfs[i].is_in_doubt) {
        DMS_TRY(put_alone(batch[i].record));
        continue;
      }
      DMS_TRY(keep(batch[i], DMS_TRY(draw_converted(std::move(pdfs[i])))));
    }
    return done + 1;
  }

  // Its turn comes again, after those of other tenants.
  Result<void> put_alone(const RenditionRecord& worked_on) {
    DMS_TRY(with_.store.commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      auto record = DMS_TRY(find_rendition_record(view, original_of(worked_on)));
      if (!record || !is_in_state(*record, RenditionState::waiting)) return commit;
      record->alone = true;
      DMS_TRY(commit.put(rendition_table, *record));
      return commit;
    }));
    return {};
  }

  Result<Way> way_of_waiting(const RenditionRecord& record) {
    return with_.store.read<Way>([&](const View& view) -> Result<Way> {
      const auto text = DMS_TRY(find_document_text_record(view, original_of(record)));
      return text ? way_of(text->mime_type).way : Way::none;
    });
  }

  Result<Made> draw_converted(search::DrawnFile pdf) {
    Made made;
    made.state = to_state(pdf.state);
    if (made.state != RenditionState::made) return made;
    made.preview = std::move(pdf.bytes);
    const Descriptor file = DMS_TRY(put_out(made.preview, with_.staging_folder));
    search::DrawnFile drawn =
        DMS_TRY(with_.extractor.draw(file.number(), {1, thumbnail_side}, with_.abandoned));
    // A preview without a thumbnail is worth having.
    if (drawn.state == search::TextState::extracted) made.thumbnail = std::move(drawn.bytes);
    return made;
  }

  Result<void> keep(const Subject& subject, const Made& made) {
    const RenditionRecord& worked_on = subject.record;
    std::optional<StagedContent> preview;
    std::optional<StagedContent> thumbnail;
    if (!made.preview.empty()) {
      preview = DMS_TRY(stage_derived(with_.store, {worked_on.domain}, made.preview));
    }
    if (!made.thumbnail.empty()) {
      thumbnail = DMS_TRY(stage_derived(with_.store, {worked_on.domain}, made.thumbnail));
    }
    DMS_TRY(with_.store.commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      const ContentId content = original_of(worked_on);
      const bool is_wanted = DMS_TRY(is_named(view, content));
      auto record = DMS_TRY(find_rendition_record(view, content));
      const bool is_same = record && record->id == worked_on.id &&
                           record->requested_at == worked_on.requested_at &&
                           is_in_state(*record, RenditionState::waiting);
      if (!is_wanted || !is_same) {
        const Uuid nobody = make_uuid_v7(with_.clock.now());
        if (preview) let_go(commit, *preview, nobody);
        if (thumbnail) let_go(commit, *thumbnail, nobody);
        if (is_wanted || !record) return commit;
        release_parts(commit, *record);
        DMS_TRY(commit.erase(rendition_table, rendition_table.key(*record)));
        return commit;
      }
      release_parts(commit, *record);
      record->id = make_uuid_v7(with_.clock.now());
      record->rendition_version = rendition_version;
      record->state = made.state;
      record->made_at = with_.clock.now();
      record->preview.reset();
      record->thumbnail.reset();
      record->images.reset();
      record->alone.reset();
      if (preview) record->preview = to_part(*preview);
      if (thumbnail) record->thumbnail = to_part(*thumbnail);
      if (preview) commit.name_content(*preview, record->id);
      if (thumbnail) commit.name_content(*thumbnail, record->id);
      DMS_TRY(commit.put(rendition_table, *record));
      return commit;
    }));
    return {};
  }

  const RenditionMaking& with_;
};

}  // namespace

Result<std::size_t> make_renditions(const RenditionMaking& with,
                                    std::span<const RenditionRecord> waiting) {
  if (waiting.empty()) return std::size_t{0};
  return Maker(with).make(waiting);
}

}  // namespace dms
