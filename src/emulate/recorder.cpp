#include "emulate/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/bytes.hpp"
#include "device/kernel/abi.hpp"
#include "emulate/listing.hpp"
#include "replay/writer.hpp"

namespace mattock::emulate {
namespace {

namespace abi = device::kernel;

std::string result_text(int result) {
  return result < 0 ? fmt::format("{} ({})", result, std::strerror(-result)) : std::to_string(result);
}

// A program may give less than a call's struct, and no answer has one if the call failed: the rest is zero.
template <class T>
T load(std::span<const std::byte> bytes) {
  T value{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), sizeof value),
              std::as_writable_bytes(std::span(&value, 1)).begin());
  return value;
}

// A driver call with its fields after it returned.
std::string driver_text(abi::Call call, std::span<const std::byte> argument) {
  switch (call) {
    case abi::Call::kAction: {
      const auto a = load<abi::Action>(argument);
      return fmt::format("ACTION code {} value {:#x}", a.code, a.value);
    }
    case abi::Call::kSubmit: {
      const auto s = load<abi::Submit>(argument);
      return fmt::format("SUBMIT flags {:#x} task_start {} task_number {} task_counter {} core_mask {:#x} elapsed {}",
                         s.flags, s.task_start, s.task_number, s.task_counter, s.core_mask, s.elapsed);
    }
    case abi::Call::kMemCreate: {
      const auto m = load<abi::MemCreate>(argument);
      return fmt::format("MEM_CREATE handle {} flags {:#x} size {:#x} obj {:#x} dma {:#x}", m.handle, m.flags, m.size,
                         m.token, m.address);
    }
    case abi::Call::kMemMap: {
      const auto m = load<abi::MemMap>(argument);
      return fmt::format("MEM_MAP handle {} offset {:#x}", m.handle, m.offset);
    }
    case abi::Call::kMemDestroy: {
      const auto m = load<abi::MemDestroy>(argument);
      return fmt::format("MEM_DESTROY handle {} obj {:#x}", m.handle, m.token);
    }
    case abi::Call::kMemSync: {
      const auto m = load<abi::MemSync>(argument);
      return fmt::format("MEM_SYNC flags {} obj {:#x} offset {:#x} size {:#x}", m.flags, m.token, m.offset, m.size);
    }
  }
  return "";
}

std::string ioctl_text(std::uint32_t request, std::span<const std::byte> argument) {
  const char type = static_cast<char>(request >> 8);
  const std::uint32_t number = request & 0xff, first = type == 'd' ? abi::kDriverNumbers : 0;
  const bool driver = (type == 'd' || type == 'r') && number >= first &&
                      number - first <= static_cast<std::uint32_t>(abi::Call::kMemSync);
  if (driver) return driver_text(static_cast<abi::Call>(number - first), argument);
  if (request == abi::kDrmGemClose) return fmt::format("GEM_CLOSE handle {}", load<abi::DrmGemClose>(argument).handle);
  return fmt::format("ioctl {:#x}", request);
}

std::string call_text(const std::string& node, const Packet& packet, const Answer& answer) {
  switch (packet.request.operation) {
    case MATTOCK_EMULATE_OPEN: return "open " + node;
    case MATTOCK_EMULATE_IOCTL: return ioctl_text(packet.request.call, answer.argument);
    case MATTOCK_EMULATE_VERSION: return "VERSION";
    case MATTOCK_EMULATE_UNIQUE: return "GET_UNIQUE";
    case MATTOCK_EMULATE_MAP:
      return fmt::format("mmap offset {:#x} size {:#x}", packet.request.offset, packet.request.length);
    case MATTOCK_EMULATE_TO_FD:
      return fmt::format("PRIME_HANDLE_TO_FD handle {}", load<abi::DrmPrime>(packet.argument).handle);
    case MATTOCK_EMULATE_FROM_FD:
      return fmt::format("PRIME_FD_TO_HANDLE handle {}", load<abi::DrmPrime>(answer.argument).handle);
    case MATTOCK_EMULATE_UNMAPPED: return "munmap";
    case MATTOCK_EMULATE_CLOSED: return "close of an object's descriptor";
    case MATTOCK_EMULATE_SYNC_OBJECT: return "DMA_BUF_SYNC";
    default: return "unknown";
  }
}

}  // namespace

Result<Recorder> Recorder::create(const std::filesystem::path& file, const std::string& name) {
  Recorder recorder(file);
  recorder.out_ << "# " << name << '\n';
  if (!recorder.out_.flush())
    return fail(Code::kBadInput, fmt::format("{}: cannot be written: {}", file.string(), std::strerror(errno)));
  return recorder;
}

void Recorder::submitted(std::span<const std::byte> submit, std::span<const fakekernel::ObjectView> objects) {
  const auto fields = load<abi::Submit>(submit);
  const auto records = addresses_.find(fields.task_token);
  if (records == addresses_.end()) return;
  std::string missing;
  const replay::Submit listing = listing_of(submit, records->second, objects, missing);
  ++submits_;
  if (!missing.empty())
    out_ << "# submit " << submits_ << " cannot be recorded whole: no memory holds " << missing << '\n';
  if (fields.task_start != 0) out_ << "# task 0 of this submit is record " << fields.task_start << '\n';
  if (!listing.tasks.empty()) out_ << replay::text_of(listing, submits_);
  out_.flush();
}

void Recorder::called(const std::string& node, const Packet& packet, const Answer& answer) {
  const std::string text = call_text(node, packet, answer);
  out_ << fmt::format("# call {} {} = {}\n", ++calls_, text, result_text(answer.result));
  out_.flush();
  if (answer.result < 0 || !text.starts_with("MEM_CREATE")) return;
  const auto created = load<abi::MemCreate>(answer.argument);
  addresses_[created.token] = created.address;
}

void Recorder::log(const std::string& line) { out_ << "# log " << line << '\n'; }

Result<void> Recorder::finish() {
  if (out_.flush()) return {};
  return fail(Code::kBadInput, fmt::format("{}: not all of it could be written", file_.string()));
}

}  // namespace mattock::emulate
