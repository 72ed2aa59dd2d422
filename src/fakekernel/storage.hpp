// The memory of an object: a memfd, so that other processes can map it, and in two-copy mode a second memory that the
// NPU sees instead. There nobody sees what the other side wrote until somebody copies it, as with a cache between them
// that writes back nothing by itself, save one thing: the lines that the kernel left in it when it cleared the pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mattock::fakekernel {

class Storage {
 public:
  /// Nothing when this machine has no memory left. Memory is zero, but in two-copy mode it holds 0x7f (NaN in every
  /// float format) unless `zeroed`: the driver promises zeros for ZEROING only.
  static std::shared_ptr<Storage> create(std::size_t bytes, bool two_copies, bool zeroed);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  int fd() const { return fd_; }
  std::uint64_t identity() const { return identity_; }
  std::size_t bytes() const { return cpu_.size(); }
  std::span<std::byte> cpu() const { return cpu_; }
  std::span<std::byte> npu() const { return copy_ ? std::span(copy_.get(), cpu_.size()) : cpu_; }

  /// The lines of 64 bytes that hold the range, which must be inside.
  void to_device(std::size_t offset, std::size_t bytes);
  void from_device(std::size_t offset, std::size_t bytes);

  /// The cache makes room: lines that are dirty since the memory was made fall on what the NPU has there. Those that
  /// the CPU wrote since are left out, so that nothing reaches the NPU without a sync. Says how many lines of the NPU's
  /// were lost.
  std::size_t write_back_fresh();

 private:
  Storage() = default;
  void settle(std::size_t begin, std::size_t end);

  int fd_ = -1;
  std::uint64_t identity_ = 0;
  std::span<std::byte> cpu_;
  std::unique_ptr<std::byte[]> copy_;
  std::byte fresh_value_{0};
  std::vector<bool> fresh_;  // by line: nobody has synced or written it back yet; empty when there is none
};

/// What an open file and its duplicates have in common; 0 if it is none.
std::uint64_t identity_of(int fd);

}  // namespace mattock::fakekernel
