// Jobs written out by register, correct until a test changes one: values from the notes' tables of a product, a copy
// and an int8 layer. Every tensor has a buffer of exactly its bytes, so that one atom more is outside.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "check/check.hpp"

namespace mattock::test {

inline constexpr std::uint64_t kCommands = 0x10000, kFeatures = 0x20000, kWeights = 0x30000, kResult = 0x40000,
                               kRecords = 0x50000, kFactors = 0x60000, kElement = 0x70000;

class Example {
 public:
  /// fp16 4x32 by 32x16 to fp32, row-major in place: width 1, height 4 (docs/architecture.md works it out).
  static Example product();
  /// fp16 cube, 5x3 pixels, 8 channels, surfaces 128 bytes apart: DPU_RDMA feeds the DPU.
  static Example copy();
  /// int8 1x1 convolution of 6x2 pixels, 32 to 24 channels, with BS records per channel and an EW add per pixel.
  static Example layer();

  /// The whole value of a register in task `task`.
  Example& set(std::uint16_t offset, std::uint32_t value, std::size_t task = 0);
  /// Bits [high:low] of it.
  Example& bits(std::uint16_t offset, unsigned high, unsigned low, std::uint32_t value, std::size_t task = 0);
  std::uint32_t value(std::uint16_t offset, std::size_t task = 0) const { return registers[task].at(offset); }
  /// Leaves the word out.
  Example& omit(std::uint16_t offset, std::size_t task = 0);
  /// The tasks of `next` behind these.
  Example& then(const Example& next);
  Example& resize(std::uint64_t buffer, std::size_t bytes);

  /// Lays the words out, 64 bytes aligned, with tails and records. Tests may change both afterwards.
  Example& build();
  /// The words and the buffers, in which `words` and `buffers` still lie.
  std::vector<check::Memory> memory() const;
  Result<void> checked() const;
  /// "accepted", or the message without " (word 17)".
  std::string verdict() const;
  /// The message as it is.
  std::string message() const;

  std::vector<std::map<std::uint16_t, std::uint32_t>> registers;  ///< by offset; written in this order
  std::vector<std::uint32_t> masks;
  std::map<std::uint64_t, std::vector<std::byte>> buffers;
  std::vector<std::uint64_t> words;  ///< at kCommands
  std::vector<hw::TaskRecord> tasks;

 private:
  void add_task(std::uint32_t mask, const std::map<std::uint16_t, std::uint32_t>& values);
};

}  // namespace mattock::test
