// One open file of the device in a program: its calls, translated for the imitated driver.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "emulate/packets.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::emulate {

/// Which files are memory of objects that programs hold descriptors of.
class Exported {
 public:
  void add(int fd);
  void remove(int fd);
  bool has(int fd) const;

 private:
  std::multiset<std::pair<std::uint64_t, std::uint64_t>> inodes_;  ///< once for each descriptor
};

class OpenFile {
 public:
  OpenFile(fakekernel::Kernel& kernel, std::unique_ptr<fakekernel::File> file, Exported& exported);
  ~OpenFile();

  Answer call(const Packet& packet);
  /// False if the mapping, or the descriptor of an object, is not one of this file.
  bool unmapped(std::uint64_t number);
  bool closed(std::uint64_t number);

 private:
  Answer version(const Packet& packet);
  Answer unique(const Packet& packet);
  Answer ioctl(const Packet& packet);
  Answer map(const Packet& packet);
  Answer export_object(const Packet& packet);
  Answer import_object(const Packet& packet);
  /// A descriptor of the object with this handle, into `answer`.
  void hand_out(std::uint32_t handle, Answer& answer);
  void let_go(const Packet& packet);
  void drop_unused();

  fakekernel::Kernel& kernel_;
  std::unique_ptr<fakekernel::File> file_;
  Exported& exported_;
  std::set<std::uint64_t> mappings_;
  // A program may have duplicates of a descriptor that nobody tells of. So one counts as gone when the program closed
  // what it got and let go of the object, or with the file.
  struct HandedOut {
    std::uint64_t number = 0;
    std::uint32_t handle = 0;
    Descriptor own;
    bool closed = false, let_go = false;
  };
  std::vector<HandedOut> handed_out_;
};

}  // namespace mattock::emulate
