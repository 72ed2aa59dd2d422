// A model file, loaded and ready to run: `mattock::Session`.
//
//   auto device = mattock::Device::open("auto");
//   auto session = mattock::Session::load(*device, "matmul.rknn");
//   auto result = session->run(std::vector{a, b});
//   result->outputs[0].values   // float32, in the model's own shape
//
// The session places the tensors as the file plans, runs the nodes the file leaves to the CPU, and hands runs
// of NPU nodes to the device (running-a-model.md gives the rules their numbers).
//
// Threads: one session is used by one thread at a time; several sessions may share a device.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/array.hpp"
#include "base/error.hpp"
#include "base/view.hpp"
#include "container/model.hpp"
#include "device/device.hpp"

namespace mattock {

/// real = (q - zero_point) * scale.
struct Quantisation {
  float scale = 1;
  std::int32_t zero_point = 0;
};

/// One input or output as the model declares it.
struct TensorInfo {
  std::string name;
  DType dtype = DType::kFloat32;  ///< the type the model computes with
  Shape shape;                    ///< of arrays that users hand in and get: the ONNX shape, rank 4 is NCHW
  std::optional<Quantisation> quantisation;
};

/// An array for the input of this name.
struct NamedArray {
  std::string name;
  Array array;
};

/// An array for an input, where the caller has it.
struct InputArray {
  ArrayView view;
  /// The numbers are in the model's own type already: no mean, no standard deviation, no quantisation.
  bool pass_through = false;
};

struct RunOptions {
  /// Keep every tensor that a node wrote. NPU nodes are then submitted one by one, because tensors share
  /// memory and a later node may overwrite an earlier one's result; the numbers stay the same.
  bool keep_layers = false;
};

/// What one node wrote, in the tensor's own type and logical shape.
struct Layer {
  std::size_t node = 0;    ///< index in Model.nodes
  std::size_t tensor = 0;  ///< index in Model.tensors
  Array array;
};

struct Output {
  std::string name;
  Array values;  ///< float32: what raw means; quantised types come out as (q - zero_point) * scale
  Array raw;     ///< the type the model computes with
};

struct SubmitRecord {
  TaskRange tasks;                 ///< of the file
  std::vector<std::size_t> nodes;  ///< indices in Model.nodes, in order
  SubmitReport report;
};

/// What happened during a run.
struct RunReport {
  std::vector<SubmitRecord> submits;  ///< in time
  std::vector<Layer> layers;          ///< only with keep_layers
  std::vector<std::string> notices;   ///< one line per input whose type was converted
  std::vector<std::string> warnings;  ///< one line per input that lost numbers on the way: finite became infinite
};

struct RunResult : RunReport {
  std::vector<Output> outputs;  ///< in the model's order
};

class Session {
 public:
  /// Errors: kUnsupported (host operators that are not there yet, all of them listed, or that take more than a GiB;
  /// layouts not covered),
  /// kBadFile (tensors that contradict themselves), kDevice (memory is short).
  static Result<Session> load(Device& device, container::Model model);
  /// The same from a file; also the errors of container::read_model.
  static Result<Session> load(Device& device, const std::filesystem::path& path);

  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  std::span<const TensorInfo> inputs() const;
  std::span<const TensorInfo> outputs() const;
  const container::Model& model() const;

  /// Runs the model once. One array per input, in the model's order, each of exactly the input's shape; none is
  /// copied as a whole on its way into device memory. The results stay there for read_output().
  ///
  /// Types: float models take every type as numbers, rounded once to nearest even. Quantised models take their own
  /// integer type as quantised already and every other as real numbers to be quantised, clamp(rne(x / scale) +
  /// zero_point). Other inputs take their own type only.
  ///
  /// Errors: kBadInput (count, shape or type), kNotModelled and kDevice from a submit, with the nodes it was
  /// about. After an error the session can be run again.
  Result<RunReport> execute(std::span<const InputArray> inputs, const RunOptions& options = {});
  /// The same into a report of the caller, whose memory is used again: a run that repeats the one before allocates
  /// nothing, unless layers are kept or an input gives rise to a line. After an error the report has what was done.
  Result<void> execute(std::span<const InputArray> inputs, const RunOptions& options, RunReport& report);

  /// Whether read_output() could write output `index` there. Errors: kNotFound for an index beyond the outputs,
  /// kBadInput for a shape that is not the output's or a type that is neither float32 nor the model's own.
  Result<void> check_output(std::size_t index, const MutableView& into) const;

  /// Output `index` of the last run, straight into the caller's array: float32 (what Output::values holds) or the
  /// model's own type. Errors: those of check_output(), and kUsage when no run has succeeded since the load or since
  /// the last one that failed.
  Result<void> read_output(std::size_t index, const MutableView& into);

  /// execute(), and all outputs in arrays of their own.
  Result<RunResult> run(std::span<const Array> inputs, const RunOptions& options = {});

  /// The same with inputs given by name, in any order. Also kBadInput for a name that is unknown, twice or
  /// missing.
  Result<RunResult> run(std::span<const NamedArray> inputs, const RunOptions& options = {});

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mattock
