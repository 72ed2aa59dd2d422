// What `mattock run` does beside the session: which file is which input, what goes where, what is shown.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/array.hpp"
#include "base/error.hpp"
#include "session/session.hpp"

namespace mattock::cli {

/// The arrays of the command line: "file.npy" goes to the next input, "name=file.npy" to the input of this
/// name, "-" reads standard input. Either all are named or none. Errors: kUsage, kBadInput, and those of the
/// files.
Result<std::vector<NamedArray>> read_inputs(std::span<const TensorInfo> inputs,
                                            const std::vector<std::string>& arguments);

/// The name with everything but letters, digits, '.', '_' and '-' replaced by '_'.
std::string file_name_of(std::string_view tensor_name);

/// Where results go: a file for one output, or a folder for any number.
struct Destination {
  std::string path;  ///< empty: nowhere; "-": standard output
  bool raw = false;  ///< the model's own types instead of float32
};

/// Writes all outputs. Errors: kUsage when one file is to hold several outputs, and those of writing.
Result<void> write_outputs(const Destination& destination, std::span<const Output> outputs);

/// Writes every layer as TENSOR_NAME.npy into `folder`, bfloat16 as float32. Two names that would share a file
/// get a number.
Result<void> write_layers(const std::filesystem::path& folder, const container::Model& model,
                          std::span<const Layer> layers);

/// "a 1x9x9 float16" and the numbers, if the last two dimensions are at most 16 and there are at most 256 of them;
/// else only the range of the numbers.
std::string array_text(const std::string& name, const Array& array);

/// Whether the device tells what each task took: the emulator does, an NPU does not.
bool counts_tasks(std::span<const SubmitRecord> submits);

/// The table of tasks, a line for every numeric event; one line in place of a table with nothing in it.
std::string submits_text(const container::Model& model, std::span<const SubmitRecord> submits);

/// Sums over all tasks.
emulator::TaskReport total_of(std::span<const SubmitRecord> submits);

}  // namespace mattock::cli
