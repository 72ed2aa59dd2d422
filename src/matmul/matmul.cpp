#include "matmul/matmul.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/math.hpp"
#include "layout/weights.hpp"
#include "matmul/impl.hpp"
#include "plan/cache.hpp"
#include "plan/place.hpp"

namespace mattock {
namespace {

Result<void> check_shape(std::string_view name, const Shape& shape, const Shape& wanted, bool native) {
  if (shape == wanted) return {};
  return fail(Code::kBadInput, fmt::format("{} has shape {}, this product has {}{}", name, shape_text(shape),
                                           shape_text(wanted), native ? " in the NPU's layout" : ""));
}

/// A native array is copied as it is.
template <class Byte>
Result<void> check_native(std::string_view name, const BasicView<Byte>& view, DType wanted) {
  if (view.dtype != wanted)
    return fail(
        Code::kBadInput,
        fmt::format("{} is {}, but in the NPU's layout it is {}", name, dtype_name(view.dtype), dtype_name(wanted)),
        "convert it first: it is copied as it is");
  if (!view.is_dense())
    return fail(Code::kBadInput, fmt::format("{} is not row-major without gaps, as the NPU's layout is", name),
                "make a contiguous copy");
  return {};
}

Result<void> check_operand(std::string_view name, const ArrayView& view, const Shape& wanted, plan::Operand operand,
                           bool native) {
  if (const auto fits = check_shape(name, view.shape, wanted, native); !fits) return fits;
  if (native) return check_native(name, view, operand == plan::Operand::kFp16 ? DType::kFloat16 : DType::kInt8);
  if (operand == plan::Operand::kInt8 && view.dtype != DType::kInt8)
    return fail(Code::kBadInput, fmt::format("{} is {}, but an int8 product takes int8", name, dtype_name(view.dtype)));
  return {};
}

Shape shape_of(std::initializer_list<std::size_t> dimensions) {
  Shape shape;
  for (const std::size_t dimension : dimensions) shape.push_back(narrow<std::int64_t>(dimension));
  return shape;
}

}  // namespace

MatmulShapes native_shapes(const hw::Chip& chip, const plan::Shape& shape, const plan::Types& types) {
  const std::size_t slice = slice_channels(chip, types.operand), group = group_kernels(chip, types.operand);
  const std::size_t k = align_up(shape.k, slice), n = align_up(shape.n, group);
  const std::size_t a_lanes = plan::feature_lanes(chip, types.operand),
                    c_lanes = plan::result_lanes(chip, types.output);
  return {shape_of({k / a_lanes, shape.m, a_lanes}), shape_of({n / group, k / slice, group, slice}),
          shape_of({n / c_lanes, shape.m, c_lanes})};
}

Matmul::Impl::Impl(Device on, const plan::MatmulPlan& what, const MatmulSpec& spec)
    : device(std::move(on)), plan(what), native(spec.options.native), requantisation(spec.requantisation) {
  const MatmulShapes in_surfaces = native_shapes(device.chip(), plan.shape, plan.types);
  shapes.a = native.a ? in_surfaces.a : shape_of({spec.m, spec.k});
  shapes.b = native.b ? in_surfaces.b : shape_of({spec.k, spec.n});
  shapes.c = native.c ? in_surfaces.c : shape_of({spec.m, spec.n});
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
  return device.sync_from_device(results, 0, plan.wanted_results_bytes());
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
  const auto planned =
      plan::PlanCache::shared().plan(device.chip(), {spec.m, spec.k, spec.n}, spec.types, spec.options);
  if (!planned) return propagate(planned);
  if (spec.types.output == plan::Output::kInt8)
    if (const auto good = matmul_detail::check_requantisation(spec.requantisation, spec.n); !good)
      return propagate(good);
  auto impl = std::make_unique<Impl>(device, **planned, spec);
  if (const auto allocated = impl->allocate(); !allocated) return propagate(allocated);
  if (const auto loaded = impl->load_program(); !loaded) return propagate(loaded);
  return Matmul(std::move(impl));
}

const plan::MatmulPlan& Matmul::plan() const { return impl_->plan; }
const MatmulShapes& Matmul::shapes() const { return impl_->shapes; }
const std::vector<SubmitReport>& Matmul::reports() const {
  impl_->settle();
  return impl_->reports;
}

Result<void> Matmul::set_b(const ArrayView& b) {
  impl_->settle();
  const plan::Operand operand = impl_->plan.types.operand;
  if (const auto fits = check_operand("B", b, impl_->shapes.b, operand, impl_->native.b); !fits) return fits;
  impl_->has_b = false;
  if (const auto packed = impl_->pack_b(b); !packed) return packed;
  impl_->has_b = true;
  return {};
}

Result<void> Matmul::Impl::check_run(const ArrayView& a, const MutableView& c) const {
  if (!has_b) return fail(Code::kUsage, "the product has no B yet", "call set_b first");
  if (const auto fits = check_operand("A", a, shapes.a, plan.types.operand, native.a); !fits) return fits;
  if (const auto fits = check_shape("C", c.shape, shapes.c, native.c); !fits) return fits;
  if (native.c) return check_native("C", c, dtype_of(plan.types.output));
  if (c.dtype != dtype_of(plan.types.output))
    return fail(Code::kBadInput, fmt::format("C is {}, this product gives {}", dtype_name(c.dtype),
                                             dtype_name(dtype_of(plan.types.output))));
  return {};
}

/// Everything of a run after the caller's A was read.
Result<void> Matmul::Impl::finish(const MutableView& c) {
  if (const auto done = submit(); !done) return done;
  unpack_c(c);
  return {};
}

Result<void> Matmul::run(const ArrayView& a, const MutableView& c) {
  impl_->settle();
  if (const auto fits = impl_->check_run(a, c); !fits) return fits;
  if (const auto packed = impl_->pack_a(a); !packed) return packed;
  return impl_->finish(c);
}

Result<void> Matmul::submit(const ArrayView& a, const MutableView& c) {
  if (impl_->pending.valid())
    return fail(Code::kUsage, "the product submitted before has not been waited for", "call wait first");
  if (const auto fits = impl_->check_run(a, c); !fits) return fits;
  if (const auto packed = impl_->pack_a(a); !packed) return packed;
  impl_->pending = std::async(std::launch::async, [impl = impl_.get(), c] { return impl->finish(c); });
  return {};
}

Result<void> Matmul::wait() {
  if (!impl_->pending.valid()) return fail(Code::kUsage, "nothing was submitted to wait for", "call submit first");
  return impl_->pending.get();
}

}  // namespace mattock
