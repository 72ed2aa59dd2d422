// Operands into device memory and results out of it: matrices of any strides are reordered, native arrays copied.
#include <algorithm>
#include <cstring>
#include <utility>

#include "base/math.hpp"
#include "layout/features.hpp"
#include "layout/results.hpp"
#include "layout/weights.hpp"
#include "matmul/impl.hpp"
#include "plan/place.hpp"

namespace mattock {
namespace {

DType element_of(plan::Operand operand) { return operand == plan::Operand::kFp16 ? DType::kFloat16 : DType::kInt8; }

/// The same matrix turned over; `turned` becomes the view, without allocating where it was one before.
template <class Byte>
const BasicView<Byte>& transposed(const BasicView<Byte>& view, BasicView<Byte>& turned) {
  turned = view;
  std::swap(turned.shape[0], turned.shape[1]);
  std::swap(turned.strides[0], turned.strides[1]);
  return turned;
}

layout::Cells cells_of(const plan::Place& place, DType element) {
  return {element, place.lanes == plan::kAllChannels ? layout::kAllColumns : place.lanes, place.pixel_bytes,
          place.surface_bytes};
}

/// B [k, n] as a matrix, out of the blocks of a native one.
Array matrix_of(const ArrayView& native_b, const layout::WeightBlocks& blocks, const plan::Shape& shape) {
  Array matrix = Array::zeros(native_b.dtype, {narrow<std::int64_t>(shape.k), narrow<std::int64_t>(shape.n)});
  const std::size_t size = element_bytes(native_b.dtype);
  for (std::size_t k = 0; k < shape.k; ++k)
    for (std::size_t n = 0; n < shape.n; ++n)
      std::memcpy(matrix.data.data() + (k * shape.n + n) * size, native_b.data + blocks.offset(k, n), size);
  return matrix;
}

}  // namespace

Result<void> Matmul::Impl::pack_a(const ArrayView& a) {
  if (plan.swapped) {
    pack_as_kernels(transposed(a, turned_a));
    return device.sync_to_device(weights, 0, plan.weights_bytes());
  }
  if (native.a)
    copy_features(a);
  else
    pack_as_features(a);
  if (cpu_requantiser) add_up_rows();
  return device.sync_to_device(features, 0, plan.features_bytes());
}

Result<void> Matmul::Impl::pack_b(const ArrayView& b) {
  if (plan.swapped) {
    ArrayView turned_b;
    pack_as_features(transposed(b, turned_b));
    return device.sync_to_device(features, 0, plan.features_bytes());
  }
  if (native.b)
    copy_kernels(b);
  else
    pack_as_kernels(b);
  if (plan.types.output == plan::Output::kInt8)
    if (const auto prepared = prepare_int8_results(b); !prepared) return prepared;
  return device.sync_to_device(weights, 0, plan.weights_bytes());
}

void Matmul::Impl::unpack_c(const MutableView& c) {
  if (cpu_requantiser)
    unpack_to_int8(c);
  else if (native.c)
    copy_results(c);
  else
    unpack(plan.swapped ? transposed(c, turned_c) : c);
}

void Matmul::Impl::pack_as_features(const ArrayView& matrix) {
  for (std::size_t p = 0; p < plan.parts.size(); ++p) {
    const plan::InnerPart& part = plan.parts[p];
    const plan::Place place = plan::features_place(device.chip(), plan, p);
    layout::pack_features(matrix, {0, part.first, plan.pixels, part.count},
                          cells_of(place, element_of(plan.types.operand)), {plan.pixels, part.declared},
                          features.bytes().subspan(place.offset));
  }
}

void Matmul::Impl::pack_as_kernels(const ArrayView& matrix) {
  for (std::size_t p = 0; p < plan.parts.size(); ++p) {
    const plan::InnerPart& part = plan.parts[p];
    const auto blocks =
        layout::weight_blocks(device.chip(), element_of(plan.types.operand), {part.count, plan.kernels});
    layout::pack_weights(matrix, {part.first, 0, part.count, plan.kernels}, blocks,
                         weights.bytes().subspan(plan.weights_offset(p)));
  }
}

/// Surface by surface; those of all parts follow each other on both sides.
void Matmul::Impl::copy_features(const ArrayView& native_a) {
  const std::size_t atom = device.chip().atom_bytes;
  const std::size_t from = plan.pixels * atom, to = plan.pixels_padded * atom;
  const auto memory = features.bytes();
  for (std::size_t s = 0; s < plan.features_bytes() / to; ++s)
    std::memcpy(memory.data() + s * to, native_a.data + s * from, from);
}

/// All slices of a kernel group follow each other; each part takes its own of every group.
void Matmul::Impl::copy_kernels(const ArrayView& native_b) {
  const std::size_t group = group_kernels(device.chip(), plan.types.operand);
  std::size_t kernel_bytes = 0;  // of all parts
  for (std::size_t p = 0; p < plan.parts.size(); ++p) kernel_bytes += plan.kernel_bytes(p);
  const auto memory = weights.bytes();
  std::size_t before = 0;
  for (std::size_t p = 0; p < plan.parts.size(); ++p) {
    const std::size_t bytes = group * plan.kernel_bytes(p);
    for (std::size_t g = 0; g < plan.kernels_padded / group; ++g)
      std::memcpy(memory.data() + plan.weights_offset(p) + g * bytes, native_b.data + g * group * kernel_bytes + before,
                  bytes);
    before += bytes;
  }
}

Result<void> Matmul::Impl::prepare_int8_results(const ArrayView& b) {
  if (native.b) {
    const auto blocks = layout::weight_blocks(device.chip(), b.dtype, {plan.shape.k, plan.shape.n});
    const Array matrix = matrix_of(b, blocks, plan.shape);
    return write_int8_scales(view_of(matrix));
  }
  return write_int8_scales(b);
}

Result<void> Matmul::Impl::write_int8_scales(const ArrayView& matrix) {
  if (cpu_requantiser) {
    cpu_requantiser->set_b(matrix);
    return {};
  }
  matmul_detail::write_records(requantisation, matrix, kernel_records.bytes().first(record_bytes()));
  return device.sync_to_device(kernel_records, 0, record_bytes());
}

void Matmul::Impl::unpack(const MutableView& result) {
  for (const plan::Range& panel : plan.panels)
    unpack_columns(panel, 0, std::min(panel.count, plan.kernels - panel.first), result, panel.first);
}

/// As the columns of a matrix for each surface.
void Matmul::Impl::copy_results(const MutableView& native_c) {
  const std::size_t lanes = plan::result_lanes(device.chip(), plan.types.output);
  const std::size_t element = element_bytes(native_c.dtype);
  turned_c.dtype = native_c.dtype;
  turned_c.shape.assign({narrow<std::int64_t>(plan.pixels), narrow<std::int64_t>(lanes)});
  turned_c.strides.assign({narrow<std::int64_t>(lanes * element), narrow<std::int64_t>(element)});
  for (std::size_t first = 0; first < plan.kernels_padded; first += lanes) {
    turned_c.data = native_c.data + first * plan.pixels * element;
    unpack_columns(plan.panels[0], first, lanes, turned_c, 0);
  }
}

void Matmul::Impl::unpack_columns(const plan::Range& panel, std::size_t first, std::size_t columns,
                                  const MutableView& result, std::size_t column) {
  const std::size_t last = plan.parts.size() - 1;
  sums.clear();
  for (std::size_t p = plan.npu_joins ? last : 0; p <= last; ++p)
    sums.push_back(results.bytes().subspan(plan::results_place(device.chip(), plan, p, panel).of(0, first)));
  const auto cells = cells_of(plan::results_place(device.chip(), plan, last, panel), dtype_of(plan.written));
  const layout::Rectangle part{0, column, plan.pixels, columns};
  if (sums.size() > 1)
    layout::join_results(sums, cells, result, part);
  else
    layout::unpack_results(sums.front(), cells, result, part);
}

}  // namespace mattock
