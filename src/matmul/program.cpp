#include <array>
#include <utility>

#include "emit/matmul.hpp"
#include "matmul/impl.hpp"
#include "matmul/load.hpp"

namespace mattock {
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
  const std::array places{
      TensorPlace{emit::kFeatures, features.address()}, TensorPlace{emit::kWeights, weights.address()},
      TensorPlace{emit::kResults, results.address()}, TensorPlace{emit::kRecords, kernel_records.address()}};
  auto loaded = mattock::load_program(device, *program, places);
  if (!loaded) return propagate(loaded);
  commands = std::move(loaded->commands);
  task_records = std::move(loaded->task_records);
  return {};
}

}  // namespace mattock
