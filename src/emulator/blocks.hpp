// All blocks with their register files, and what op-enable makes of them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "emulator/cna/cbuf.hpp"
#include "emulator/mac/kernels.hpp"
#include "emulator/memory.hpp"
#include "emulator/register_file.hpp"
#include "emulator/scratch.hpp"
#include "emulator/team.hpp"

namespace mattock::emulator {

class Blocks {
 public:
  Blocks(const hw::Chip& chip, const Options& options, Diagnostics& diagnostics);

  /// Everything as new.
  void begin_submit();
  /// Until the next submit no thread is left.
  void end_submit() { team_.send_home(); }

  void write(hw::Block block, std::uint16_t offset, std::uint32_t value, Origin origin);

  /// Runs the blocks in `mask` together to their end; afterwards only these change their register group.
  void start(std::uint32_t mask, const Memory& memory, TaskReport& report);

 private:
  const Registers& running(hw::Block block) const { return files_[static_cast<std::size_t>(block)].running(); }

  void finish_run(std::uint32_t mask);

  const hw::Chip& chip_;
  const Variation variation_;
  Diagnostics& diagnostics_;
  std::vector<RegisterFile> files_;
  std::uint64_t submits_ = 0;
  Cbuf cbuf_;
  Team team_;
  Scratch scratch_;
  const Kernels& kernels_;
};

}  // namespace mattock::emulator
