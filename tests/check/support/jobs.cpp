#include "check/support/jobs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <map>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/math.hpp"
#include "container/reader.hpp"
#include "emit/matmul.hpp"
#include "replay/recording.hpp"

namespace mattock::test {
namespace {

constexpr std::size_t kPage = 4096;

/// Pages with a gap before each buffer, filled with NaN patterns.
JobBuffer& add(Program& program, std::string name, std::size_t bytes) {
  std::uint64_t address = 0x100000;
  if (!program.buffers.empty()) {
    const JobBuffer& last = program.buffers.back();
    address = last.address + last.bytes.size() + kPage;
  }
  const std::size_t size = align_up(std::max<std::size_t>(bytes, 1), kPage);
  return program.buffers.emplace_back(
      JobBuffer{address, std::move(name), std::vector<std::byte>(size, std::byte{0x7f})});
}

void store_words(std::span<std::byte> bytes, const std::vector<std::uint64_t>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) store_le(bytes, i * hw::kWordBytes, words[i]);
}

using Places = std::map<std::string, std::uint64_t>;

Places place(Program& program, const container::Model& model, std::uint64_t& commands) {
  Places places;
  std::size_t constants = 0, internal = model.memory.internal_bytes;
  for (const container::Tensor& tensor : model.tensors) {
    constants += align_up(std::max(tensor.size, tensor.data.size()), std::size_t{64});
    internal = std::max(internal, tensor.offset + tensor.size);
  }
  add(program, "constants and commands", constants + model.program.words.size() * hw::kWordBytes);
  std::uint64_t next = program.buffers[0].address;
  for (const container::Tensor& tensor : model.tensors) {
    if (tensor.data.empty()) continue;
    places[tensor.name] = next;
    std::ranges::copy(tensor.data, program.at(next).begin());
    next += align_up(std::max(tensor.size, tensor.data.size()), std::size_t{64});
  }
  commands = next;
  const std::uint64_t pool = add(program, "internal block", internal).address;
  for (const container::Tensor& tensor : model.tensors) {
    if (tensor.kind == container::TensorKind::kIntermediate)
      places[tensor.name] = pool + tensor.offset;
    else if (tensor.kind == container::TensorKind::kInput || tensor.kind == container::TensorKind::kOutput)
      places[tensor.name] = add(program, tensor.name, tensor.size).address;
  }
  return places;
}

/// The words at `commands`, with the addresses of the chain and of the tensors.
void store_relocated(Program& program, const hw::Program& code, const Places& places, std::uint64_t commands) {
  std::vector<std::uint64_t> words = code.words;
  const auto set_address = [](std::uint64_t& word, std::uint64_t address) {
    hw::Command command = hw::Command::decode(word);
    command.value = narrow<std::uint32_t>(address);
    word = command.encode();
  };
  for (std::uint64_t& word : words) {
    const hw::Command command = hw::Command::decode(word);
    if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAddress && command.value != 0)
      set_address(word, command.value + commands);
  }
  for (const hw::Relocation& relocation : code.relocations)
    set_address(words[relocation.word], places.at(relocation.tensor) + relocation.addend);
  if (!words.empty()) store_words(program.at(commands), words);
}

}  // namespace

std::vector<check::Memory> Program::memory() const {
  std::vector<check::Memory> all;
  for (const JobBuffer& buffer : buffers) all.push_back({buffer.address, buffer.bytes, buffer.name});
  return all;
}

Result<void> Program::check(const std::vector<hw::TaskRecord>& tasks) const {
  const auto all = memory();
  return check::check({*hw::find_chip("rk3566"), tasks, all});
}

std::span<std::byte> Program::at(std::uint64_t address) {
  for (JobBuffer& buffer : buffers)
    if (address >= buffer.address && address - buffer.address < buffer.bytes.size())
      return std::span(buffer.bytes).subspan(address - buffer.address);
  assert(false);
  return {};
}

