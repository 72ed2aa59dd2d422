#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <set>
#include <system_error>

#include "base/file.hpp"
#include "base/npy.hpp"
#include "cli/console.hpp"
#include "cli/run.hpp"

namespace mattock::cli {
namespace {

struct Argument {
  std::string name;  // empty: by order
  std::string path;
};

// A file name may hold '=', a tensor name too: what stands before it counts only if an input is called so, or
// no such file exists.
Argument split_argument(std::span<const TensorInfo> inputs, const std::string& argument) {
  for (const TensorInfo& input : inputs)
    if (argument.size() > input.name.size() && argument.starts_with(input.name) && argument[input.name.size()] == '=')
      return {input.name, argument.substr(input.name.size() + 1)};
  std::error_code ignored;
  const auto equals = argument.find('=');
  if (equals == std::string::npos || std::filesystem::exists(argument, ignored)) return {"", argument};
  return {argument.substr(0, equals), argument.substr(equals + 1)};
}

Result<Array> read_array(const std::string& path) {
  const auto bytes = read_input(path);
  if (!bytes) return propagate(bytes);
  auto array = parse_npy(*bytes);
  if (!array) return propagate(array, input_name(path));
  return array;
}

Array writable(const Array& array) {
  return array.dtype == DType::kBfloat16 ? converted(array, DType::kFloat32) : array;
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (std::filesystem::is_directory(folder, error)) return {};
  return fail(Code::kBadInput, fmt::format("{}: cannot be made a folder", folder.string()));
}

}  // namespace

Result<std::vector<NamedArray>> read_inputs(std::span<const TensorInfo> inputs,
                                            const std::vector<std::string>& arguments) {
  std::vector<Argument> parsed;
  for (const std::string& argument : arguments) parsed.push_back(split_argument(inputs, argument));
  const auto named = std::ranges::count_if(parsed, [](const Argument& a) { return !a.name.empty(); });
  if (named != 0 && static_cast<std::size_t>(named) != parsed.size())
    return fail(Code::kUsage, "some inputs have a name and some do not", "name all of them or none");
  if (std::ranges::count(parsed, std::string("-"), &Argument::path) > 1)
    return fail(Code::kUsage, "standard input can be only one of the inputs");
  if (named == 0 && parsed.size() != inputs.size()) {
    std::string names;
    for (const TensorInfo& input : inputs)
      names += fmt::format("{}{} {} {}", names.empty() ? "" : ", ", input.name, shape_text(input.shape),
                           dtype_name(input.dtype));
    return fail(Code::kBadInput,
                fmt::format("{} input files given, the model has {} inputs", parsed.size(), inputs.size()),
                fmt::format("its inputs: {}", names));
  }
  std::vector<NamedArray> arrays;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    auto array = read_array(parsed[i].path);
    if (!array) return propagate(array);
    arrays.push_back({named == 0 ? inputs[i].name : parsed[i].name, std::move(*array)});
  }
  return arrays;
}

std::string file_name_of(std::string_view tensor_name) {
  std::string name(tensor_name);
  for (char& c : name) {
    const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
    if (!kept) c = '_';
  }
  return name;
}

Result<void> write_outputs(const Destination& destination, std::span<const Output> outputs) {
  const auto chosen = [&](const Output& output) { return writable(destination.raw ? output.raw : output.values); };
  if (destination.path.empty()) return {};
  const bool to_stdout = destination.path == "-";
  const bool to_file = !std::filesystem::is_directory(destination.path) && destination.path.ends_with(".npy");
  if (!to_stdout && !to_file) {
    if (const auto made = make_folder(destination.path); !made) return made;
    for (const Output& output : outputs) {
      const auto path = std::filesystem::path(destination.path) / (file_name_of(output.name) + ".npy");
      if (const auto written = write_npy(path, chosen(output)); !written) return written;
    }
    return {};
  }
  if (outputs.size() != 1)
    return fail(Code::kUsage,
                fmt::format("the model has {} outputs, {} holds one", outputs.size(),
                            to_stdout ? "standard output" : destination.path),
                "give a folder: -o DIR");
  if (to_file) return write_npy(destination.path, chosen(outputs[0]));
  const std::vector<std::byte> bytes = format_npy(chosen(outputs[0]));
  if (print({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) != kDone)
    return fail(Code::kBadInput, "the output was not written");
  return {};
}

Result<void> write_layers(const std::filesystem::path& folder, const container::Model& model,
                          std::span<const Layer> layers) {
  if (const auto made = make_folder(folder); !made) return made;
  std::set<std::string> used;
  for (const Layer& layer : layers) {
    const std::string stem = file_name_of(model.tensors[layer.tensor].name);
    std::string name = stem;
    for (int copy = 2; !used.insert(name).second; ++copy) name = fmt::format("{}.{}", stem, copy);
    if (const auto written = write_npy(folder / (name + ".npy"), writable(layer.array)); !written) return written;
  }
  return {};
}

}  // namespace mattock::cli
