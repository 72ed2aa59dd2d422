// A model file as decoded values: tensors, nodes, constants and the Program. Nothing here depends on where
// things stand in the file. reader.hpp makes one from bytes, writer.hpp makes bytes from one.
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
  std::int32_t field19 = 0;         ///< meaning unknown: 4 on nearly all cubes, else 0
  std::int32_t image_channels = 0;  ///< field 20: channels an image input declares to the NPU, else 0

  friend bool operator==(const Tensor&, const Tensor&) = default;
};

enum class Engine : std::uint8_t { kHost = 0, kNpu = 2 };

/// Parameters of the operator families, as far as the file tells them apart. Empty vectors: not in the file.
struct NodeParams {
  std::uint8_t type = 0;  ///< the file's union number: 1 Conv, 19 Concat, 20 Split, 25 Transpose, ...; 0 none
  std::string pad_mode, norm_mode;
  std::string coordinate_mode, resize_mode, nearest_mode;  ///< of Resize
  std::vector<std::int32_t> dilations, kernel, pads, strides, perm, split, axes;
  std::int32_t group = 1;
  std::int32_t count_include_pad = 0;
  std::optional<std::int32_t> axis;
  std::optional<float> alpha, epsilon, momentum;

  friend bool operator==(const NodeParams&, const NodeParams&) = default;
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
  std::size_t table_loads = 0;        ///< how many of them the file says load tables and the like

  friend bool operator==(const Node&, const Node&) = default;
};

struct InputNorm {
  std::vector<float> mean, std;
  std::vector<std::int32_t> channel_order;

  friend bool operator==(const InputNorm&, const InputNorm&) = default;
};

/// Words a runtime may rewrite when the user's input differs from what the compiler assumed: `register
/// value` now in word `word`.
struct PatchWord {
  std::uint32_t value = 0;
  std::size_t word = 0;
  std::uint8_t field = 0;  ///< its place in the file's table: p0 to p6 (strides), p0 to p12 (converter)

  friend bool operator==(const PatchWord&, const PatchWord&) = default;
};
/// A field that belongs to no word (index out of range, or value unlike the word): remains of the compiler's
/// memory without a meaning, kept so that a file can be written again as it was. A new file has zeros there.
struct PatchRemains {
  std::uint32_t value = 0;
  std::int32_t word = 0;
  std::uint8_t field = 0;

  friend bool operator==(const PatchRemains&, const PatchRemains&) = default;
};
struct TaskPatch {
  std::vector<PatchWord> words;
  std::vector<PatchRemains> remains;
  std::array<std::int32_t, 2> numbers{};  ///< strides only: fields 7 and 8; meaning unknown, 0 in every file seen

  friend bool operator==(const TaskPatch&, const TaskPatch&) = default;
};
struct InputPatch {
  std::size_t tensor = 0;
  std::vector<TaskPatch> tasks;  ///< one per task that reads the input

  friend bool operator==(const InputPatch&, const InputPatch&) = default;
};

/// How many tasks have run when an output is complete.
struct OutputTasks {
  std::string output;
  std::int32_t tasks = 0;

  friend bool operator==(const OutputTasks&, const OutputTasks&) = default;
};

struct Memory {
  std::uint64_t weight_bytes = 0;
  std::uint64_t internal_bytes = 0;
  std::uint64_t compiler_constant_bytes = 0;

  friend bool operator==(const Memory&, const Memory&) = default;
};

struct Model {
  std::uint64_t container_version = 6;
  std::string target, generation, framework, compiler;
  std::int32_t compiler_number = 0;
  std::string attributes;  ///< free text of the compiler; not needed to run
  std::string custom_ops;
  std::string input_json, output_json;      ///< types and layouts by name: {"a": {"dtype": "float16", ...}}
  std::string shape_mode = "static_shape";  ///< nothing else has been seen
  std::uint8_t field10 = 2;                 ///< fields 10, 11, 14: meaning unknown; these values in every file seen
  std::string text11, text14 = "0";
  std::string viewer_json;                   ///< the text behind the model, for graph viewers; not needed to run
  std::vector<Tensor> tensors;               ///< index 0 is a placeholder
  std::vector<Node> nodes;                   ///< execution order
  std::vector<std::size_t> inputs, outputs;  ///< tensor indices, in API order
  std::vector<InputNorm> input_norm;
  std::vector<InputPatch> stride_patches;     ///< InputPatch A
  std::vector<InputPatch> converter_patches;  ///< InputPatch B: 104c, 1050..105c
  std::vector<OutputTasks> output_tasks;
  Memory memory;
  hw::Program program;
  std::vector<std::string> warnings;  ///< one line each: oddities that do not stop a run

  friend bool operator==(const Model&, const Model&) = default;
};

}  // namespace mattock::container
