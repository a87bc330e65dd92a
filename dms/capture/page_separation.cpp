#include "dms/capture/page_separation.h"

#include <optional>
#include <string_view>

namespace dms {

namespace {

std::optional<std::string> label_of(const search::PageMarks& page,
                                    const SeparationConfig& separation) {
  if (!separation.barcode_prefix) return std::nullopt;
  for (const std::string_view barcode : page.barcodes) {
    if (!barcode.starts_with(*separation.barcode_prefix)) continue;
    std::string_view label = barcode.substr(separation.barcode_prefix->size());
    while (label.starts_with(' ')) label.remove_prefix(1);
    return std::string(label);
  }
  return std::nullopt;
}

class Division {
 public:
  // The next page begins another letter.
  void begin(std::string label) {
    end();
    label_ = std::move(label);
  }
  void take(std::uint32_t page) {
    if (!open_) open_ = StackPart{{page, page}, label_};
    open_->pages.last = page;
  }
  // A letter ends; what follows has no label.
  void end() {
    if (open_) parts_.push_back(std::move(*open_));
    open_.reset();
    label_.clear();
  }
  std::vector<StackPart> finish() {
    end();
    return std::move(parts_);
  }

 private:
  std::vector<StackPart> parts_;
  std::optional<StackPart> open_;
  std::string label_;
};

}  // namespace

std::vector<StackPart> separate_stack(const std::vector<search::PageMarks>& pages,
                                      const SeparationConfig& separation) {
  Division division;
  bool was_sheet = false;  // the page before was a sheet between letters
  for (std::uint32_t number = 1; number <= pages.size(); ++number) {
    const search::PageMarks& page = pages[number - 1];
    if (auto label = label_of(page, separation)) {
      division.begin(std::move(*label));
      was_sheet = separation.barcode_page == BarcodePage::left_out;
      if (!was_sheet) division.take(number);
      continue;
    }
    const bool is_back_of_sheet = page.is_blank && was_sheet;
    was_sheet = false;
    if (is_back_of_sheet) continue;
    if (page.is_blank && separation.blank_pages) {
      division.end();
      continue;
    }
    division.take(number);
  }
  return division.finish();
}

}  // namespace dms
