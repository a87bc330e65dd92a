#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "failing_disk.h"

namespace dms::test {

FailingDisk::FailingDisk(std::filesystem::path folder, std::filesystem::path control)
    : folder_(std::move(folder)), control_(std::move(control)) {
  const int descriptor = ::open(control_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  void* mapped = MAP_FAILED;
  if (descriptor >= 0 && ::ftruncate(descriptor, sizeof(DiskFaultControl)) == 0) {
    mapped = ::mmap(nullptr, sizeof(DiskFaultControl), PROT_READ | PROT_WRITE, MAP_SHARED,
                    descriptor, 0);
  }
  if (mapped == MAP_FAILED) {
    std::perror("failing_disk: control file");
    std::abort();
  }
  ::close(descriptor);
  mapped_ = static_cast<DiskFaultControl*>(mapped);
}

FailingDisk::~FailingDisk() {
  ::munmap(mapped_, sizeof(DiskFaultControl));
}

std::vector<std::string> FailingDisk::environment() const {
  return {"LD_PRELOAD=" AKTENWERK_FAILING_DISK,
          std::string(disk_fault_control_variable) + "=" + control_.string(),
          std::string(disk_fault_folder_variable) + "=" + folder_.string()};
}

void FailingDisk::set(DiskFault fault) {
  mapped_->fault.store(static_cast<std::uint32_t>(fault), std::memory_order_release);
}

std::uint64_t FailingDisk::struck(DiskCall call) const {
  return mapped_->struck[static_cast<std::size_t>(call)].load(std::memory_order_acquire);
}

std::uint64_t FailingDisk::struck() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < disk_call_names.size(); ++i) sum += struck(DiskCall(i));
  return sum;
}

std::string FailingDisk::strikes() const {
  std::string told;
  for (std::size_t i = 0; i < disk_call_names.size(); ++i) {
    told += (i == 0 ? "" : ", ") + std::to_string(struck(DiskCall(i))) + " " + disk_call_names[i];
  }
  return told;
}

}  // namespace dms::test
