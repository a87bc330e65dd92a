#pragma once

// Lines of a zstd-compressed text file, one after the other, in bounded memory. Whoever includes
// this links libzstd.

#include <zstd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace dms::test {

class ZstdLines {
 public:
  // A file that cannot be opened has no lines; see is_open().
  explicit ZstdLines(const std::string& path)
      : file_(std::fopen(path.c_str(), "rb")),
        stream_(ZSTD_createDStream()),
        input_(ZSTD_DStreamInSize()),
        output_(ZSTD_DStreamOutSize()) {}

  bool is_open() const { return file_ != nullptr; }

  // The next line without its line feed; false at the end or where the file is damaged.
  bool next(std::string& line) {
    line.clear();
    while (true) {
      const std::size_t end = text_.find('\n', at_);
      if (end != std::string::npos) {
        line.assign(text_, at_, end - at_);
        at_ = end + 1;
        return true;
      }
      text_.erase(0, at_);
      at_ = 0;
      if (!fill()) {
        line.swap(text_);
        text_.clear();
        return !line.empty();
      }
    }
  }

 private:
  bool fill() {
    while (file_) {
      if (in_.pos == in_.size) {
        in_ = {input_.data(), std::fread(input_.data(), 1, input_.size(), file_.get()), 0};
        if (in_.size == 0) return false;
      }
      ZSTD_outBuffer out{output_.data(), output_.size(), 0};
      if (ZSTD_isError(ZSTD_decompressStream(stream_.get(), &out, &in_)) != 0) return false;
      if (out.pos > 0) {
        text_.append(output_.data(), out.pos);
        return true;
      }
    }
    return false;
  }

  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct FreeStream {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
  std::vector<char> input_;
  std::vector<char> output_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace dms::test
