#pragma once

// The folder of an export: written whole or not at all, read without ever leaving it. Modes 0700
// and 0600; no symbolic link is followed on the way (openat2 with RESOLVE_BENEATH and
// RESOLVE_NO_SYMLINKS). One thread at a time.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "dms/exchange/export_format.h"

namespace dms::exchange {

// An open file; closes it.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const { return number_; }

 private:
  int number_;
};

// A file being written, through a buffer of 256 KiB.
class ExportFile {
 public:
  ExportFile(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  Result<void> write(std::string_view bytes);
  Result<void> write_line(std::string_view line);
  // What was written; nothing can be written afterwards.
  Result<Sha256Digest> close();
  const std::string& path() const { return path_; }

 private:
  Result<void> flush();

  Descriptor file_;
  const std::string path_;
  std::string buffer_;
  Sha256 hash_;
};

class ExportFolder {
 public:
  // Works in `<path>.exporting`: what a killed process left there goes first. `conflict` where
  // `path` exists, or another process is at it.
  static Result<std::unique_ptr<ExportFolder>> begin(const std::string& path);
  ~ExportFolder();  // removes what was not finished
  ExportFolder(const ExportFolder&) = delete;
  ExportFolder& operator=(const ExportFolder&) = delete;

  // `path` as is_path_below(). The folder a file goes to must have been made.
  Result<void> make_folder(const std::string& path);
  Result<std::unique_ptr<ExportFile>> create(const std::string& path);
  // Ends a file and adds it to SHA256SUMS.
  Result<Sha256Digest> close(ExportFile& file);
  Result<void> write_file(const std::string& path, std::string_view text);
  // Makes all durable and lets the folder appear. Returns the SHA-256 of SHA256SUMS.
  Result<Sha256Digest> finish();

 private:
  ExportFolder(std::string place, Descriptor root);

  const std::string place_;
  const std::string path_;
  Descriptor root_;
  std::unique_ptr<ExportFile> checksums_;
  bool is_finished_ = false;
};

class ImportFolder {
 public:
  // `not_found` where it does not exist, `invalid` where it is a symbolic link or no folder.
  static Result<std::unique_ptr<ImportFolder>> open(const std::string& path);

  // Reads every file and holds it against SHA256SUMS: `corrupt`, naming the file, where one is
  // other, missing or named twice, or where there is one that is not named. `progress` is told the
  // bytes of each. Returns the SHA-256 of SHA256SUMS.
  Result<Sha256Digest> check(const std::function<void(std::uint64_t)>& progress) const;

  Result<bool> has(const std::string& path) const;
  // A small file, whole.
  Result<std::string> read(const std::string& path, std::size_t bytes_max) const;
  // Line by line, without their ends; the last one must have one. An error of `visit` comes back
  // with file and line in its hint.
  Result<void> for_each_line(const std::string& path,
                             const std::function<Result<void>(std::string_view)>& visit) const;
  // Piece by piece, at most 1 MiB each.
  Result<void> for_each_piece(const std::string& path,
                              const std::function<Result<void>(std::string_view)>& visit) const;

 private:
  // A file's name, shortened: of a million files they fit into 16 MiB.
  using NameDigest = std::array<std::uint8_t, 16>;

  ImportFolder(std::string path, Descriptor root)
      : path_(std::move(path)), root_(std::move(root)) {}
  Result<Descriptor> open_file(const std::string& path) const;
  Result<Sha256Digest> digest_of(const std::string& path,
                                 const std::function<void(std::uint64_t)>& progress) const;
  Result<void> check_nothing_else(std::vector<NameDigest> named) const;
  static NameDigest shortened(std::string_view path);

  const std::string path_;
  Descriptor root_;
};

}  // namespace dms::exchange
