#include "probe/hand_made.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "base/math.hpp"
#include "emit/link.hpp"
#include "emit/matmul.hpp"
#include "emit/pass.hpp"
#include "emit/task_writer.hpp"

namespace mattock::probe {

Result<hw::Program> small_convolution(const hw::Chip& chip) {
  const auto plan =
      plan::plan_matmul(chip, {kPixels, kChannels, kKernels}, {plan::Operand::kFp16, plan::Output::kFp32});
  if (!plan) return propagate(plan);
  if (plan->swapped || plan->pixels != kPixels || plan->kernels_padded != kKernels || plan->native ||
      plan->cost.tasks != 1)
    return fail(Code::kInternal, "the planner no longer makes one plain task of a small product");
  return emit::emit_matmul(chip, *plan);
}

Result<hw::Program> small_copy(const hw::Chip& chip) {
  plan::Pass pass{.width = kPixels, .height = 1, .channels = 4, .from = {}, .to = {}, .stages = {}};
  pass.from.surface_bytes = pass.to.surface_bytes = pass.from.line_bytes = pass.to.line_bytes =
      kPixels * chip.atom_bytes;
  return emit::emit_pass(chip, pass);
}

std::size_t word_of_register(const hw::Program& program, hw::Block block, std::uint16_t offset) {
  for (std::size_t word = 0; word < program.tasks.at(0).regcfg_amount; ++word) {
    const hw::Command command = hw::Command::decode(program.words[word]);
    if (command.target == hw::target_of(block) && command.offset == offset) return word;
  }
  return program.words.size();
}

Result<void> leave_out(hw::Program& program, hw::Block block, std::uint16_t offset) {
  const std::size_t word = word_of_register(program, block, offset);
  if (word == program.words.size()) return fail(Code::kInternal, "a task without the register to leave out");
  program.words.erase(program.words.begin() + static_cast<std::ptrdiff_t>(word));
  --program.tasks[0].regcfg_amount;
  std::erase_if(program.relocations, [&](const hw::Relocation& r) { return r.word == word; });
  for (hw::Relocation& relocation : program.relocations)
    if (relocation.word > word) --relocation.word;
  return {};
}

void append(const hw::Chip& chip, hw::Program& chain, const hw::Program& task, std::string_view suffix) {
  const std::size_t start = align_up(chain.words.size(), emit::TaskWriter::kAlignWords);
  chain.words.resize(start);
  chain.words.insert(chain.words.end(), task.words.begin(), task.words.end());
  for (const hw::Relocation& r : task.relocations)
    chain.relocations.push_back({r.tensor + std::string(suffix), r.addend, start + r.word});
  chain.tasks.push_back(task.tasks.at(0));
  chain.tasks.back().regcmd_addr = start * hw::kWordBytes;
  if (chain.tasks.size() > 1) emit::link_tasks(chip, chain, chain.tasks.size() - 2, chain.tasks.size() - 1);
}

Result<void> Tensors::add(std::string name, std::span<const std::byte> bytes) {
  auto buffer = device_.allocate(bytes.size(), name);
  if (!buffer) return propagate(buffer);
  std::memcpy(buffer->bytes().data(), bytes.data(), bytes.size());
  if (const auto synced = device_.sync_to_device(*buffer, 0, buffer->bytes().size()); !synced) return synced;
  tensors_.push_back({std::move(name), std::move(*buffer)});
  return {};
}

Result<void> Tensors::add_halves(std::string name, std::span<const double> numbers) {
  std::vector<std::byte> bytes(numbers.size() * 2);
  for (std::size_t i = 0; i < numbers.size(); ++i) store_le(bytes, i * 2, half_from_double(numbers[i]).bits);
  return add(std::move(name), bytes);
}

Result<void> Tensors::add_results(std::string name, std::size_t words) {
  std::vector<std::byte> bytes(words * 4);
  for (std::size_t i = 0; i < words; ++i) store_le(bytes, i * 4, kPoison);
  return add(std::move(name), bytes);
}

Result<LoadedProgram> Tensors::load(const hw::Program& program) const {
  std::vector<TensorPlace> places;
  for (const Tensor& tensor : tensors_) places.push_back({tensor.name, tensor.buffer.address()});
  return load_program(device_, program, places);
}

Result<Words> Tensors::read(std::string_view name, std::size_t words) {
  const auto tensor = std::ranges::find(tensors_, name, &Tensor::name);
  if (tensor == tensors_.end()) return fail(Code::kInternal, "no such tensor");
  if (const auto synced = device_.sync_from_device(tensor->buffer, 0, words * 4); !synced) return propagate(synced);
  Words read;
  for (std::size_t i = 0; i < words; ++i) read.push_back(load_le<std::uint32_t>(tensor->buffer.bytes(), i * 4));
  return read;
}

}  // namespace mattock::probe
