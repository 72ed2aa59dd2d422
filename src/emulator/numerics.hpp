// How the NPU rounds, saturates and accumulates: one function per open question, so that a board result can
// change it in one place. No recording settles these for RK356x; RV1103 bytes agree with every one of them.
#pragma once

#include <cstdint>

#include "base/half.hpp"
#include "emulator/variation.hpp"

namespace mattock::emulator {

/// value / 2^shift rounded to nearest, halves to even; shift 0 to 63, all that the six-bit fields can say.
/// assumed: halves to even on RK356x (exact on recorded RV1103 bytes). Settled by an int8 1x1 convolution with
/// identity weights, multiplier 4096 and shift 14: every second result is a tie.
std::int64_t round_shift(std::int64_t value, unsigned shift, Ties ties = Ties::kEven);

std::int32_t saturate_int32(std::int64_t value);
std::int32_t saturate_int16(std::int64_t value);
std::int32_t saturate_int8(std::int64_t value);

/// int32 addition of the accumulator: wraps modulo 2^32; `wrapped` is set when it did.
/// assumed: wraps rather than saturates. Settled by an int8 sum beyond 2^31.
std::int32_t accumulate_int32(std::int32_t sum, std::int64_t term, bool& wrapped, bool saturates = false);

/// A float result as fp16: one rounding, to nearest. assumed: halves to even, infinity from 65520 on, subnormals kept.
/// Settled by the probes fp16-ties, fp16-overflow and fp16-subnormals on a board.
half round_to_half(double value, const Variation& variation);

/// A term of a float sum that is NaN: the first NaN stays, and one of the weight goes before one of the feature; an
/// infinity times 0, or minus itself, gives a negative quiet NaN. Bits of NaN depend on instructions and their order,
/// so this is written out, and sums that are not NaN need not come here: they are sum + feature * weight. assumed:
/// which NaN wins; settled by a task whose features and weights are NaN with different signs.
double accumulate_nan(double sum, double feature, double weight);

/// Integer addition of BS, BN and EW: saturates at int32.
std::int32_t add_stage(std::int32_t value, std::int32_t operand);

/// Integer addition of EW with a 32-bit operand: wraps modulo 2^32, as a board report has it for the RK3588.
/// assumed: the same on RK356x. Settled by joining two sums of 2^30 and more.
std::int32_t join_sums(std::int32_t value, std::int32_t operand);

/// Multiplier of BS and of the EW operand converter: (value * multiplier) / 2^shift, rounded, saturated at int32.
std::int32_t scale_stage(std::int32_t value, std::int32_t multiplier, unsigned shift, Ties ties = Ties::kEven);

/// Multiplier of BN: multiplies before it adds, shifts last: (value * multiplier + addend) / 2^shift.
std::int32_t scale_add_stage(std::int32_t value, std::int32_t multiplier, std::int32_t addend, unsigned shift,
                             Ties ties = Ties::kEven);

/// Output converter before saturation to the output type: (value * scale + offset * 2^shift) / 2^shift. The
/// offset enters before the rounding, so an odd one flips ties.
/// assumed: the place of the offset (reported for RV1103; recorded bytes do not tell). Settled by the tie
/// experiment of round_shift with an odd offset.
std::int64_t convert_output(std::int32_t value, std::int32_t scale, unsigned shift, std::int32_t offset,
                            const Variation& variation = {});

/// Average pool: sum * rw * rh / 2^32 with the reciprocals rw = 65536 / kw and rh = 65536 / kh, rounded once.
std::int64_t average_pool(std::int64_t sum, std::uint32_t reciprocal_width, std::uint32_t reciprocal_height);

}  // namespace mattock::emulator
