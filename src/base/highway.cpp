// What Highway's headers want from its library: which of the compiled targets this processor has, and an end for
// failed checks. Defined here because Debian has the library only as a shared one, and a wheel may need none.
#include <hwy/highway.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#if HWY_ARCH_X86
#include <cpuid.h>
#endif

namespace hwy {
namespace {

#if HWY_ARCH_X86
/// Conversions between binary16 and binary32, which clang 14's __builtin_cpu_supports does not know.
bool has_f16c() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}
#endif

}  // namespace

ChosenTarget& GetChosenTarget() {
  static ChosenTarget chosen;  // the one cache all dispatch tables share; the same whoever fills it
  return chosen;
}

int64_t SupportedTargets() {
  int64_t targets = HWY_ENABLED_BASELINE;
#if HWY_ARCH_X86
  // Each level has all that Highway compiles it for; what the operating system saves is asked with it.
#define MATTOCK_HAS(feature) (__builtin_cpu_supports(feature) != 0)
  const bool sse4 = MATTOCK_HAS("sse4.2") && MATTOCK_HAS("aes") && MATTOCK_HAS("pclmul");
  const bool avx2 =
      sse4 && MATTOCK_HAS("avx2") && MATTOCK_HAS("fma") && MATTOCK_HAS("bmi") && MATTOCK_HAS("bmi2") && has_f16c();
  const bool avx512 = avx2 && MATTOCK_HAS("avx512f") && MATTOCK_HAS("avx512bw") && MATTOCK_HAS("avx512cd") &&
                      MATTOCK_HAS("avx512dq") && MATTOCK_HAS("avx512vl");
#undef MATTOCK_HAS
  if (sse4) targets |= HWY_SSE4;
  if (avx2) targets |= HWY_AVX2;
  if (avx512) targets |= HWY_AVX3;
#endif
  return targets;
}

void Abort(const char* file, int line, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::fprintf(stderr, "%s:%d: ", file, line);
  std::vfprintf(stderr, format, arguments);
  std::fputc('\n', stderr);
  va_end(arguments);
  std::abort();
}

}  // namespace hwy
