// The C interface as tests use it: arrays that own their numbers, handles that close themselves.
#pragma once

#include <gtest/gtest.h>
#include <mattock/mattock.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace mattock::test {

inline const std::string kSeed = MATTOCK_TEST_DATA "/seed/matmul.rknn";

/// The emulator, or the device that MATTOCK_TEST_DEVICE names, in the words of mattock_device_open().
inline const char* device_name() {
  const char* name = std::getenv("MATTOCK_TEST_DEVICE");
  return name == nullptr ? "emulator" : name;
}

/// An error of one's own, as every caller has.
struct ErrorText {
  mattock_error error = MATTOCK_ERROR_INIT;
  operator mattock_error*() { return &error; }
};

/// A float32 array with its shape, and the mattock_array that points to both.
struct FloatArray {
  explicit FloatArray(std::vector<int64_t> dimensions, float first = 0) : shape(std::move(dimensions)) {
    std::size_t size = 1;
    for (const int64_t d : shape) size *= static_cast<std::size_t>(d);
    for (std::size_t i = 0; i < size; ++i) numbers.push_back(first + static_cast<float>(i % 7));
  }

  mattock_array array() {
    return {sizeof(mattock_array),
            MATTOCK_FLOAT32,
            static_cast<int32_t>(shape.size()),
            shape.data(),
            nullptr,
            numbers.data(),
            0,
            0};
  }

  std::vector<int64_t> shape;
  std::vector<float> numbers;
};

inline FloatArray matrix(float first = 0) { return FloatArray({1, 9, 9}, first); }

/// The product of two such 9x9 matrices; small integers, so exact.
inline std::vector<float> product(const FloatArray& a, const FloatArray& b) {
  std::vector<float> c(81, 0);
  for (std::size_t i = 0; i < 81; ++i)
    for (std::size_t k = 0; k < 9; ++k) c[i] += a.numbers[i / 9 * 9 + k] * b.numbers[k * 9 + i % 9];
  return c;
}

/// The product of two matrices; small integers, so exact.
inline std::vector<float> product_of(const FloatArray& a, const FloatArray& b) {
  const auto m = static_cast<std::size_t>(a.shape[0]), k = static_cast<std::size_t>(a.shape[1]),
             n = static_cast<std::size_t>(b.shape[1]);
  std::vector<float> c(m * n, 0);
  for (std::size_t i = 0; i < m * n; ++i)
    for (std::size_t j = 0; j < k; ++j) c[i] += a.numbers[i / n * k + j] * b.numbers[j * n + i % n];
  return c;
}

inline mattock_matmul_spec spec(uint64_t m, uint64_t k, uint64_t n) {
  return {sizeof(mattock_matmul_spec), m, k, n, 0, 0, 0, 0, nullptr};
}

/// An open device and a product of 3x5 by 5x4 on it.
class OpenedMatmul {
 public:
  OpenedMatmul() {
    const mattock_matmul_spec shape = spec(3, 5, 4);
    EXPECT_EQ(mattock_device_open(device_name(), &device, nullptr), MATTOCK_OK);
    EXPECT_EQ(mattock_matmul_create(device, &shape, &matmul, nullptr), MATTOCK_OK);
  }
  ~OpenedMatmul() {
    mattock_matmul_close(matmul, nullptr);
    mattock_device_close(device, nullptr);
  }
  OpenedMatmul(const OpenedMatmul&) = delete;
  OpenedMatmul& operator=(const OpenedMatmul&) = delete;

  mattock_device device = nullptr;
  mattock_matmul matmul = nullptr;
};

/// An open device and the seed's model on it.
class Opened {
 public:
  Opened() {
    EXPECT_EQ(mattock_device_open(device_name(), &device, nullptr), MATTOCK_OK);
    EXPECT_EQ(mattock_session_load(device, kSeed.c_str(), &session, nullptr), MATTOCK_OK);
  }
  ~Opened() {
    mattock_session_close(session, nullptr);
    mattock_device_close(device, nullptr);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  mattock_device device = nullptr;
  mattock_session session = nullptr;
};

}  // namespace mattock::test
