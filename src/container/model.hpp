// A model file as decoded values: tensors, nodes, constants and the Program. Nothing here depends on where
// things stand in the file. reader.hpp makes one from bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/array.hpp"
#include "base/dtype.hpp"
#include "hw/program.hpp"

namespace mattock::container {

enum class Layout : std::uint8_t { kPlain = 0, kNhwc = 1, kNchw = 2, kNC1HWC2 = 64, kNativeWeight = 65 };

enum class TensorKind : std::uint8_t {
  kPlaceholder = 0,
  kInput = 1,
  kOutput = 2,
  kIntermediate = 3,
  kConstant = 4,
  kHostConstant = 5,
  kTable = 6,
  kOldCommands = 7,
  kCompilerConstant = 8,
  kCommands = 9,
  kTasks = 10,
};

struct Tensor {
  std::string name;
  DType dtype = DType::kFloat16;
  Layout layout = Layout::kPlain;
  TensorKind kind = TensorKind::kPlaceholder;
  Shape shape;                      ///< logical, NCHW order
  Shape native_shape;               ///< NC1HWC2: N, C1, H, W, C2; native weight: OC1, IC1, KH, KW, oc lane, ic lane
  std::string quantization_method;  ///< "layer" or empty
  std::string quantization_type;    ///< "int8" or empty
  std::vector<float> scale;         ///< real = (q - zero_point) * scale; empty when not quantised
  std::vector<std::int32_t> zero_point;
  std::vector<float> range_min, range_max;
  std::size_t size = 0;             ///< bytes; may be larger than the data
  std::size_t offset = 0;           ///< inputs, outputs, intermediates: place in internal memory
  std::vector<std::byte> data;      ///< constants and tables: the bytes of its buffer
  std::int32_t image_channels = 0;  ///< field 20: channels an image input declares to the NPU, else 0
};

enum class Engine : std::uint8_t { kHost = 0, kNpu = 2 };

/// Parameters of the operator families, as far as the file tells them apart. Empty vectors: not in the file.
struct NodeParams {
  std::uint8_t type = 0;  ///< the file's union number: 1 Conv, 19 Concat, 20 Split, 25 Transpose, ...; 0 none
  std::string pad_mode;
  std::vector<std::int32_t> dilations, kernel, pads, strides, perm, split;
  std::int32_t group = 1;
  std::optional<std::int32_t> axis;
  std::optional<float> alpha, epsilon, momentum;
};

struct Node {
  std::string op;  ///< "Conv", "exMatMul", "Reshape", ...
  std::string name;
  Engine engine = Engine::kHost;
  std::vector<std::size_t> inputs, outputs;  ///< tensor indices, checked
  NodeParams params;
  std::vector<std::byte> attributes;  ///< BSON of ONNX attributes; OutputOperator: four int32; or empty
  std::size_t first_task = 0;         ///< running sum over the nodes in file order
  std::size_t task_count = 0;         ///< of the run slot for one core; loads of tables included
};

struct InputNorm {
  std::vector<float> mean, std;
  std::vector<std::int32_t> channel_order;
};

/// Words a runtime may rewrite when the user's input differs from what the compiler assumed: `register
/// value` now in word `word`. Garbage entries (index out of range, or value unlike the word) are left out.
struct PatchWord {
  std::uint32_t value = 0;
  std::size_t word = 0;
};
struct InputPatch {
  std::size_t tensor = 0;
  std::vector<std::vector<PatchWord>> tasks;  ///< one list per task that reads the input
};

struct Memory {
  std::uint64_t weight_bytes = 0;
  std::uint64_t internal_bytes = 0;
};

struct Model {
  std::uint64_t container_version = 0;
  std::string target, generation, framework, compiler;
  std::int32_t compiler_number = 0;
  std::string attributes;  ///< free text of the compiler; not needed to run
  std::string custom_ops;
  std::vector<Tensor> tensors;               ///< index 0 is a placeholder
  std::vector<Node> nodes;                   ///< execution order
  std::vector<std::size_t> inputs, outputs;  ///< tensor indices, in API order
  std::vector<InputNorm> input_norm;
  std::vector<InputPatch> stride_patches;     ///< InputPatch A
  std::vector<InputPatch> converter_patches;  ///< InputPatch B: 104c, 1050..105c
  Memory memory;
  hw::Program program;
  std::vector<std::string> warnings;  ///< one line each: oddities that do not stop a run
};

}  // namespace mattock::container
