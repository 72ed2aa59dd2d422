// Models through the back end of the vendor's driver: a kernel that answers from a table hands submits to an emulator
// of its own.
#include <gtest/gtest.h>

#include <cerrno>

#include "base/bytes.hpp"
#include "base/npy.hpp"
#include "device/support/scripted_system.hpp"
#include "emulator/emulator.hpp"
#include "session/arrays.hpp"
#include "session/session.hpp"

namespace mattock {
namespace {

const std::filesystem::path kData = MATTOCK_TEST_DATA;

using System = std::shared_ptr<test::ScriptedSystem>;

/// Runs the chain that begins with the first record of the submit.
int emulate(const test::ScriptedSystem& system, const test::kernel::Submit& submit, const std::byte* records) {
  const auto first =
      hw::TaskRecord::load(std::span(records + submit.task_start * hw::TaskRecord::kBytes, hw::TaskRecord::kBytes));
  emulator::Emulator npu(*hw::find_chip("rk3566"));
  for (const emulator::Mapping& mapping : system.memory())
    if (!npu.map(mapping)) return -EFAULT;
  return npu.submit({first.regcmd_addr, first.regcfg_amount, submit.task_number}) ? 0 : -ETIMEDOUT;
}

Device npu_device(const System& system) { return Device::open("rknpu", {.system = system}).value(); }

TEST(SessionOnNpu, GivesWhatTheEmulatorGives) {
  const auto system = test::ScriptedSystem::board();
  system->on_submit = [&system = *system](test::kernel::Submit& submit, std::byte* records) {
    submit.task_counter = submit.task_number;
    return emulate(system, submit, records);
  };
  const std::vector<Array> inputs{read_npy(kData / "seed/a.npy").value(), read_npy(kData / "seed/b.npy").value()};
  std::vector<std::vector<double>> results;
  Device npu = npu_device(system), emulator = Device::open("emulator").value();
  for (Device* const device : {&npu, &emulator}) {
    Session session = Session::load(*device, kData / "seed/matmul.rknn").value();
    const auto result = session.run(inputs);
    ASSERT_TRUE(result) << to_string(result.error());
    results.push_back(test::values_of(result->outputs[0].values));
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(system->count_requests(test::kernel::drm_request(test::kernel::Call::kSubmit, 104)), 2u);
}

TEST(SessionOnNpu, EachBufferIsSyncedOnceEachWay) {
  const auto system = test::ScriptedSystem::board();
  Device device = npu_device(system);
  Session session = Session::load(device, kData / "vendor/gemm_bias.rknn").value();
  const std::vector<Array> inputs{Array::zeros(DType::kFloat16, session.inputs()[0].shape)};
  ASSERT_TRUE(session.run(inputs));
  system->calls.clear();
  ASSERT_TRUE(session.run(inputs));
  std::vector<std::uint32_t> directions;
  for (const test::ScriptedCall& call : system->calls)
    if (call.request == test::kernel::drm_request(test::kernel::Call::kMemSync, 32))
      directions.push_back(load_le<std::uint32_t>(call.argument));
  EXPECT_EQ(directions, (std::vector<std::uint32_t>{1, 2})) << "the input before the submit, the output after it";
}

TEST(SessionOnNpu, ATimeoutNamesTheLayerThatWasReached) {
  const auto system = test::ScriptedSystem::board();
  system->on_submit = [](test::kernel::Submit& submit, std::byte*) {
    submit.task_counter = 1;
    return -ETIMEDOUT;
  };
  Device device = npu_device(system);
  Session session = Session::load(device, kData / "vendor/gemm_bias.rknn").value();
  const std::vector<Array> inputs{Array::zeros(DType::kFloat16, session.inputs()[0].shape)};
  const auto result = session.run(inputs);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().where, "node 'Conv:Gemm_y3#2' (Conv, task 1)");
  EXPECT_TRUE(result.error().message.starts_with("task 1 of 3 (operator ")) << result.error().message;
}

}  // namespace
}  // namespace mattock
