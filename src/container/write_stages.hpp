// The stages of writing, in the order the writer calls them. Each stores its part of the model through the encoder
// and refuses what the file has no room for; whether the values make sense is the reader's judgement, which the writer
// asks for at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "container/encoder.hpp"
#include "container/model.hpp"

namespace mattock::container {

/// write_tensors.cpp. The data of all tensors, one buffer each, numbered in their order from 1.
class Buffers {
 public:
  Buffers(Encoder& encoder, const Model& model);
  /// Number of a tensor's buffer; 0 when it has no data.
  std::int32_t of_tensor(std::size_t index) const { return numbers_[index]; }
  /// Stores the data, then the list of buffers.
  Place write(Encoder& encoder) const;

 private:
  std::vector<std::byte> words_, tasks_;  ///< of the Program
  std::vector<std::span<const std::byte>> data_;
  std::vector<std::int32_t> numbers_;
};

/// write_tensors.cpp. One place per tensor.
std::vector<Place> write_tensors(Encoder& encoder, const Model& model, const Buffers& buffers);

/// write_nodes.cpp. One place per node.
std::vector<Place> write_nodes(Encoder& encoder, const Model& model);

/// write_graph.cpp. Tensors, nodes, relocations, patches: the one graph of the file.
Place write_graph(Encoder& encoder, const Model& model, const Buffers& buffers);

/// "tensor 3 'name'": how messages call it.
std::string title_of(const char* what, std::size_t index, const std::string& name);

}  // namespace mattock::container
