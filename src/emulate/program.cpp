#include "emulate/program.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>

#include "base/bytes.hpp"

namespace mattock::emulate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 4096;  // more than headers and a script's first line take
constexpr int kMostScripts = 4;           // scripts that scripts name, as in Linux

Result<std::string> look_up(const std::string& name, const std::string& path) {
  const auto runs = [](const std::string& file) {
    return fs::is_regular_file(file) && ::access(file.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) {
    std::error_code error;
    if (!fs::exists(name, error)) return fail(Code::kNotFound, fmt::format("{}: there is no such program", name));
    if (!runs(name)) return fail(Code::kBadInput, fmt::format("{}: is no file that may be executed", name));
    return name;
  }
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    const std::string folder = end == at ? "." : path.substr(at, end - at);
    if (std::string file = fmt::format("{}/{}", folder, name); runs(file)) return file;
    at = end + 1;
  }
  return fail(Code::kNotFound, fmt::format("{}: there is no program of that name in PATH", name));
}

std::vector<std::byte> head_of(const std::string& file) {
  std::vector<std::byte> bytes(kHeadBytes);
  std::ifstream in(file, std::ios::binary);
  in.read(reinterpret_cast<char*>(bytes.data()), kHeadBytes);
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

// What a script's first line puts before its name: the interpreter, and all that follows it as one argument.
std::vector<std::string> script_words(std::span<const std::byte> head) {
  std::string line(reinterpret_cast<const char*>(head.data()) + 2, head.size() - 2);
  line.resize(std::min(line.find('\n'), line.size()));
  const auto trim = [](const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
  };
  line = trim(line);
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  std::vector<std::string> words{line.substr(0, end)};
  if (const std::string rest = trim(line.substr(end)); !rest.empty()) words.push_back(rest);
  return words;
}

// Text of an ELF file's PT_INTERP; nothing for a static program.
template <class Header, class Segment>
std::optional<std::string> loader_of(const std::string& file, std::span<const std::byte> head) {
  if (head.size() < sizeof(Header)) return std::nullopt;
  const auto header = load_le<Header>(head);
  std::ifstream in(file, std::ios::binary);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Segment segment = {};
    in.seekg(static_cast<std::streamoff>(header.e_phoff + std::uint64_t{i} * header.e_phentsize));
    if (!in.read(reinterpret_cast<char*>(&segment), sizeof segment)) return std::nullopt;
    if (segment.p_type != PT_INTERP || segment.p_filesz == 0 || segment.p_filesz > kHeadBytes) continue;
    std::string name(segment.p_filesz, '\0');
    in.seekg(static_cast<std::streamoff>(segment.p_offset));
    if (!in.read(name.data(), static_cast<std::streamsize>(name.size()))) return std::nullopt;
    name.resize(std::min(name.find('\0'), name.size()));
    return name;
  }
  return std::nullopt;
}

Result<Program> read_elf(const std::string& file, std::span<const std::byte> head) {
  const auto at = [&](std::size_t i) { return i < head.size() ? std::to_integer<unsigned>(head[i]) : 0U; };
  const unsigned machine = at(offsetof(Elf64_Ehdr, e_machine)) | at(offsetof(Elf64_Ehdr, e_machine) + 1) << 8;
  const bool wide = at(EI_CLASS) == ELFCLASS64, little = at(EI_DATA) == ELFDATA2LSB;
  Program program;
  if (little && wide && machine == EM_X86_64)
    program.machine = Machine::kX86_64;
  else if (little && wide && machine == EM_AARCH64)
    program.machine = Machine::kAarch64;
  else if (little && !wide && machine == EM_ARM)
    program.machine = Machine::kArmhf;
  else
    return fail(Code::kUnsupported,
                fmt::format("{}: is for another machine (ELF {}, {} bit); x86_64, aarch64 and armhf are covered", file,
                            machine, wide ? 64 : 32));
  const auto loader =
      wide ? loader_of<Elf64_Ehdr, Elf64_Phdr>(file, head) : loader_of<Elf32_Ehdr, Elf32_Phdr>(file, head);
  if (!loader)
    return fail(Code::kUnsupported,
                fmt::format("{}: is linked statically; emulate stands between a program and its C library, so the "
                            "program must be linked dynamically",
                            file));
  if (loader->find("musl") != std::string::npos ||
      (program.machine == Machine::kArmhf && !loader->ends_with("armhf.so.3")))
    return fail(Code::kUnsupported,
                fmt::format("{}: is loaded by {}; only programs for glibc{} are covered", file, *loader,
                            program.machine == Machine::kArmhf ? " and hard floats (armhf)" : ""));
  program.interpreter = *loader;
  return program;
}

}  // namespace

const char* machine_name(Machine machine) {
  switch (machine) {
    case Machine::kX86_64: return "x86_64";
    case Machine::kAarch64: return "aarch64";
    case Machine::kArmhf: return "armhf";
  }
  return "";
}

Result<Program> find_program(const std::vector<std::string>& command, const std::string& path) {
  auto found = look_up(command.at(0), path);
  if (!found) return propagate(found);
  std::vector<std::string> arguments = command;
  arguments[0] = *found;
  for (int scripts = 0; scripts <= kMostScripts; ++scripts) {
    const std::string file = arguments[0];
    const std::vector<std::byte> head = head_of(file);
    const auto starts = [&](std::string_view text) {
      return head.size() >= text.size() && std::memcmp(head.data(), text.data(), text.size()) == 0;
    };
    if (starts(ELFMAG)) {
      auto program = read_elf(file, head);
      if (program) {
        program->file = file;
        if (scripts == 0) arguments[0] = command[0];
        program->arguments = std::move(arguments);
      }
      return program;
    }
    if (!starts("#!")) return fail(Code::kBadInput, fmt::format("{}: is neither a program nor a script", file));
    const std::vector<std::string> words = script_words(head);
    found = look_up(words[0].find('/') == std::string::npos ? "./" + words[0] : words[0], path);
    if (!found) return propagate(found, file);
    arguments.insert(arguments.begin(), words.begin(), words.end());
  }
  return fail(Code::kBadInput, fmt::format("{}: a script whose interpreter is a script, and so on", *found));
}

}  // namespace mattock::emulate
