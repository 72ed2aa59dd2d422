#include <algorithm>
#include <array>
#include <cassert>
#include <span>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "emit/matmul.hpp"
#include "matmul/impl.hpp"

namespace mattock {
namespace {

/// Where a tensor of the program lies.
struct Place {
  std::string_view tensor;
  std::uint64_t address = 0;
};

/// The address of the words' place is added to the chain, those of the tensors to their registers.
void relocate(const hw::Program& program, std::span<const Place> places, const Buffer& commands) {
  const auto bytes = commands.bytes();
  for (std::size_t i = 0; i < program.words.size(); ++i) {
    hw::Command command = hw::Command::decode(program.words[i]);
    if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAddress)
      command.value += static_cast<std::uint32_t>(commands.address());
    store_le(bytes, i * hw::kWordBytes, command.encode());
  }
  for (const hw::Relocation& relocation : program.relocations) {
    const auto place = std::ranges::find(places, std::string_view(relocation.tensor), &Place::tensor);
    assert(place != places.end());
    hw::Command command = hw::Command::decode(program.words[relocation.word]);
    command.value = static_cast<std::uint32_t>(place->address + relocation.addend);
    store_le(bytes, relocation.word * hw::kWordBytes, command.encode());
  }
}

}  // namespace

Result<void> Matmul::Impl::allocate() {
  struct Piece {
    Buffer& buffer;
    std::size_t bytes;
    const char* name;
    BufferUse use = BufferUse::kReadByNpu;
  };
  for (const Piece& piece :
       {Piece{features, plan.features_bytes(), "features"}, Piece{weights, plan.weights_bytes(), "weights"},
        Piece{results, plan.results_bytes(), "results", BufferUse::kData},
        Piece{kernel_records, record_bytes(), "kernel records"}}) {
    auto buffer = device.allocate(piece.bytes, piece.name, piece.use);
    if (!buffer) return propagate(buffer);
    piece.buffer = std::move(*buffer);
  }
  return {};
}

Result<void> Matmul::Impl::load_program() {
  emit::OutputScale scale;
  if (plan.types.output == plan::Output::kInt8) {
    const auto wanted = matmul_detail::output_scale(requantisation);
    if (!wanted) return propagate(wanted);
    if (plan.requantises())
      scale = *wanted;
    else
      cpu_requantiser.emplace(requantisation, *wanted);
  }
  const auto program = emit::emit_matmul(device.chip(), plan, scale);
  if (!program) return propagate(program);
  auto words = device.allocate(program->words.size() * hw::kWordBytes, "commands", BufferUse::kReadByNpu);
  if (!words) return propagate(words);
  commands = std::move(*words);
  auto table = device.allocate(program->tasks.size() * hw::TaskRecord::kBytes, "task records", BufferUse::kTaskRecords);
  if (!table) return propagate(table);
  task_records = std::move(*table);
  const std::array places{Place{emit::kFeatures, features.address()}, Place{emit::kWeights, weights.address()},
                          Place{emit::kResults, results.address()}, Place{emit::kRecords, kernel_records.address()}};
  relocate(*program, places, commands);
  for (std::size_t i = 0; i < program->tasks.size(); ++i) {
    hw::TaskRecord record = program->tasks[i];
    record.regcmd_addr += commands.address();
    record.store(task_records.bytes().subspan(i * hw::TaskRecord::kBytes));
  }
  if (const auto synced = device.sync_to_device(commands, 0, commands.bytes().size()); !synced) return synced;
  return device.sync_to_device(task_records, 0, task_records.bytes().size());
}

}  // namespace mattock
