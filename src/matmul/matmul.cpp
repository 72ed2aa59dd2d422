#include "matmul/matmul.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <future>
#include <span>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "emit/matmul.hpp"
#include "layout/features.hpp"
#include "layout/results.hpp"
#include "layout/weights.hpp"

namespace mattock {
namespace {

using plan::MatmulPlan;
using plan::Operand;

DType element_of(Operand operand) { return operand == Operand::kFp16 ? DType::kFloat16 : DType::kInt8; }

/// The same matrix turned over; `turned` becomes the view, without allocating where it was one before.
template <class Byte>
const BasicView<Byte>& transposed(const BasicView<Byte>& view, BasicView<Byte>& turned) {
  turned = view;
  std::swap(turned.shape[0], turned.shape[1]);
  std::swap(turned.strides[0], turned.strides[1]);
  return turned;
}

/// [rows, columns], without making a shape to compare with.
bool has_shape(const mattock::Shape& shape, std::size_t rows, std::size_t columns) {
  return shape.size() == 2 && std::cmp_equal(shape[0], rows) && std::cmp_equal(shape[1], columns);
}

Result<void> check_operand(std::string_view name, const ArrayView& view, std::size_t rows, std::size_t columns,
                           Operand operand) {
  if (!has_shape(view.shape, rows, columns))
    return fail(Code::kBadInput,
                fmt::format("{} has shape {}, this product wants {}x{}", name, shape_text(view.shape), rows, columns));
  if (operand == Operand::kInt8 && view.dtype != DType::kInt8)
    return fail(Code::kBadInput, fmt::format("{} is {}, but an int8 product takes int8", name, dtype_name(view.dtype)));
  return {};
}

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

struct Matmul::Impl {
  Impl(Device on, MatmulPlan what, Requantisation how)
      : device(std::move(on)), plan(std::move(what)), requantisation(std::move(how)) {}

  /// Of int8 results only.
  std::size_t record_bytes() const { return plan.requantises() ? plan.kernels_padded * plan::kRecordBytes : 0; }
  Result<void> allocate();
  Result<void> load_program();
  Result<void> pack_as_features(const ArrayView& matrix);  // [pixels, inner]
  Result<void> pack_as_kernels(const ArrayView& matrix);   // [inner, kernels]
  Result<void> pack_a(const ArrayView& a, const MutableView& c);
  Result<void> finish(const MutableView& c);
  Result<void> submit();
  void settle() {
    if (pending.valid()) pending.wait();
  }
  Result<void> unpack(const MutableView& result);  // [pixels, kernels]

