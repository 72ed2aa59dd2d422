// Every system call of a whole run fails once, in each way that such a call can fail. What comes of it is an error that
// names the thing, or the exact products; never a leak, a wrong product or a hang. Whatever failed can be done again at
// once, and so can the whole run by another process.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "fakekernel/system.hpp"
#include "faults/jobs.hpp"

namespace mattock::test {
namespace {

using fakekernel::Fault;
using fakekernel::Held;
using fakekernel::Kernel;
using Kind = fakekernel::Fault::Kind;

constexpr unsigned kMostSeconds = 900;  // of a walk; what takes longer hangs

/// A kind of system call by the beginning of its name: how it can fail, and what its errors name.
struct CallKind {
  std::string beginning;
  std::vector<int> errors;
  std::vector<std::string> names;  ///< one of them; nothing: its failure is none of the run
};

// ioctls by number: the type and size are those of the version.
std::vector<CallKind> call_kinds(bool misc) {
  const auto number = [misc](unsigned n) { return misc ? std::to_string(n) : std::to_string(0x40 + n); };
  return {
      {"open /dev/dri", {EINTR, EMFILE, ENFILE, ENOMEM, EACCES, EPERM, ENOENT, ENODEV, ENXIO, EBUSY, EIO}, {}},
      {"open /dev/rknpu",
       {EINTR, EMFILE, ENFILE, ENOMEM, EACCES, EPERM, ENODEV, ENXIO, EBUSY, EIO},
       {"/dev/rknpu", "no driver shows a node"}},
      {"open /run/lock",
       {EINTR, EMFILE, ENFILE, ENOMEM, EACCES, EROFS, ELOOP, EIO, ENOSPC},
       {"/run/lock/mattock-rknpu.lock"}},
      {"open /dev/shm", {EINTR, EMFILE, ENOMEM, EACCES}, {"/dev/shm/mattock-rknpu.lock"}},
      {"close", {EINTR, EIO, ENOSPC}, {}},
      {"list /dev", {EINTR, EMFILE, ENFILE, ENOMEM, EACCES, EIO, ENOENT}, {"/dev", "no driver shows a node"}},
      {"list /proc", {EINTR, EMFILE, ENFILE, ENOMEM, EACCES, EIO, ENOENT}, {}},
      {"read", {EINTR, EMFILE, ENFILE, ENOMEM, EACCES, EIO, ENOENT}, {"/proc/device-tree"}},
      {"fstat", {EINTR, ENOMEM, EIO}, {"/dev"}},
      {"flock", {EINTR, ENOLCK, ENOMEM, EIO}, {"turn at the NPU"}},
      {"unlock", {EINTR, ENOLCK, ENOMEM, EIO}, {}},
      {"mmap", {EINTR, EAGAIN, ENOMEM, ENFILE, EACCES, EPERM, EINVAL, ENODEV}, {"buffer '"}},
      {"munmap", {ENOMEM}, {}},
      {"ioctl VERSION", {EINTR, ENOMEM, EFAULT, EACCES, ENODEV, EIO}, {}},
      {"ioctl " + number(0), {EINTR, 512, EINVAL, ENOMEM, EIO, ENODEV, EACCES, EBUSY, ETIMEDOUT, ENOTTY}, {"/dev"}},
      {"ioctl " + number(1), {EINTR, 512, EINVAL, ENOMEM, EFAULT, EIO, ENODEV, EBUSY, ETIMEDOUT}, {"submit", "task"}},
      {"ioctl " + number(2),
       {EINTR, 512, EINVAL, ENOMEM, EFAULT, EMFILE, ENFILE, ENODEV, EIO, ENOSPC, EBUSY},
       {"buffer '"}},
      {"ioctl " + number(3), {EINTR, 512, EINVAL, ENOMEM, ENOENT, ENODEV, EACCES}, {"buffer '"}},
      {"ioctl " + number(4), {EINTR, 512, EINVAL, ENOMEM, ENODEV, EIO}, {}},
      {"ioctl " + number(5), {EINTR, 512, EINVAL, ENOMEM, ENODEV, EIO, EFAULT}, {"caches of buffer '"}},
  };
}

/// "ioctl 0xc0086440" is "ioctl 64"; DRM's VERSION, by its name.
std::string plain_name(const std::string& call) {
  if (!call.starts_with("ioctl ")) return call;
  const auto request = std::stoul(call.substr(6), nullptr, 16);
  const unsigned number = request & 0xff;
  const bool drm = (request >> 8 & 0xff) == 'd';
  return drm && number == 0 ? "ioctl VERSION" : "ioctl " + std::to_string(number);
}

/// A step of a run that fails is done once more.
struct Outcome {
  std::vector<Error> errors;
  bool lasting = false;  ///< the second time failed, too
  bool exact = true;
};

class Run {
 public:
  /// Opens, makes a product and a model, runs both twice, closes.
  static Outcome on(const std::shared_ptr<device::kernel::System>& system) {
    Run run;
    run.whole(system);
    return std::move(run.outcome_);
  }

