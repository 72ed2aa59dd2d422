// How a chip might differ from what the emulator assumes: one member per open question, and the default is the
// assumption. Tests of programs that look for such differences make chips of them; each is read where its rule sits.
#pragma once

#include <cstdint>

namespace mattock::emulator {

/// What becomes of a number halfway between two.
enum class Ties { kEven, kUp, kAway };

struct Variation {
  Ties half_ties = Ties::kEven;        ///< of fp16 results
  Ties stage_ties = Ties::kEven;       ///< of integer multipliers: BS, BN, operands of EW
  Ties output_ties = Ties::kEven;      ///< of the integer output converter
  bool offset_after_rounding = false;  ///< of the output converter
  bool overflow_saturates = false;     ///< fp16 results beyond the largest number become it, not infinity
  bool flush_inputs = false;           ///< fp16 subnormals read as 0
  bool clamp_inputs = false;           ///< fp16 infinities read as the largest number, NaN as 0
  bool flush_results = false;          ///< fp16 results below the smallest normal number become 0

  /// How fp16 products are summed: exactly enough, in fp32 one after the other, or exactly within a slice of the
  /// multipliers, whose sums join in fp32.
  enum class Sums { kWide, kSingle, kSingleBackwards, kSinglePerSlice };
  Sums sums = Sums::kWide;
  bool int32_saturates = false;  ///< integer sums

  /// Results above the original channels: OFFSET_PEND, 0, or what the multipliers give.
  enum class Lanes { kPend, kZero, kComputed };
  Lanes lanes_above = Lanes::kPend;
  bool multiply_padding = false;  ///< channels between the real and the declared count are multiplied, too

  enum class Groups {
    kThoseThatRan,    ///< blocks change their register group after a run of their own
    kAllBlocks,       ///< every block does after every task
    kOneAfterSubmit,  ///< from the second submit on there is but one group
    kSwapped,         ///< writes to CNA go to the group that the DPU's pointer names, and the other way round
    kExecuterStays,   ///< a new submit resets the pointer of writes, but not of runs
  };
  Groups groups = Groups::kThoseThatRan;

  /// Of weights that stream past their banks the last kernel group is the one before it again.
  bool streaming_repeats_group = false;
  double bandwidth = 1;  ///< of the chip row's
};

}  // namespace mattock::emulator
