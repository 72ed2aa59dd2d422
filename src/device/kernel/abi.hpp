// What user space and the vendor's driver `rknpu` say to each other, to the byte. Written from hardware/kernel.md 2;
// the layouts are those of ABI generation C, which serves every DRM build: the DRM core goes by a call's number alone,
// fills up a shorter struct with zeros and copies back no more than the caller's size. Misc builds up to 0.8 compare
// the whole request, so there a struct has exactly the size of its generation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mattock::device::kernel {

/// The number of an ioctl: direction, size, type and number as Linux packs them on every architecture of interest.
constexpr std::uint32_t request(std::uint32_t direction, char type, std::uint32_t number, std::size_t bytes) {
  return direction << 30 | static_cast<std::uint32_t>(bytes) << 16 | static_cast<std::uint32_t>(type) << 8 | number;
}
inline constexpr std::uint32_t kWrite = 1, kReadWrite = 3;

/// Calls of the driver. On a DRM node the type is 'd' and the number 0x40 + n, on the misc node 'r' and n.
enum class Call : std::uint32_t { kAction, kSubmit, kMemCreate, kMemMap, kMemDestroy, kMemSync };
inline constexpr std::uint32_t kDriverNumbers = 0x40;

constexpr std::uint32_t drm_request(Call call, std::size_t bytes) {
  return request(kReadWrite, 'd', kDriverNumbers + static_cast<std::uint32_t>(call), bytes);
}
constexpr std::uint32_t misc_request(Call call, std::size_t bytes) {
  return request(kReadWrite, 'r', static_cast<std::uint32_t>(call), bytes);
}

/// Device majors, by which an unknown node is told apart.
inline constexpr unsigned kMiscMajor = 10, kDrmMajor = 226, kAccelMajor = 261;

struct Action {
  std::uint32_t code = 0;
  std::uint32_t value = 0;  ///< in and out
};

/// Codes of Action.
enum class Ask : std::uint32_t {
  kHwVersion = 0,
  kDrvVersion = 1,
  kFrequency = 2,
  kSetFrequency = 3,
  kVoltage = 4,  ///< never without a supply in the device tree: the kernel would crash
  kSetVoltage = 5,
  kReset = 6,
  kClearTraffic = 13,
  kWriteTraffic = 14,
  kReadTraffic = 15,
  kWeightTraffic = 16,
  kTraffic = 17,
  kIommu = 18,
  kSetNice = 19,
  kPowerOn = 20,
  kPowerOff = 21,
  kSramBytes = 22,
  kSramFree = 23,
  kDomain = 24,
  kSetDomain = 25,
};

struct MemCreate {
  std::uint32_t handle = 0;  ///< 0 asks for a new object
  std::uint32_t flags = 0;
  std::uint64_t size = 0;        ///< whole pages on return
  std::uint64_t token = 0;       ///< out: what other calls name the object by; a pointer of the kernel's
  std::uint64_t address = 0;     ///< out: where the NPU sees it
  std::uint64_t sram_bytes = 0;  ///< generation B on
  std::int32_t domain = 0;       ///< generation C on
  std::uint32_t core_mask = 0;   ///< 0.9.8 on
};
inline constexpr std::size_t kMemCreateBytesA = 32, kMemCreateBytesB = 40, kMemCreateBytesC = 48;

/// Flags of MemCreate.
inline constexpr std::uint32_t kNonContiguous = 1U << 0, kCacheable = 1U << 1, kWriteCombine = 1U << 2,
                               kKernelMapping = 1U << 3, kZeroing = 1U << 5, kLimitAlignment = 1U << 10;

struct MemMap {
  std::uint32_t handle = 0;
  std::uint32_t reserved = 0;
  std::uint64_t offset = 0;  ///< out: for mmap on the same descriptor
};

struct MemDestroy {
  std::uint32_t handle = 0;
  std::uint32_t reserved = 0;
  std::uint64_t token = 0;
};

struct MemSync {
  std::uint32_t flags = 0;
  std::uint32_t reserved = 0;
  std::uint64_t token = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};
inline constexpr std::uint32_t kToDevice = 1, kFromDevice = 2;

struct SubcoreTask {
  std::uint32_t task_start = 0;
  std::uint32_t task_number = 0;
};

struct Submit {
  std::uint32_t flags = 0;
  std::uint32_t timeout = 0;  ///< milliseconds
  std::uint32_t task_start = 0;
  std::uint32_t task_number = 0;
  std::uint32_t task_counter = 0;  ///< out: tasks done
  std::int32_t priority = 0;
  std::uint64_t task_token = 0;  ///< of the object with the task records
  std::uint32_t domain = 0;      ///< up to generation B this and the next are one pointer that nobody reads
  std::uint32_t reserved = 0;
  std::uint64_t task_base_address = 0;  ///< added to every address of the chain; 0 is safe
  std::int64_t elapsed = 0;             ///< out, nanoseconds; generation C on
  std::uint32_t core_mask = 0;          ///< 0: the driver chooses, and says here what
  std::int32_t fence = 0;
  std::array<SubcoreTask, 5> subcores = {};
};

/// Flags of Submit.
inline constexpr std::uint32_t kPc = 1U << 0, kNonBlocking = 1U << 1, kPingPong = 1U << 2, kFenceIn = 1U << 3,
                               kFenceOut = 1U << 4;

static_assert(sizeof(Action) == 8 && sizeof(MemCreate) == kMemCreateBytesC && sizeof(MemMap) == 16);
static_assert(sizeof(MemDestroy) == 16 && sizeof(MemSync) == 32 && sizeof(Submit) == 104);

/// Calls of the DRM core. The first two hold pointers: their size is that of the program.
struct DrmVersion {
  std::int32_t major = 0, minor = 0, patch = 0;
  std::size_t name_bytes = 0;
  char* name = nullptr;
  std::size_t date_bytes = 0;
  char* date = nullptr;
  std::size_t description_bytes = 0;
  char* description = nullptr;
};
struct DrmUnique {
  std::size_t bytes = 0;
  char* name = nullptr;
};
struct DrmGemClose {
  std::uint32_t handle = 0;
  std::uint32_t padding = 0;
};
struct DrmPrime {
  std::uint32_t handle = 0;
  std::uint32_t flags = 0;
  std::int32_t fd = 0;
};
inline constexpr std::uint32_t kDrmVersion = request(kReadWrite, 'd', 0x00, sizeof(DrmVersion));
inline constexpr std::uint32_t kDrmUnique = request(kReadWrite, 'd', 0x01, sizeof(DrmUnique));
inline constexpr std::uint32_t kDrmGemClose = request(kWrite, 'd', 0x09, sizeof(DrmGemClose));
inline constexpr std::uint32_t kDrmHandleToFd = request(kReadWrite, 'd', 0x2d, sizeof(DrmPrime));
inline constexpr std::uint32_t kDrmFdToHandle = request(kReadWrite, 'd', 0x2e, sizeof(DrmPrime));
static_assert(kDrmVersion == (sizeof(void*) == 8 ? 0xc0406400 : 0xc0246400));
static_assert(kDrmUnique == (sizeof(void*) == 8 ? 0xc0106401 : 0xc0086401));

}  // namespace mattock::device::kernel
