// The same from C++: handles with owners, errors as exceptions, a matrix read through its strides.
//   c++ -std=c++17 multiply.cpp $(pkg-config --cflags --libs mattock) -o multiply && ./multiply matmul.rknn
#include <mattock/mattock.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace {

/// Throws what a call that is not MATTOCK_OK has to say.
class Checked {
 public:
  operator mattock_error*() { return &error_; }
  void operator()(mattock_status status) const {
    if (status != MATTOCK_OK) throw std::runtime_error(error_.message);
  }

 private:
  mattock_error error_ = MATTOCK_ERROR_INIT;
};

struct Close {
  void operator()(mattock_device device) const { mattock_device_close(device, nullptr); }
  void operator()(mattock_session session) const { mattock_session_close(session, nullptr); }
};
template <class Handle>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Close>;

struct Matrix {
  std::vector<int64_t> shape{1, 9, 9}, strides{81 * 4, 9 * 4, 4};
  std::vector<float> numbers = std::vector<float>(81);

  mattock_array array() {
    return {sizeof(mattock_array), MATTOCK_FLOAT32, 3, shape.data(), strides.data(), numbers.data(), 0, 0};
  }
};

void multiply(const char* path) {
  Checked checked;
  mattock_device device = nullptr;
  checked(mattock_device_open("auto", &device, checked));
  const Owned<mattock_device> device_owner(device);
  mattock_session session = nullptr;
  checked(mattock_session_load(device, path, &session, checked));
  const Owned<mattock_session> session_owner(session);

  Matrix a, b, c;
  for (int i = 0; i < 81; ++i) {
    a.numbers[i] = static_cast<float>(i % 9 + 1);  // columns 1 to 9
    b.numbers[i] = i / 9 == i % 9 ? 0.5f : 0.0f;
  }
  a.strides = {81 * 4, 4, 9 * 4};  // read by columns: the transposed matrix, without a copy
  const mattock_array inputs[] = {a.array(), b.array()}, output = c.array();
  checked(mattock_session_run(session, inputs, 2, &output, 1, checked));
  for (int i = 0; i < 81; ++i) std::printf(" %4.1f%s", c.numbers[i], i % 9 == 8 ? "\n" : "");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: multiply matmul.rknn\n"), 2;
  try {
    multiply(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
