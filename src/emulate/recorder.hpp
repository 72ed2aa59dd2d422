// Recordings of what programs ask of the device, in the format of the recorded streams (replay/recording.hpp): every
// submit with its buffers, tasks and words, every other call as a remark.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>

#include "base/error.hpp"
#include "emulate/packets.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::emulate {

class Recorder {
 public:
  /// `name` stands in the first line. Errors: kBadInput (the file cannot be written).
  static Result<Recorder> create(const std::filesystem::path& file, const std::string& name);

  /// A submit before it runs, as fakekernel::Kernel::Trace has it.
  void submitted(std::span<const std::byte> submit, std::span<const fakekernel::ObjectView> objects);
  /// A call after it ran.
  void called(const std::string& node, const Packet& packet, const Answer& answer);
  /// A line of the driver's log.
  void log(const std::string& line);

  /// Errors: kBadInput if something could not be written.
  Result<void> finish();

 private:
  explicit Recorder(const std::filesystem::path& file) : file_(file), out_(file) {}

  std::filesystem::path file_;
  std::ofstream out_;
  std::uint64_t calls_ = 0, submits_ = 0;
  std::map<std::uint64_t, std::uint64_t> addresses_;  ///< of objects, by the token that calls name them by
};

}  // namespace mattock::emulate
