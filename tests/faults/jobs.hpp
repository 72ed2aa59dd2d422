// What the tests of this room run: products of whole numbers, whose results plain arithmetic gives, by Matmul and by a
// model file. Every number, product and sum is exact in the types on the way.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "matmul/matmul.hpp"
#include "session/session.hpp"

namespace mattock::test {

/// Matrices [rows, columns] of whole numbers from `least` to `most`; the same seed, the same numbers.
Array matrix(DType dtype, Shape shape, int least, int most, unsigned seed);

/// (a - za) (b - zb) summed over the inner dimension.
std::vector<double> product_of(const Array& a, const Array& b, double za = 0, double zb = 0);

std::vector<double> numbers_in(const Array& array);

/// The node of the driver, or what else `name` says; nothing of the environment counts.
Result<Device> open_npu(const std::shared_ptr<device::kernel::System>& system);

/// A product that is run with one pair of operands after the other.
class ProductJob {
 public:
  enum class Kind {
    kFp16,     ///< several tasks
    kInt8,     ///< records for each column
    kSwapped,  ///< B's place holds A
  };
  explicit ProductJob(Kind kind) : kind_(kind) {}

  Result<void> create(Device& device);
  Result<void> set_b(unsigned seed);
  Result<void> run(unsigned seed) {
    fill_a(seed);
    return multiply();
  }
  void fill_a(unsigned seed);
  Result<void> multiply();
  /// Of the operands of the last run.
  bool exact() const;
  const plan::MatmulPlan& plan() const { return matmul_->plan(); }

 private:
  MatmulSpec spec() const;

  Kind kind_;
  std::unique_ptr<Matmul> matmul_;
  Array a_, b_, c_;
  ArrayView a_view_;
  MutableView c_view_;
};

/// A model with nodes for the CPU before and behind its product on the NPU: 17x31 times 31x33.
class ModelJob {
 public:
  Result<void> load(Device& device);
  Result<void> run(unsigned seed);
  bool exact() const;
  Session& session() { return *session_; }
  /// For Session::execute, which makes no arrays of results.
  std::vector<InputArray> inputs(unsigned seed);

 private:
  void fill(unsigned seed);

  std::unique_ptr<Session> session_;
  Array a_, b_, c_;
};

}  // namespace mattock::test
