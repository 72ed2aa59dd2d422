// A recorded product as a program would run it: objects in place of the recorded buffers, the words moved to where
// they came to lie, whole numbers in A and B, and afterwards the elements of C that differ from plain arithmetic.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fakekernel/support/process.hpp"
#include "replay/layout.hpp"
#include "replay/recording.hpp"

namespace mattock::test {

class Stream {
 public:
  /// `name` as in tests/data/streams, without ".txt". Nothing is synced yet.
  Stream(Process& process, const std::string& name);

  /// Everything the NPU reads, and the records.
  void sync_to_device();
  int sync_from_device() { return process_.sync(*c_, abi::kFromDevice); }
  /// Of one submit of all tasks, as the vendor's runtime fills it.
  abi::Submit arguments() const;
  /// sync_to_device, SUBMIT, sync_from_device.
  int run();

  std::size_t wrong() const;
  std::uint32_t int_status(std::size_t task) const;

  const MappedObject& a() const { return *a_; }
  const MappedObject& b() const { return *b_; }
  const MappedObject& c() const { return *c_; }
  const MappedObject& words() const { return *words_; }
  const MappedObject& records() const { return records_; }
  std::size_t tasks() const { return recording_.submits.front().tasks.size(); }
  const replay::Task& task(std::size_t index) const { return recording_.submits.front().tasks[index]; }

 private:
  void place_words();
  void fill();
  std::uint32_t moved(std::uint64_t address) const;
  MappedObject* object_at(std::uint64_t address);
  std::span<std::byte> bytes_at(std::uint64_t address);
  MappedObject* object_of_register(std::uint16_t offset);

  Process& process_;
  replay::Recording recording_;
  replay::Product product_;
  std::vector<MappedObject> objects_;  // in the order of the recorded buffers
  MappedObject records_;
  MappedObject *a_ = nullptr, *b_ = nullptr, *c_ = nullptr, *words_ = nullptr;
  std::vector<int> a_values_, b_values_;
};

}  // namespace mattock::test
