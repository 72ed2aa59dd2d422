// Which chip this is, from the device tree: the hardware version that the driver reads does not tell (an RK3588 and an
// RK3576 answer alike, an RK3566 was seen to answer 0). What the NPU's own node says is cross-checked with the board's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "device/kernel/system.hpp"
#include "hw/chip.hpp"

namespace mattock::device::rknpu {

/// What /proc/device-tree says.
struct Board {
  int error = 0;                        ///< below 0: the board's names could not be read; -ENOENT: there is no tree
  std::vector<std::string> compatible;  ///< "radxa,zero3", "rockchip,rk3566"
  int npu_error = 0;                    ///< below 0: the NPU's node could not be looked for
  bool has_npu = false;
  bool npu_enabled = false;
  std::string npu_path;                     ///< of the node
  std::vector<std::string> npu_compatible;  ///< "rockchip,rk3568-rknpu"
};

Board read_board(kernel::System& system);

struct ChipChoice {
  const hw::Chip* chip = nullptr;
  std::string notice;  ///< one line when the tree disagrees with itself or with who asked
};

/// The chip of a board whose NPU driver answers. `asked`: a chip's name that stands above the tree, or empty.
/// Errors: kDevice when the tree says none, or one that Mattock does not drive.
Result<ChipChoice> chip_of(const Board& board, std::string_view asked);

/// kDevice when the driver's hardware version is that of another chip, or no register answers.
Result<void> check_hardware(const hw::Chip& chip, std::uint32_t hw_version);

/// Why no driver's node is here, as far as the tree tells: one sentence, and the way out.
Error why_no_npu(const Board& board);

}  // namespace mattock::device::rknpu