  Device device;
  MatmulPlan plan;
  Requantisation requantisation;
  Buffer features, weights, results, kernel_records, commands, task_records;
  bool has_b = false;
  std::vector<SubmitReport> reports;
  // For runs, which use their memory again: A and C turned over, and the memories of a panel's partial sums.
  ArrayView turned_a;
  MutableView turned_c;
  std::vector<std::span<const std::byte>> sums;
  std::future<Result<void>> pending;  ///< last: its destructor waits for what uses the rest
};

Result<void> Matmul::Impl::allocate() {
  struct Piece {
    Buffer& buffer;
    std::size_t bytes;
    const char* name;
  };
  for (const Piece& piece :
       {Piece{features, plan.features_bytes(), "features"}, Piece{weights, plan.weights_bytes(), "weights"},
        Piece{results, plan.results_bytes(), "results"}, Piece{kernel_records, record_bytes(), "kernel records"}}) {
    auto buffer = device.allocate(piece.bytes, piece.name);
    if (!buffer) return propagate(buffer);
    piece.buffer = std::move(*buffer);
  }
  return {};
}

Result<void> Matmul::Impl::load_program() {
  emit::OutputScale scale;
  if (plan.requantises()) {
    const auto wanted = matmul_detail::output_scale(requantisation);
    if (!wanted) return propagate(wanted);
    scale = *wanted;
  }
  const auto program = emit::emit_matmul(device.chip(), plan, scale);
  if (!program) return propagate(program);
  auto words = device.allocate(program->words.size() * hw::kWordBytes, "commands");
  if (!words) return propagate(words);
  commands = std::move(*words);
  auto table = device.allocate(program->tasks.size() * hw::TaskRecord::kBytes, "task records");
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

Result<void> Matmul::Impl::pack_as_features(const ArrayView& matrix) {
  for (std::size_t p = 0; p < plan.parts.size(); ++p) {
    const plan::InnerPart& part = plan.parts[p];
    layout::pack_features(matrix, {0, part.first, plan.pixels, part.count},
                          layout::row_major(element_of(plan.types.operand), plan.row_pitch_bytes(p)),
                          {plan.pixels, part.declared}, features.bytes().subspan(plan.features_offset(p)));
  }
  return device.sync_to_device(features, 0, plan.features_bytes());
}

Result<void> Matmul::Impl::pack_as_kernels(const ArrayView& matrix) {
  for (std::size_t p = 0; p < plan.parts.size(); ++p) {
    const plan::InnerPart& part = plan.parts[p];
    const auto blocks =
        layout::weight_blocks(device.chip(), element_of(plan.types.operand), {part.count, plan.kernels});
    layout::pack_weights(matrix, {part.first, 0, part.count, plan.kernels}, blocks,
                         weights.bytes().subspan(plan.weights_offset(p)));
  }
  return device.sync_to_device(weights, 0, plan.weights_bytes());
}

Result<void> Matmul::Impl::submit() {
  reports.resize(ceil_div(plan.cost.tasks, plan.tasks_per_submit));
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const std::size_t first = i * plan.tasks_per_submit;
    const TaskRange range{first, std::min(plan.tasks_per_submit, plan.cost.tasks - first)};
    if (const auto done = device.submit(task_records, range, reports[i]); !done) {
      reports.resize(i);
      return propagate(done, fmt::format("matmul {}x{}x{}", plan.shape.m, plan.shape.k, plan.shape.n));
    }
  }
  // Of what the NPU joined, the last part's results lie first.
  const std::size_t wanted =
      plan.npu_joins ? plan.pixels * plan.kernels_padded * bytes_of(plan.written) : plan.results_bytes();
  return device.sync_from_device(results, 0, wanted);
}

Result<void> Matmul::Impl::unpack(const MutableView& result) {
  for (const plan::Range& panel : plan.panels) {
    const std::size_t columns = std::min(panel.count, plan.kernels - panel.first);
    const std::size_t last = plan.parts.size() - 1;
    const auto cells = layout::row_major(dtype_of(plan.written), plan.panel_row_bytes(last, panel));
    sums.clear();
    for (std::size_t p = plan.npu_joins ? last : 0; p <= last; ++p)
      sums.push_back(results.bytes().subspan(plan.results_offset(p) + plan.panel_offset(p, panel)));
    const layout::Rectangle part{0, panel.first, plan.pixels, columns};
    if (sums.size() > 1)
      layout::join_results(sums, cells, result, part);
    else
      layout::unpack_results(sums.front(), cells, result, part);
  }
  return {};
}

DType dtype_of(plan::Output output) {
  switch (output) {
    case plan::Output::kFp32: return DType::kFloat32;
    case plan::Output::kFp16: return DType::kFloat16;
    case plan::Output::kInt32: return DType::kInt32;
    case plan::Output::kInt8: return DType::kInt8;
  }
  return DType::kFloat32;
}

Matmul::Matmul(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Matmul::Matmul(Matmul&&) noexcept = default;
Matmul& Matmul::operator=(Matmul&&) noexcept = default;
Matmul::~Matmul() = default;

Result<Matmul> Matmul::create(Device& device, const MatmulSpec& spec) {
  auto planned = plan::plan_matmul(device.chip(), {spec.m, spec.k, spec.n}, spec.types, spec.options);
  if (!planned) return propagate(planned);
  if (planned->requantises())
    if (const auto good = matmul_detail::check_requantisation(spec.requantisation, spec.n); !good)
      return propagate(good);
  auto impl = std::make_unique<Impl>(device, std::move(*planned), spec.requantisation);
  if (const auto allocated = impl->allocate(); !allocated) return propagate(allocated);
  if (const auto loaded = impl->load_program(); !loaded) return propagate(loaded);
  return Matmul(std::move(impl));
}

const plan::MatmulPlan& Matmul::plan() const { return impl_->plan; }
const std::vector<SubmitReport>& Matmul::reports() const {
  impl_->settle();
  return impl_->reports;
}

Result<void> Matmul::set_b(const ArrayView& b) {
  impl_->settle();
  const MatmulPlan& plan = impl_->plan;
  if (const auto fits = check_operand("B", b, plan.shape.k, plan.shape.n, plan.types.operand); !fits) return fits;
  impl_->has_b = false;
  ArrayView turned_b;
  const auto packed = plan.swapped ? impl_->pack_as_features(transposed(b, turned_b)) : impl_->pack_as_kernels(b);
  if (!packed) return packed;
  if (plan.requantises()) {
    const std::size_t bytes = impl_->record_bytes();
    matmul_detail::write_records(impl_->requantisation, b, impl_->kernel_records.bytes().first(bytes));
    if (const auto synced = impl_->device.sync_to_device(impl_->kernel_records, 0, bytes); !synced) return synced;
  }
  impl_->has_b = true;
  return {};
}

/// Everything of a run that reads the caller's A.
Result<void> Matmul::Impl::pack_a(const ArrayView& a, const MutableView& c) {
  if (!has_b) return fail(Code::kUsage, "the product has no B yet", "call set_b first");
  if (const auto fits = check_operand("A", a, plan.shape.m, plan.shape.k, plan.types.operand); !fits) return fits;
  if (!has_shape(c.shape, plan.shape.m, plan.shape.n))
    return fail(Code::kBadInput, fmt::format("C has shape {}, this product gives {}x{}", shape_text(c.shape),
                                             plan.shape.m, plan.shape.n));
  if (c.dtype != dtype_of(plan.types.output))
    return fail(Code::kBadInput, fmt::format("C is {}, this product gives {}", dtype_name(c.dtype),
                                             dtype_name(dtype_of(plan.types.output))));
  return plan.swapped ? pack_as_kernels(transposed(a, turned_a)) : pack_as_features(a);
}

/// Everything after that.
Result<void> Matmul::Impl::finish(const MutableView& c) {
  if (const auto done = submit(); !done) return done;
  return unpack(plan.swapped ? transposed(c, turned_c) : c);
}

Result<void> Matmul::run(const ArrayView& a, const MutableView& c) {
  impl_->settle();
  if (const auto packed = impl_->pack_a(a, c); !packed) return packed;
  return impl_->finish(c);
}

Result<void> Matmul::submit(const ArrayView& a, const MutableView& c) {
  if (impl_->pending.valid())
    return fail(Code::kUsage, "the product submitted before has not been waited for", "call wait first");
  if (const auto packed = impl_->pack_a(a, c); !packed) return packed;
  impl_->pending = std::async(std::launch::async, [impl = impl_.get(), c] { return impl->finish(c); });
  return {};
}

Result<void> Matmul::wait() {
  if (!impl_->pending.valid()) return fail(Code::kUsage, "nothing was submitted to wait for", "call submit first");
  return impl_->pending.get();
}

}  // namespace mattock
