# mattock_hwy: Highway (libhwy-dev) for kernels with dynamic dispatch, without a library to be found where the program
# runs: Debian has only the shared one, and what the headers need of it is small (src/base/highway.cpp).
if(NOT TARGET mattock_hwy)
  find_path(MATTOCK_HWY_INCLUDE hwy/highway.h REQUIRED)
  add_library(mattock_hwy STATIC ${CMAKE_SOURCE_DIR}/src/base/highway.cpp)
  target_include_directories(mattock_hwy SYSTEM PUBLIC ${MATTOCK_HWY_INCLUDE})
  # Kernels are compiled for SSE4, AVX2, AVX-512 and NEON, beside the compiler's own baseline. Left out: SSSE3, what
  # lies above AVX-512's first level (bits 4, 6 and AVX3_DL), and SVE, whose bits moved between 1.0 and 1.2.
  target_compile_definitions(mattock_hwy PUBLIC
    "HWY_DISABLED_TARGETS=(HWY_SSSE3|HWY_AVX3_DL|HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128|(1LL<<4)|(1LL<<6))")
  mattock_warnings(mattock_hwy)
endif()
