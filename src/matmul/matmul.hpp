// Matrix products on a device, without a model: `mattock::matmul` for one, `mattock::Matmul` for many of one shape.
//
//   auto device = mattock::Device::open("auto").value();
//   auto c = mattock::matmul(device, view_of(a), view_of(b));       // C = A x B, as NumPy's matmul
//
//   auto mm = mattock::Matmul::create(device, {.m = 256, .k = 2048, .n = 1024});
//   mm->set_b(view_of(b));                                          // reordered once
//   mm->run(view_of(a), view_of(c));                                // as often as you like
//
// Numbers. fp16: operands of any type are rounded once to fp16, to nearest even; the products are exact, summed in
// binary64 and rounded once to the result's type. A product whose inner dimension is cut rounds the sum of each part to
// fp32 and joins those in binary64 (on the NPU, with allow_assumed, in fp32). int8: operands are int8 arrays, sums
// int32, wrapping. int8 results: requantise.hpp; those of an inner dimension in parts are made by the CPU, by the same
// rule, of sums that do not wrap.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/view.hpp"
#include "device/device.hpp"
#include "matmul/requantise.hpp"
#include "plan/matmul.hpp"

namespace mattock {

/// What a Matmul is made for.
struct MatmulSpec {
  std::size_t m = 1, k = 1, n = 1;     ///< C[m, n] = A[m, k] x B[k, n]; 1 to 2^20
  plan::Types types = {};              ///< fp16 to fp32 unless said otherwise
  plan::Options options = {};          ///< `native`: which of A, B and C have the shapes of native_shapes()
  Requantisation requantisation = {};  ///< of int8 results; without a meaning for others
};

struct MatmulShapes {
  Shape a, b, c;
};

/// Shapes of matrices that lie as the NPU reads and writes them, for callers who keep them so: they are copied, not
/// reordered. Dense, A and B in the operands' type, C in the result's. On RK356x:
///
///   A  (K / a, M, a)         element (i, j) at [j / a][i][j % a]                  a: 4 fp16, 8 int8
///   B  (N / s, K / t, s, t)  element (i, j) at [j / s][i / t][j % s][i % t]       s x t: 8 x 16 fp16, 16 x 32 int8
///   C  (N / c, M, c)         element (i, j) at [j / c][i][j % c]                  c: 4, of int8 8
///
/// with K rounded up to whole t and N to whole s. Numbers of A beyond K and of B beyond K and N must be 0; C has no
/// meaning beyond N. (npu.md 3; the layouts of Rockchip's rknn_matmul.)
MatmulShapes native_shapes(const hw::Chip& chip, const plan::Shape& shape, const plan::Types& types);

/// Threads: one thread at a time may use a Matmul; several may share a device.
class Matmul {
 public:
  /// Plans, emits and checks the program and allocates device memory for both operands and the result. Errors:
  /// kBadInput (a dimension of 0 or beyond 2^20), kUnsupported (no form covers the types or shape, with the reason),
  /// kDevice (memory is short).
  static Result<Matmul> create(Device& device, const MatmulSpec& spec);

  Matmul(Matmul&&) noexcept;
  Matmul& operator=(Matmul&&) noexcept;
  ~Matmul();

  const plan::MatmulPlan& plan() const;
  /// Of the arrays that set_b() and run() take.
  const MatmulShapes& shapes() const;

  /// B, [k, n] of any strides, or native. fp16: any type of number; int8: int8. Kept in device memory until the next
  /// set_b. Errors: kBadInput for another shape or type.
  Result<void> set_b(const ArrayView& b);

  /// C = A x B into `c`, [m, n] of any strides, or native, and of the result's type. A as B above. From the third run
  /// on nothing is allocated while the device's buffers stay. Errors: kBadInput (shape, type), kUsage (no B yet), and
  /// those of a submit.
  Result<void> run(const ArrayView& a, const MutableView& c);

  /// run() in two halves: submit() packs A and returns, the device works and C is written behind the caller's back, and
  /// wait() returns when that is done, with its errors. C must live and be left alone until then; A need not. Errors of
  /// submit(): those of run() that show at once, and kUsage when the last one has not been waited for; of wait():
  /// kUsage when nothing was submitted. Every other call waits first.
  Result<void> submit(const ArrayView& a, const MutableView& c);
  Result<void> wait();

  /// What the submits of the last run did; empty before the first.
  const std::vector<SubmitReport>& reports() const;

 private:
  struct Impl;
  explicit Matmul(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// How matmul() works.
struct MatmulOptions {
  plan::Operand operand = plan::Operand::kFp16;
  plan::Output output = plan::Output::kFp32;
  plan::Options plan = {};
  Requantisation requantisation = {};  ///< of int8 results
};

/// A x B with the shapes of NumPy's matmul: 1-D operands are a row or a column whose 1 disappears from the result,
/// leading dimensions are batches and broadcast. The result has the type of `options.output`. Sizes of 0 give an empty
/// array or zeros. Errors: kBadInput for shapes that do not fit each other or types that cannot be taken, kUsage for
/// native layouts, and those of Matmul.
Result<Array> matmul(Device& device, const ArrayView& a, const ArrayView& b, const MatmulOptions& options = {});

/// The same into an array of the right shape.
Result<void> matmul_into(Device& device, const ArrayView& a, const ArrayView& b, const MutableView& c,
                         const MatmulOptions& options = {});

/// The shape matmul() gives. Errors: kBadInput, as matmul().
Result<Shape> matmul_shape(const Shape& a, const Shape& b);

/// The result's type as an array's.
DType dtype_of(plan::Output output);

}  // namespace mattock
