// Private to the room: programs that no plan has, put together of emitted tasks. A small convolution of 4 pixels, 16
// channels and 8 kernels, row-major, is what they are made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "device/device.hpp"
#include "hw/program.hpp"
#include "hw/registers.hpp"
#include "matmul/load.hpp"
#include "probe/compare.hpp"

namespace mattock::probe {

inline constexpr std::size_t kPixels = 4, kChannels = 16, kKernels = 8;

/// A task fp16 to fp32 (tensors emit::kFeatures, kWeights, kResults) with all its registers.
Result<hw::Program> small_convolution(const hw::Chip& chip);
/// A task of DPU and DPU_RDMA that copies kPixels atoms from emit::kSource to kResults.
Result<hw::Program> small_copy(const hw::Chip& chip);

/// The word of `program`, which has one task, that writes this register; the number of words when there is none.
std::size_t word_of_register(const hw::Program& program, hw::Block block, std::uint16_t offset);

/// Changes the fields of a register of the only task; what does not fit is an error of ours.
template <class Register, class Change>
Result<void> change(hw::Program& program, const Change& fields) {
  const std::size_t word = word_of_register(program, Register::kBlock, Register::kOffset);
  if (word == program.words.size()) return fail(Code::kInternal, "a task without the register to change");
  hw::Command command = hw::Command::decode(program.words[word]);
  Register reg = Register::unpack(command.value);
  fields(reg);
  const auto packed = reg.pack();
  if (!packed) return fail(Code::kInternal, "a field of a probe does not fit its register");
  command.value = packed.value;
  program.words[word] = command.encode();
  return {};
}

/// The only task leaves the register as it is.
Result<void> leave_out(hw::Program& program, hw::Block block, std::uint16_t offset);

/// `task`, which is one, behind the last one of `chain`; its tensors get this suffix.
void append(const hw::Chip& chip, hw::Program& chain, const hw::Program& task, std::string_view suffix);

/// Memory of its own for each tensor of a program.
class Tensors {
 public:
  explicit Tensors(Device& device) : device_(device) {}
  /// `bytes` are copied and synced.
  Result<void> add(std::string name, std::span<const std::byte> bytes);
  Result<void> add_halves(std::string name, std::span<const double> numbers);
  /// Results: as many words of kPoison.
  Result<void> add_results(std::string name, std::size_t words);
  Result<LoadedProgram> load(const hw::Program& program) const;
  /// Words of a tensor after a submit.
  Result<Words> read(std::string_view name, std::size_t words);

  static constexpr std::uint32_t kPoison = 0xffff'ffff;

 private:
  struct Tensor {
    std::string name;
    Buffer buffer;
  };
  Device& device_;
  std::vector<Tensor> tensors_;
};

}  // namespace mattock::probe
