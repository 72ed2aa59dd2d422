// The C interface from several threads. Run under the thread sanitizer (preset thread) as well.
#include <atomic>
#include <thread>

#include "capi/library.hpp"

namespace mattock::test {
namespace {

constexpr int kThreads = 4;

template <class Work>
void in_threads(const Work& work) {
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back(work, t);
  for (std::thread& thread : threads) thread.join();
}

/// One run with numbers of its own; true if the product is right.
bool multiplies(mattock_session session, int number) {
  // Small enough for a product that is exact in float16.
  FloatArray a = matrix(static_cast<float>(number % 5)), b = matrix(static_cast<float>(-number % 7)), c = matrix();
  const mattock_array in[] = {a.array(), b.array()}, out = c.array();
  return mattock_session_run(session, in, 2, &out, 1, nullptr) == MATTOCK_OK && c.numbers == product(a, b);
}

TEST(Threads, ShareASessionAndEachGetsItsOwnProduct) {
  Opened opened;
  std::atomic<int> right = 0;
  in_threads([&](int t) {
    for (int i = 0; i < 20; ++i) right += multiplies(opened.session, t * 20 + i);
  });
  EXPECT_EQ(right, kThreads * 20);
}

TEST(Threads, ShareADeviceWhileSessionsComeAndGo) {
  Opened opened;
  std::atomic<int> right = 0;
  in_threads([&](int t) {
    for (int i = 0; i < 10; ++i) {
      mattock_session session = nullptr;
      if (mattock_session_load(opened.device, kSeed.c_str(), &session, nullptr) != MATTOCK_OK) continue;
      right += multiplies(session, t * 10 + i);
      mattock_session_close(session, nullptr);
    }
  });
  EXPECT_EQ(right, kThreads * 10);
}

TEST(Threads, ACloseWhileOthersRunLetsThemFinishAndRefusesTheRest) {
  for (int round = 0; round < 5; ++round) {
    Opened opened;
    std::atomic<int> wrong = 0, closed = 0;
    in_threads([&](int t) {
      FloatArray a = matrix(static_cast<float>(t)), c = matrix();
      const mattock_array in[] = {a.array(), a.array()}, out = c.array();
      for (int i = 0; i < 20; ++i) {
        if (t == 0 && i == 5) closed += mattock_session_close(opened.session, nullptr) == MATTOCK_OK;
        const mattock_status status = mattock_session_run(opened.session, in, 2, &out, 1, nullptr);
        if (status != MATTOCK_OK && status != MATTOCK_BAD_HANDLE) ++wrong;
        if (status == MATTOCK_OK && c.numbers != product(a, a)) ++wrong;
        if (t == 0 && i >= 5 && status != MATTOCK_BAD_HANDLE) ++wrong;
      }
    });
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(closed, 1);
  }
}

TEST(Threads, OnlyOneOfSeveralClosesWins) {
  for (int round = 0; round < 20; ++round) {
    Opened opened;
    std::atomic<int> closed = 0;
    in_threads([&](int) { closed += mattock_device_close(opened.device, nullptr) == MATTOCK_OK; });
    EXPECT_EQ(closed, 1);
  }
}

TEST(Threads, ReadWhatASessionIsWhileItRuns) {
  Opened opened;
  std::atomic<int> right = 0;
  in_threads([&](int t) {
    for (int i = 0; i < 20; ++i) {
      mattock_tensor_info info{};
      info.struct_size = sizeof info;
      if (t == 0)
        right += multiplies(opened.session, i);
      else
        right += mattock_session_input_info(opened.session, 1, &info, nullptr) == MATTOCK_OK && info.shape[2] == 9;
    }
  });
  EXPECT_EQ(right, kThreads * 20);
}

/// One product with numbers of its own, with a B that is set already or the one of `number`.
bool multiplies(mattock_matmul matmul, int number, FloatArray& b) {
  FloatArray a({3, 5}, static_cast<float>(number % 5)), c({3, 4});
  const mattock_array left = a.array(), result = c.array();
  return mattock_matmul_run(matmul, &left, &result, nullptr) == MATTOCK_OK && c.numbers == product_of(a, b);
}

TEST(Threads, ShareAMatmulAndEachGetsItsOwnProduct) {
  OpenedMatmul opened;
  FloatArray b({5, 4}, -2);
  const mattock_array right = b.array();
  ASSERT_EQ(mattock_matmul_set_b(opened.matmul, &right, nullptr), MATTOCK_OK);
  std::atomic<int> correct = 0;
  in_threads([&](int t) {
    for (int i = 0; i < 20; ++i) correct += multiplies(opened.matmul, t * 20 + i, b);
  });
  EXPECT_EQ(correct, kThreads * 20);
}

TEST(Threads, MultiplyOnOneDeviceWithMatmulsOfTheirOwn) {
  OpenedMatmul opened;
  std::atomic<int> correct = 0;
  in_threads([&](int t) {
    const mattock_matmul_spec shape = spec(3, 5, 4);
    mattock_matmul matmul = nullptr;
    if (mattock_matmul_create(opened.device, &shape, &matmul, nullptr) != MATTOCK_OK) return;
    for (int i = 0; i < 10; ++i) {
      FloatArray b({5, 4}, static_cast<float>(t - i % 3));
      const mattock_array right = b.array();
      if (mattock_matmul_set_b(matmul, &right, nullptr) == MATTOCK_OK) correct += multiplies(matmul, i, b);
    }
    mattock_matmul_close(matmul, nullptr);
  });
  EXPECT_EQ(correct, kThreads * 10);
}

TEST(Threads, MultiplyOnceOnOneDevice) {
  OpenedMatmul opened;
  std::atomic<int> correct = 0;
  in_threads([&](int t) {
    for (int i = 0; i < 10; ++i) {
      FloatArray a({2 + t, 3}, static_cast<float>(i % 3)), b({3, 4}, static_cast<float>(-t)), c({2 + t, 4});
      const mattock_array left = a.array(), right = b.array(), result = c.array();
      if (mattock_multiply(opened.device, &left, &right, &result, nullptr, nullptr) != MATTOCK_OK) continue;
      correct += c.numbers == product_of(a, b);
    }
  });
  EXPECT_EQ(correct, kThreads * 10);
}

TEST(Threads, AMatmulClosedWhileOthersRunLetsThemFinishAndRefusesTheRest) {
  for (int round = 0; round < 5; ++round) {
    OpenedMatmul opened;
    FloatArray b({5, 4}, 1);
    const mattock_array right = b.array();
    ASSERT_EQ(mattock_matmul_set_b(opened.matmul, &right, nullptr), MATTOCK_OK);
    std::atomic<int> wrong = 0, closed = 0;
    in_threads([&](int t) {
      FloatArray a({3, 5}, static_cast<float>(t)), c({3, 4});
      const mattock_array left = a.array(), result = c.array();
      for (int i = 0; i < 20; ++i) {
        if (t == 0 && i == 5) closed += mattock_matmul_close(opened.matmul, nullptr) == MATTOCK_OK;
        const mattock_status status = mattock_matmul_run(opened.matmul, &left, &result, nullptr);
        if (status != MATTOCK_OK && status != MATTOCK_BAD_HANDLE) ++wrong;
        if (status == MATTOCK_OK && c.numbers != product_of(a, b)) ++wrong;
        if (t == 0 && i >= 5 && status != MATTOCK_BAD_HANDLE) ++wrong;
      }
    });
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(closed, 1);
  }
}

}  // namespace
}  // namespace mattock::test
