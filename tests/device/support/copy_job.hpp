// The copy of the checker's tests on a device: one task, source and result of one page each.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "check/support/example.hpp"
#include "device/device.hpp"

namespace mattock::test {

struct CopyJob {
  explicit CopyJob(Device on) : device(std::move(on)) {
    Example example = Example::copy();
    example.set(0x5018, static_cast<std::uint32_t>(source.address()));
    example.set(0x4020, static_cast<std::uint32_t>(result.address()));
    for (std::size_t i = 0; i < example.words.size(); ++i) store_le(commands.bytes(), i * 8, example.words[i]);
    example.tasks[0].regcmd_addr = commands.address();
    example.tasks[0].store(records.bytes());
  }
  Result<SubmitReport> submit() { return device.submit(records, {0, 1}); }

  Device device;
  Buffer source = *device.allocate(1, "source"), result = *device.allocate(1, "result");
  Buffer commands = *device.allocate(1, "commands");
  Buffer records = *device.allocate(1, "task records", BufferUse::kTaskRecords);
};

}  // namespace mattock::test