emulator::Emulator Program::emulator() {
  emulator::Emulator emulator(*hw::find_chip("rk3566"));
  for (JobBuffer& buffer : buffers)
    if (const auto mapped = emulator.map({buffer.address, buffer.bytes, buffer.name}); !mapped)
      ADD_FAILURE() << to_string(mapped.error());
  return emulator;
}

Program program_of_model(const std::string& path, bool merge) {
  Program program{std::filesystem::path(path).filename().string(), {}, {}};
  const auto model = container::read_model(path);
  if (!model) {
    ADD_FAILURE() << to_string(model.error());
    return program;
  }
  std::uint64_t commands = 0;
  const Places places = place(program, *model, commands);
  store_relocated(program, model->program, places, commands);

  std::size_t end = 0;  // of the last submit
  for (const container::Node& node : model->nodes) {
    if (node.op == "InputOperator" || node.op == "OutputOperator" || node.engine == container::Engine::kHost) {
      end = 0;
      continue;
    }
    if (!merge || end == 0 || end != node.first_task) program.submits.emplace_back();
    for (std::size_t i = 0; i < node.task_count; ++i) {
      hw::TaskRecord record = model->program.tasks[node.first_task + i];
      record.regcmd_addr += commands;
      program.submits.back().push_back(record);
    }
    end = node.first_task + node.task_count;
  }
  return program;
}

Program program_of_product(const plan::Shape& shape, const plan::Types& types, const plan::Options& options) {
  const hw::Chip& chip = *hw::find_chip("rk3566");
  Program program{"product", {}, {}};
  const auto plan = plan::plan_matmul(chip, shape, types, options).value();
  const auto code = emit::emit_matmul(chip, plan, {.multiplier = 20'000, .shift = 24, .offset = -3}).value();
  const std::uint64_t commands = add(program, "commands", code.words.size() * hw::kWordBytes).address;
  const Places places{{emit::kFeatures, add(program, emit::kFeatures, plan.features_bytes()).address},
                      {emit::kWeights, add(program, emit::kWeights, plan.weights_bytes()).address},
                      {emit::kResults, add(program, emit::kResults, plan.results_bytes()).address},
                      {emit::kRecords, add(program, emit::kRecords, plan.kernels_padded * plan::kRecordBytes).address}};
  store_relocated(program, code, places, commands);
  program.submits.push_back(code.tasks);
  for (hw::TaskRecord& record : program.submits.back()) record.regcmd_addr += commands;
  return program;
}

Program program_of_recording(const std::string& path) {
  Program program{std::filesystem::path(path).filename().string(), {}, {}};
  const auto text = read_file(path);
  if (!text) {
    ADD_FAILURE() << to_string(text.error());
    return program;
  }
  const auto recording = replay::parse_recording({reinterpret_cast<const char*>(text->data()), text->size()});
  if (!recording) {
    ADD_FAILURE() << path << ": " << to_string(recording.error());
    return program;
  }
  for (const replay::Submit& submit : recording->submits) {
    for (const replay::Buffer& buffer : submit.buffers) {
      const auto same = std::ranges::find(program.buffers, buffer.address, &JobBuffer::address);
      if (same == program.buffers.end())
        program.buffers.push_back({buffer.address, "mem " + std::to_string(buffer.index),
                                   std::vector<std::byte>(align_up(buffer.bytes, kPage), std::byte{0x7f})});
    }
    program.submits.emplace_back();
    for (std::size_t i = 0; i < submit.task_number; ++i) {
      const replay::Task& task = submit.tasks[submit.task_start + i];
      store_words(program.at(task.record.regcmd_addr), task.words);
      program.submits.back().push_back(task.record);
    }
  }
  return program;
}

std::vector<std::string> files(const std::string& folder, const std::string& extension) {
  std::vector<std::string> found;
  if (!std::filesystem::is_directory(folder)) return found;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == extension) found.push_back(entry.path().string());
  std::ranges::sort(found);
  return found;
}

}  // namespace mattock::test
