#include "check/cbuf.hpp"

#include <algorithm>

#include "base/math.hpp"
#include "hw/generated/registers_cna.hpp"

namespace mattock::check {
namespace {

namespace cna = hw::cna;

constexpr std::int64_t kAtomsPerEntry = 4;

/// Entries of a line of `width` pixels and `surfaces` surfaces (npu.md 3.4): W*(A/4) + (A%4==3 ? W :
/// ceil((A%4)*W/4)).
std::int64_t line_entries(std::int64_t width, std::int64_t surfaces) {
  const std::int64_t rest = surfaces % kAtomsPerEntry;
  const std::int64_t packed = rest == 3 ? width : ceil_div(rest * width, kAtomsPerEntry);
  return surfaces / kAtomsPerEntry * width + packed;
}

struct Buffering {
  const Convolution& conv;
  const Loaded& loaded;
  std::int64_t entries = 0;  ///< a line's pitch

  const hw::Chip& chip() const { return conv.at.chip; }
  std::int64_t bank_entries() const {
    return static_cast<std::int64_t>(chip().cbuf_bank_bytes / chip().cbuf_entry_bytes);
  }
  Loaded::Features features() const { return {conv.input, conv.channels, entries, conv.data_banks, conv.weight_banks}; }
  Loaded::Weights weights() const {
    return {conv.weight_bytes, conv.input.width, conv.channels, entries, conv.data_banks, conv.weight_banks};
  }
  bool weights_fit() const { return conv.weight_bytes <= conv.weight_capacity_bytes(); }
};

Verdict banks(const Buffering& b) {
  const auto most = static_cast<std::int64_t>(b.chip().cbuf_banks);
  return unless<cna::CbufCon0>(b.conv.data_banks + b.conv.weight_banks <= most, "weight_banks",
                               "{} data and {} weight banks of {}", b.conv.data_banks, b.conv.weight_banks, most);
}

Verdict line_width(const Buffering& b) {
  return unless<cna::CbufCon1>(b.conv.at.get<cna::CbufCon1>().width == b.conv.input.width, "width", "{}",
                               b.conv.input.width);
}

Verdict entries_hold_a_line(const Buffering& b) {
  return unless<cna::CbufCon1>(b.entries >= b.conv.entries_needed(), "data_entries", "at least {}",
                               b.conv.entries_needed());
}

Verdict banks_hold_the_map(const Buffering& b) {
  const std::int64_t lines = std::max(b.conv.input.height, b.conv.fetched.height);
  const std::int64_t capacity = b.conv.data_banks * b.bank_entries();
  return unless<cna::CbufCon0>(b.entries * lines <= capacity, "data_banks", "{} lines of {} entries, {} banks hold {}",
                               lines, b.entries, b.conv.data_banks, capacity);
}

Verdict kernel_fits_a_bank(const Buffering& b) {
  const auto most = static_cast<std::int64_t>(b.chip().cbuf_bank_bytes);
  return unless<cna::WeightSize1>(b.conv.depthwise || b.conv.kernel_bytes <= most, "weight_bytes_per_kernel",
                                  "at most {}", most);
}

Verdict weights_stream_by_groups(const Buffering& b) {
  if (b.weights_fit()) return std::nullopt;
  const std::int64_t group =
      b.conv.depthwise ? b.conv.weight_bytes : std::min(b.conv.kernels, b.conv.step_channels) * b.conv.kernel_bytes;
  return unless<cna::CbufCon0>(group <= b.conv.weight_capacity_bytes(), "weight_banks", "{} bytes, {} banks hold {}",
                               group, b.conv.weight_banks, b.conv.weight_capacity_bytes());
}

Verdict data_stays(const Buffering& b) {
  return unless<cna::CbufCon0>(!b.conv.keeps_data || b.loaded.features == b.features(), "data_reuse");
}

Verdict weights_stay(const Buffering& b) {
  return unless<cna::CbufCon0>(!b.conv.keeps_weights || b.loaded.weights == b.weights(), "weight_reuse");
}

constexpr Rule<Buffering> kRules[] = {
    {"data and weights share the chip's banks", banks},
    {"the buffer's lines have the width of the input", line_width},
    {"a line of the buffer holds a line of the input", entries_hold_a_line},
    {"the data banks hold all lines of the input", banks_hold_the_map},
    {"a kernel fits one bank", kernel_fits_a_bank},
    {"weights that exceed their banks come by whole kernel groups, which must fit; depthwise ones cannot",
     weights_stream_by_groups},
    {"data stay only from a task that loaded this size, entries and bank split", data_stays},
    {"weights stay only from a task that loaded as many, for this width, channels, entries and bank split",
     weights_stay},
};

}  // namespace

std::int64_t Convolution::entries_needed() const {
  return std::max(line_entries(input.width, ceil_div(channels, atom_channels)),
                  line_entries(fetched.width, ceil_div(fetched_channels, atom_channels)));
}

Result<void> check_cbuf(const Convolution& conv, Loaded& loaded) {
  Buffering buffering{conv, loaded, conv.entries};
  // With a y stride of 0 all output lines read the first one; vendor files leave its pitch at 0 (add_brow_q).
  if (conv.entries == 0 && conv.stride.height == 0) buffering.entries = conv.entries_needed();
  if (const auto good = obey<Buffering>(kRules, buffering, conv.at); !good) return good;
  loaded.features = buffering.features();
  if (buffering.weights_fit())
    loaded.weights = buffering.weights();
  else
    loaded.weights.reset();
  return {};
}

}  // namespace mattock::check