 private:
  template <class Step>
  bool done(const Step& step) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      const auto result = step();
      if (result) return true;
      outcome_.errors.push_back(result.error());
    }
    outcome_.lasting = true;
    return false;
  }

  void whole(const std::shared_ptr<device::kernel::System>& system) {
    std::optional<Device> device;
    const auto open = [&]() -> Result<void> {
      auto opened = open_npu(system);
      if (!opened) return propagate(opened);
      device = std::move(*opened);
      return {};
    };
    ProductJob product(ProductJob::Kind::kFp16);
    ModelJob model;
    if (!done(open) || !done([&] { return product.create(*device); }) || !done([&] { return product.set_b(1); }))
      return;
    for (const unsigned seed : {2U, 3U}) {
      if (!done([&] { return product.run(seed); })) return;
      outcome_.exact &= product.exact();
    }
    if (!done([&] { return model.load(*device); })) return;
    for (const unsigned seed : {4U, 6U}) {
      if (!done([&] { return model.run(seed); })) return;
      outcome_.exact &= model.exact();
    }
  }

  Outcome outcome_;
};

/// A version and build of the driver.
struct Driver {
  fakekernel::Version version;
  fakekernel::Build build = fakekernel::Build::kDrm;
  bool iommu = true;
  bool every_error = false;

  friend void PrintTo(const Driver& driver, std::ostream* out) { *out << driver.name(); }
  std::string name() const {
    return "Of0" + std::to_string(version.minor) + std::to_string(version.patch) +
           (build == fakekernel::Build::kDrm ? "Drm" : "Misc") + (iommu ? "" : "WithoutIommu");
  }
  bool misc() const { return build == fakekernel::Build::kMisc; }
  std::shared_ptr<Kernel> kernel(std::vector<Fault> faults = {}) const {
    return Kernel::create(
               {.version = version, .build = build, .iommu = iommu, .two_copies = true, .faults = std::move(faults)})
        .value();
  }
};

class FaultWalk : public testing::TestWithParam<Driver> {
 protected:
  void SetUp() override { alarm(kMostSeconds); }
  void TearDown() override { alarm(0); }

  /// What every run must hold, whatever failed.
  static void expect_clean(const Outcome& outcome, fakekernel::FakeSystem& system, Kernel& kernel, bool may_leak) {
    EXPECT_TRUE(outcome.exact) << "a wrong product";
    EXPECT_FALSE(outcome.lasting) << to_string(outcome.errors.back());
    for (const Error& error : outcome.errors) {
      EXPECT_EQ(error.code, Code::kDevice) << to_string(error);
      EXPECT_FALSE(error.message.empty());
      EXPECT_EQ(to_string(error).find('\n'), std::string::npos);
    }
    EXPECT_EQ(kernel.held(), Held{}) << "files, objects, mappings or descriptors are left";
    EXPECT_EQ(system.held(), Held{});
    if (may_leak) return;
    for (const std::string& line : kernel.log()) EXPECT_FALSE(line.starts_with("leak:")) << line;
  }

  static void expect_named(const Outcome& outcome, const std::vector<std::string>& names) {
    for (const Error& error : outcome.errors) {
      const std::string text = to_string(error);
      EXPECT_TRUE(std::ranges::any_of(names, [&](const std::string& n) { return text.find(n) != std::string::npos; }))
          << text;
    }
  }

  static void expect_next_process_runs(const std::shared_ptr<Kernel>& kernel) {
    const auto system = make_system(fakekernel::radxa_zero_3w(kernel));
    const Outcome outcome = Run::on(system);
    EXPECT_TRUE(outcome.errors.empty()) << to_string(outcome.errors.front());
    EXPECT_TRUE(outcome.exact);
  }
};

TEST_P(FaultWalk, AnySystemCallMayFail) {
  const Driver& driver = GetParam();
  const auto calm = make_system(fakekernel::radxa_zero_3w(driver.kernel()));
  const Outcome whole = Run::on(calm);
  ASSERT_TRUE(whole.errors.empty()) << to_string(whole.errors.front());
  ASSERT_TRUE(whole.exact);
  const std::vector<std::string> calls = calm->history();
  const auto kinds = call_kinds(driver.misc());
  std::size_t runs = 0, errors = 0;
  for (std::size_t call = 0; call < calls.size() && !HasFailure(); ++call) {
    const std::string name = plain_name(calls[call]);
    const auto kind = std::ranges::find_if(kinds, [&](const CallKind& k) { return name.starts_with(k.beginning); });
    ASSERT_NE(kind, kinds.end()) << "no failures are known for " << name;
    // One error of the many, another for each call.
    std::vector<int> chosen{kind->errors[call % kind->errors.size()]};
    if (driver.every_error) chosen = kind->errors;
    for (const int error : chosen) {
      SCOPED_TRACE(testing::Message() << "call " << call + 1 << ", " << calls[call] << ", errno " << error);
      const auto kernel = driver.kernel();
      const auto system = make_system(fakekernel::radxa_zero_3w(kernel), {.faults = {{call + 1, error}}});
      const Outcome outcome = Run::on(system);
      // An object whose MEM_DESTROY was refused is the kernel's until the file is closed.
      const bool may_leak = kind->beginning == "ioctl " + std::to_string(driver.misc() ? 4 : 0x44);
      expect_clean(outcome, *system, *kernel, may_leak);
      expect_named(outcome, kind->names);
      if (error == EINTR && !name.starts_with("ioctl " + std::to_string(driver.misc() ? 1 : 0x41))) {
        EXPECT_TRUE(outcome.errors.empty()) << "a signal is no failure: " << to_string(outcome.errors.front());
      }
      ++runs;
      errors += outcome.errors.size();
      if (error == kind->errors.back()) expect_next_process_runs(kernel);
    }
  }
  EXPECT_GE(runs, calls.size());
  EXPECT_GE(errors, runs / 4) << "most calls cannot be done without";
  RecordProperty("runs", static_cast<int>(runs));
  RecordProperty("errors", static_cast<int>(errors));
}

