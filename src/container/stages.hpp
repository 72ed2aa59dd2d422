// The stages between a verified FlatBuffer and a Model, in the order the reader calls them. Each refuses
// through the decoder and leaves values that later stages can read without looking again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "container/decoder.hpp"
#include "container/flat.hpp"
#include "container/model.hpp"

namespace mattock::container {

/// tensors.cpp. Data of buffer `index`; empty for 0 and after a refusal. `user` is named in messages.
std::span<const std::byte> buffer_bytes(Decoder& decoder, const FlatModel& flat, std::int32_t index,
                                        std::string_view user);

/// tensors.cpp. Data of the command stream and the task records stays empty here: the Program holds them.
std::vector<Tensor> decode_tensors(Decoder& decoder, const FlatModel& flat, const file::Graph& graph);

/// tensors.cpp. Places in internal memory, sizes of inputs and outputs, sums.
void check_memory(Decoder& decoder, const Model& model);

/// Tensors by name. A name that several tensors bear, or none, is not usable.
class TensorNames {
 public:
  explicit TensorNames(const std::vector<Tensor>& tensors);
  /// Index of the tensor called `name`; refuses and gives 0 when there is not exactly one. `user` is named in
  /// the message.
  std::size_t find(Decoder& decoder, std::string_view name, std::string_view user) const;

 private:
  std::unordered_map<std::string, std::vector<std::size_t>> indices_;
};

/// Indices of tensors; refuses those outside [0, tensor_count).
std::vector<std::size_t> decode_indices(Decoder& decoder, const flatbuffers::Vector<std::int32_t>* indices,
                                        std::size_t tensor_count, std::string_view what);

/// nodes.cpp. `task_total`: how many task records the file has; the nodes share them out.
std::vector<Node> decode_nodes(Decoder& decoder, const file::Graph& graph, std::size_t tensor_count,
                               std::size_t task_total);

/// nodes.cpp. Each task names the node that owns it, and output lists fit their node's tasks.
void check_task_owners(Decoder& decoder, const Model& model);

/// params.cpp. Unknown families give only their number.
NodeParams decode_params(Decoder& decoder, const file::Node& node, std::string_view name);

/// program.cpp. Command words, task records.
hw::Program decode_program(Decoder& decoder, const FlatModel& flat, const file::Graph& graph, std::size_t node_count);

/// program.cpp.
void decode_relocations(Decoder& decoder, const file::Graph& graph, const TensorNames& names, hw::Program& program);

/// patches.cpp. Both lists of the model.
void decode_patches(Decoder& decoder, const file::Graph& graph, const TensorNames& names, Model& model);

/// chain.cpp. Tails of the tasks; `amount_scale` is the chip's.
void check_chain(Decoder& decoder, const hw::Program& program, std::size_t amount_scale);

}  // namespace mattock::container
