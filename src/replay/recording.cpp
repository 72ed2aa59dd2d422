#include "replay/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace mattock::replay {
namespace {

constexpr std::size_t kMaxTensorRank = 8;

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> tokens;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \t\r", at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
    tokens.push_back(line.substr(at, end - at));
    at = end;
  }
  return tokens;
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base = 10) {
  if (base == 10 && text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const Tensor* named(const std::vector<Tensor>& tensors, std::string_view wanted) {
  const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const Tensor& t) { return t.name == wanted; });
  return found == tensors.end() ? nullptr : &*found;
}

// Builds a Recording line by line.
class Parser {
 public:
  Result<Recording> parse(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++line_;
      if (line.starts_with("#") && recording_.name.empty()) {
        const auto name = split(line.substr(1));
        if (!name.empty()) recording_.name = name[0];
        continue;
      }
      line = line.substr(0, std::min(line.find(';'), line.size()));
      if (auto done = parse_line(split(line)); !done) return propagate(done);
    }
    ++line_;
    if (auto done = finish_task(); !done) return propagate(done);
    if (recording_.submits.empty()) return bad("the recording holds no submit");
    for (const Submit& submit : recording_.submits)
      if (auto done = check_submit(submit); !done) return propagate(done);
    return std::move(recording_);
  }

 private:
  tl::unexpected<Error> bad(std::string_view message) const {
    return fail(Code::kBadFile, fmt::format("line {}: {}", line_, message));
  }

  using Tokens = std::vector<std::string_view>;

  Result<void> parse_line(const Tokens& tokens) {
    if (tokens.empty() || tokens[0].starts_with("#")) return {};
    if (tokens[0] == "A" || tokens[0] == "B" || tokens[0] == "C") return parse_tensor(tokens);
    if (tokens[0] == "submit") return parse_submit(tokens);
    if (tokens[0] == "subcore") return {};
    if (tokens[0] == "mem") return parse_buffer(tokens);
    if (tokens[0] == "task") return parse_task(tokens);
    if (parse_number(tokens[0])) return parse_word(tokens);
    return bad(
        fmt::format("'{}' is no line of a recording; expected a tensor A, B or C, submit, subcore, mem, task "
                    "or a word",
                    tokens[0]));
  }

  // The number after the token `key`.
  template <class T>
  Result<T> field(const Tokens& tokens, std::string_view key) const {
    const auto found = std::find(tokens.begin(), tokens.end(), key);
    if (found == tokens.end() || found + 1 == tokens.end()) return bad(fmt::format("'{}' is missing", key));
    const auto value = parse_number(found[1]);
    if (!value || *value > std::numeric_limits<T>::max())
      return bad(
          fmt::format("'{}' is {}; a number up to {} is expected", key, found[1], std::numeric_limits<T>::max()));
    return static_cast<T>(*value);
  }

  Result<void> parse_tensor(const Tokens& tokens) {
    Tensor tensor{.name = std::string(tokens[0]), .shape = {}, .bytes = 0, .type = {}};
    if (auto done = finish_task(); !done) return done;
    auto& tensors = recording_.submits.empty() ? recording_.tensors : recording_.submits.back().tensors;
    if (recording_.tensor(tensor.name) != nullptr || named(tensors, tensor.name) != nullptr)
      return bad(fmt::format("tensor {} stands twice", tensor.name));
    std::size_t at = 1;
    for (; at < tokens.size() && tokens[at] != "size"; ++at) {
      const auto dimension = parse_number(tokens[at]);
      if (!dimension || *dimension == 0 || *dimension > 1u << 24 || tensor.shape.size() == kMaxTensorRank)
        return bad(fmt::format("'{}' is no dimension of tensor {}; up to {} numbers from 1 to {} are expected",
                               tokens[at], tensor.name, kMaxTensorRank, 1u << 24));
      tensor.shape.push_back(*dimension);
    }
    const auto bytes = field<std::uint32_t>(tokens, "size");
    if (!bytes) return propagate(bytes);
    if (tokens.size() != at + 4 || tokens[at + 2] != "type")
      return bad(fmt::format("tensor {} must end with 'size BYTES type TYPE'", tensor.name));
    tensor.bytes = *bytes;
    tensor.type = tokens[at + 3];
    tensors.push_back(std::move(tensor));
    return {};
  }

  Result<void> parse_submit(const Tokens& tokens) {
    if (auto done = finish_task(); !done) return done;
    const auto start = field<std::uint32_t>(tokens, "task_start"), number = field<std::uint32_t>(tokens, "task_number");
    if (!start) return propagate(start);
    if (!number) return propagate(number);
    Submit submit{.task_start = *start, .task_number = *number, .buffers = {}, .tasks = {}};
    submit.flags = field<std::uint32_t>(tokens, "flags").value_or(0);
    submit.timeout = field<std::uint32_t>(tokens, "timeout").value_or(0);
    submit.core_mask = field<std::uint32_t>(tokens, "core_mask").value_or(0);
    submit.task_base = field<std::uint64_t>(tokens, "task_base").value_or(0);
    recording_.submits.push_back(std::move(submit));
    return {};
  }

  Result<void> parse_buffer(const Tokens& tokens) {
    if (recording_.submits.empty()) return bad("a buffer before the first submit");
    const auto index = field<std::uint32_t>(tokens, "mem"), bytes = field<std::uint32_t>(tokens, "size");
    const auto address = field<std::uint64_t>(tokens, "dma");
    if (!index) return propagate(index);
    if (!bytes) return propagate(bytes);
    if (!address) return propagate(address);
    recording_.submits.back().buffers.push_back({.index = *index,
                                                 .address = *address,
                                                 .bytes = *bytes,
                                                 .flags = field<std::uint32_t>(tokens, "flags").value_or(0)});
    return {};
  }

  Result<void> parse_task(const Tokens& tokens) {
    if (recording_.submits.empty()) return bad("a task before the first submit");
    if (auto done = finish_task(); !done) return done;
    auto& tasks = recording_.submits.back().tasks;
    const auto index = field<std::uint32_t>(tokens, "task");
    if (!index) return propagate(index);
    if (*index != tasks.size()) return bad(fmt::format("task {} follows; task {} is expected", *index, tasks.size()));
    Task task;
    const std::pair<std::string_view, std::uint32_t*> fields[] = {{"flags", &task.record.flags},
                                                                  {"op_idx", &task.record.op_index},
                                                                  {"enable_mask", &task.record.enable_mask},
                                                                  {"int_mask", &task.record.int_mask},
                                                                  {"int_clear", &task.record.int_clear},
                                                                  {"int_status", &task.record.int_status},
                                                                  {"regcfg_amount", &task.record.regcfg_amount},
                                                                  {"regcfg_offset", &task.record.regcfg_offset}};
    for (const auto& [key, target] : fields) {
      const auto value = field<std::uint32_t>(tokens, key);
      if (!value) return propagate(value);
      *target = *value;
    }
    const auto address = field<std::uint64_t>(tokens, "regcmd");
    if (!address) return propagate(address);
    task.record.regcmd_addr = *address;
    if (task.record.regcfg_amount + hw::kTailWords > hw::kMaxTaskWords || task.record.regcfg_amount == 0)
      return bad(fmt::format("regcfg_amount is {}; a task holds 1 to {} words before its tail",
                             task.record.regcfg_amount, hw::kMaxTaskWords - hw::kTailWords));
    tasks.push_back(std::move(task));
    in_task_ = true;
    return {};
  }

  // "  12  020100000040102c  CNA  op 0201 reg 102c = 00000040", the tail ones followed by a remark.
  Result<void> parse_word(const Tokens& tokens) {
    if (!in_task_) return bad("a word outside of a task");
    auto& words = recording_.submits.back().tasks.back().words;
    if (tokens.size() < 9 || tokens[3] != "op" || tokens[5] != "reg" || tokens[7] != "=")
      return bad("a word must read 'INDEX WORD BLOCK op TARGET reg OFFSET = VALUE'");
    if (parse_number(tokens[0]) != words.size())
      return bad(fmt::format("word {} follows; word {} is expected", tokens[0], words.size()));
    const auto word = tokens[1].size() == 16 ? parse_number(tokens[1], 16) : std::nullopt;
    if (!word) return bad(fmt::format("'{}' is no word of 16 hexadecimal digits", tokens[1]));
    const hw::Command command = hw::Command::decode(*word);
    if (parse_number(tokens[4], 16) != command.target || parse_number(tokens[6], 16) != command.offset ||
        parse_number(tokens[8], 16) != command.value)
      return bad(
          fmt::format("word {:016x} is target {:04x}, register {:04x}, value {:08x}; the listing beside it "
                      "says otherwise",
                      *word, command.target, command.offset, command.value));
    words.push_back(*word);
    return {};
  }

  Result<void> finish_task() {
    if (!in_task_) return {};
    in_task_ = false;
    const Task& task = recording_.submits.back().tasks.back();
    const std::size_t expected = task.record.regcfg_amount + hw::kTailWords;
    if (task.words.size() != expected)
      return bad(fmt::format("the task before this line has {} words; its record says {} and {} tail words",
                             task.words.size(), task.record.regcfg_amount, hw::kTailWords));
    return {};
  }

  Result<void> check_submit(const Submit& submit) const {
    if (submit.task_number == 0 || submit.task_start > submit.tasks.size() ||
        submit.task_number > submit.tasks.size() - submit.task_start)
      return fail(Code::kBadFile, fmt::format("the submit runs {} tasks from task {}; the recording holds {}",
                                              submit.task_number, submit.task_start, submit.tasks.size()));
    return {};
  }

  Recording recording_;
  std::size_t line_ = 0;
  bool in_task_ = false;
};

}  // namespace

const Tensor* Recording::tensor(std::string_view wanted) const { return named(tensors, wanted); }

Result<Recording> parse_recording(std::string_view text) { return Parser().parse(text); }

}  // namespace mattock::replay