TEST_P(FaultWalk, AnyDriverCallMayFail) {
  const Driver& driver = GetParam();
  const auto calm = driver.kernel();
  Run::on(make_system(fakekernel::radxa_zero_3w(calm)));
  std::vector<Fault> kinds{{.kind = Kind::kErrno, .error = ENOMEM}, {.kind = Kind::kNoPower}};
  if (driver.every_error)
    for (const int error : {EINTR, EINVAL, EIO, ENODEV, ETIMEDOUT})
      kinds.push_back({.kind = Kind::kErrno, .error = error});
  std::size_t errors = 0, without_power = 0;
  for (std::uint64_t call = 1; call <= calm->calls() && !HasFailure(); ++call)
    for (Fault fault : kinds) {
      SCOPED_TRACE(testing::Message() << "driver call " << call << ", kind " << static_cast<int>(fault.kind)
                                      << ", errno " << fault.error);
      fault.call = call;
      const auto kernel = driver.kernel({fault});
      const auto system = make_system(fakekernel::radxa_zero_3w(kernel));
      const Outcome outcome = Run::on(system);
      expect_clean(outcome, *system, *kernel, true);
      errors += outcome.errors.size();
      for (const Error& error : outcome.errors)
        without_power += error.message.find("it has no power or no clock") != std::string::npos;
    }
  EXPECT_GE(errors, calm->calls() / 4);
  EXPECT_EQ(without_power, 1u) << "the call that asks for the hardware's version";
}

/// What can happen to a submit, and what the error says.
struct SubmitFault {
  Kind kind;
  std::string says;
};

TEST_P(FaultWalk, AnySubmitMayBeLost) {
  const std::vector<SubmitFault> faults{{Kind::kTimeout, "interrupt status 0x0, no interrupt came and no task ended"},
                                        {Kind::kDmaError, "interrupt status 0x1000, DMA could not read"},
                                        {Kind::kBadStatus, "interrupt status 0x1, interrupts came from CNA features"},
                                        {Kind::kNoPower, "the NPU fetched nothing"},
                                        {Kind::kReset, "another process reset the NPU"}};
  constexpr std::uint64_t kSubmits = 4;
  for (const SubmitFault& fault : faults)
    for (std::uint64_t submit = 1; submit <= kSubmits; ++submit) {
      SCOPED_TRACE(testing::Message() << "submit " << submit << ", kind " << static_cast<int>(fault.kind));
      const auto kernel = GetParam().kernel({{.kind = fault.kind, .submit = submit}});
      const auto system = make_system(fakekernel::radxa_zero_3w(kernel));
      const Outcome outcome = Run::on(system);
      expect_clean(outcome, *system, *kernel, false);
      ASSERT_EQ(outcome.errors.size(), 1u);
      const std::string text = to_string(outcome.errors.front());
      EXPECT_NE(text.find(fault.says), std::string::npos) << text;
      EXPECT_EQ(outcome.errors.front().where.empty(), false) << "which product or node: " << text;
      EXPECT_LT(kernel->nanoseconds(), 7'000'000'000U) << "one timeout";
      expect_next_process_runs(kernel);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Drivers, FaultWalk,
    testing::Values(Driver{.version = {0, 9, 8}, .every_error = true}, Driver{.version = {0, 9, 6}},
                    Driver{.version = {0, 8, 2}}, Driver{.version = {0, 7, 2}},
                    Driver{.version = {0, 9, 8}, .iommu = false}, Driver{.version = {0, 8, 2}, .iommu = false},
                    Driver{.version = {0, 9, 8}, .build = fakekernel::Build::kMisc},
                    Driver{.version = {0, 9, 6}, .build = fakekernel::Build::kMisc, .iommu = false},
                    Driver{.version = {0, 8, 2}, .build = fakekernel::Build::kMisc}),
    [](const auto& parameters) { return parameters.param.name(); });

}  // namespace
}  // namespace mattock::test
