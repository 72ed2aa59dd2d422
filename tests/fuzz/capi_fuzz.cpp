// The C interface under arbitrary sequences of calls: bytes choose functions, handles (open, closed, null,
// invented, of the other kind) and arrays (types, ranks, strides, shapes, sizes). Nothing may crash; every call returns
// a known status; a run with right arguments always works.
#include <mattock/mattock.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace {

const std::string kSeed = MATTOCK_TEST_DATA "/seed/matmul.rknn";

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "capi_fuzz: %s\n", what);
  std::abort();
}

std::vector<char> read_seed() {
  std::vector<char> data(1 << 16);
  std::FILE* file = std::fopen(kSeed.c_str(), "rb");
  require(file != nullptr, "no seed model");
  data.resize(std::fread(data.data(), 1, data.size(), file));
  std::fclose(file);
  return data;
}

class Machine {
 public:
  explicit Machine(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  void run() {
    for (int calls = 0; !bytes_.empty() && calls < 60; ++calls) step();
    for (const mattock_session session : sessions_) mattock_session_close(session, nullptr);
    for (const mattock_matmul matmul : matmuls_) mattock_matmul_close(matmul, nullptr);
    for (const mattock_device device : devices_) mattock_device_close(device, nullptr);
  }

 private:
  uint8_t next() {
    if (bytes_.empty()) return 0;
    const uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }

  template <class Handle>
  Handle handle(const std::vector<Handle>& all, uintptr_t other) {
    const uint8_t choice = next();
    if (choice < 8) return nullptr;
    if (choice < 16) return reinterpret_cast<Handle>(other);
    if (choice < 24) return reinterpret_cast<Handle>(static_cast<uintptr_t>(next()) * 0x0101'0101u);
    return all.empty() ? nullptr : all[choice % all.size()];
  }
  mattock_device device() {
    return handle(devices_, sessions_.empty() ? 0 : reinterpret_cast<uintptr_t>(sessions_.back()));
  }
  mattock_session session() {
    return handle(sessions_, devices_.empty() ? 0 : reinterpret_cast<uintptr_t>(devices_.back()));
  }

  mattock_matmul matmul() {
    return handle(matmuls_, sessions_.empty() ? 0 : reinterpret_cast<uintptr_t>(sessions_.back()));
  }

  mattock_error* error() {
    error_ = MATTOCK_ERROR_INIT;
    const uint8_t choice = next();
    if (choice < 32) return nullptr;
    if (choice < 40) error_.struct_size = choice;
    return &error_;
  }

  /// Memory for 1x9x9 of the largest type; strides never leave it: what the arrays point to must exist.
  mattock_array array(std::array<int64_t, 6>& numbers, std::vector<unsigned char>& memory) {
    memory.assign(81 * 8, static_cast<unsigned char>(next()));
    numbers = {1, 9, 9, 0, 0, 0};
    mattock_array array{sizeof array, MATTOCK_FLOAT16, 3, numbers.data(), nullptr, memory.data(), 0, 0};
    const uint8_t flaw = next();
    const auto wild = static_cast<int8_t>(next());
    switch (flaw % 16) {
      case 0: array.dtype = wild; break;
      case 1: array.rank = wild; break;  // shape then needs more numbers than there are
      case 2: numbers[static_cast<size_t>(wild & 3) % 3] = wild; break;
      case 3: array.strides = numbers.data() + 3, numbers[5] = wild & 7; break;
      case 4: numbers[1] = INT64_MAX / (wild == 0 ? 1 : wild); break;
      case 5: array.strides = numbers.data() + 3, numbers[3] = INT64_MIN + (wild & 7), numbers[4] = 8; break;
      case 6: array.data = nullptr; break;
      case 7: array.shape = nullptr; break;
      case 8:
        array.struct_size = static_cast<uint8_t>(wild) % sizeof array;
        break;  // more would be a lie about `arrays`
      case 9: array.flags = static_cast<uint32_t>(wild); break;
      default: array.dtype = MATTOCK_FLOAT16 + (flaw % 3); break;
    }
    // Ranks above 6 would read past `numbers`, a fault of the caller's that nobody can find.
    if (array.rank > 6 && array.rank <= MATTOCK_MAX_RANK) array.rank = 6;
    if (array.strides != nullptr && array.rank > 3) array.rank = 3;
    return array;
  }

  void check(mattock_status status) {
    require(std::strcmp(mattock_status_name(status), "unknown") != 0, "an unknown status");
    require(status != MATTOCK_INTERNAL, "an internal fault");
    if (error_.struct_size == sizeof error_)
      require(std::memchr(error_.message, 0, sizeof error_.message) != nullptr, "a text without an end");
  }

  void open_device() {
    static const char* const kNames[] = {"auto", "emulator", "emulator:rk3568", "npu", "", nullptr};
    mattock_device opened = nullptr;
    const mattock_status status = mattock_device_open(kNames[next() % 6], &opened, error());
    check(status);
    if (status == MATTOCK_OK) devices_.push_back(opened);
  }

  void load_session() {
    static const std::vector<char> seed = read_seed();
    mattock_session loaded = nullptr;
    const uint8_t way = next();
    const size_t bytes = way < 128 ? seed.size() : seed.size() * (way - 128u) / 128;
    const mattock_status status = way % 8 == 0
                                      ? mattock_session_load(device(), kSeed.c_str(), &loaded, error())
                                      : mattock_session_load_memory(device(), seed.data(), bytes, &loaded, error());
    check(status);
    if (status == MATTOCK_OK) sessions_.push_back(loaded);
  }

  void run_session() {
    std::array<std::array<int64_t, 6>, 3> numbers{};
    std::array<std::vector<unsigned char>, 3> memory;
    const std::array arrays{array(numbers[0], memory[0]), array(numbers[1], memory[1])};
    const mattock_array out = array(numbers[2], memory[2]);
    const size_t inputs = next() % 8 == 0 ? next() % 3 : 2, outputs = next() % 2;
    check(mattock_session_run(session(), arrays.data(), inputs, &out, outputs, error()));
  }

  void read_session() {
    size_t count = 0;
    mattock_tensor_info info{};
    info.struct_size = next() < 16 ? next() : sizeof info;
    check(mattock_session_input_count(session(), &count, error()));
    check(mattock_session_output_count(session(), &count, error()));
    check(mattock_session_input_info(session(), next() % 4, &info, error()));
    check(mattock_session_output_info(session(), next() % 4, &info, error()));
  }

  void read_texts() {
    std::vector<char> buffer(next() * 16u);
    size_t needed = 0;
    check(mattock_session_warnings(session(), buffer.data(), buffer.size(), &needed, error()));
    check(mattock_session_report(session(), buffer.data(), buffer.size(), &needed, error()));
  }

  void read_output() {
    std::array<int64_t, 6> numbers{};
    std::vector<unsigned char> memory;
    const mattock_array out = array(numbers, memory);
    check(mattock_session_output(session(), next() % 3, &out, error()));
  }

  /// Products of small dimensions, sometimes wild ones; the emulator's memory is 1 GiB.
  mattock_matmul_spec spec() {
    mattock_matmul_spec spec{sizeof spec, 0, 0, 0, 0, 0, 0, 0, nullptr};
    const uint8_t flaw = next();
    for (uint64_t* size : {&spec.m, &spec.k, &spec.n}) *size = flaw < 128 ? 9 : next() % 40u;
    switch (flaw % 16) {
      case 0: spec.k = UINT64_MAX >> (next() % 64u); break;
      case 1: spec.struct_size = next(); break;
      case 2: spec.flags = next(); break;
      case 3: spec.operand = static_cast<int8_t>(next()); break;
      case 4: spec.result = static_cast<int8_t>(next()); break;
      case 5: spec.reserved = next(); break;
      case 6: spec.operand = MATTOCK_INT8; break;
      case 7: spec.result = MATTOCK_FLOAT16; break;
      case 8: spec.operand = MATTOCK_INT8, spec.result = MATTOCK_FLOAT32; break;
      default: break;
    }
    return spec;
  }

  /// One of the arrays above, sometimes seen as a matrix of 9x9.
  mattock_array matrix(std::array<int64_t, 6>& numbers, std::vector<unsigned char>& memory) {
    mattock_array result = array(numbers, memory);
    if (result.shape == nullptr || result.rank != 3 || result.strides != nullptr || next() % 4 == 0) return result;
    result.rank = 2;
    result.shape = numbers.data() + 1;
    return result;
  }

  void create_matmul() {
    mattock_matmul made = nullptr;
    const mattock_matmul_spec wanted = spec();
    const mattock_status status = mattock_matmul_create(device(), &wanted, &made, error());
    check(status);
    if (status == MATTOCK_OK) matmuls_.push_back(made);
  }

  void describe_matmul() {
    mattock_tensor_info info{};
    info.struct_size = next() < 16 ? next() : sizeof info;
    check(mattock_matmul_array_info(matmul(), next() % 4, &info, error()));
  }

  void use_matmul() {
    std::array<std::array<int64_t, 6>, 2> numbers{};
    std::array<std::vector<unsigned char>, 2> memory;
    const mattock_array one = matrix(numbers[0], memory[0]), other = matrix(numbers[1], memory[1]);
    std::vector<char> buffer(next() * 8u);
    size_t needed = 0;
    double bound = 0;
    switch (next() % 7) {
      case 0: return check(mattock_matmul_set_b(matmul(), &one, error()));
      case 1: return check(mattock_matmul_run(matmul(), &one, &other, error()));
      case 2: return check(mattock_matmul_explain(matmul(), buffer.data(), buffer.size(), &needed, error()));
      case 3: return check(mattock_matmul_error_bound(matmul(), &bound, error()));
      case 4: return describe_matmul();
      case 5: return check(mattock_matmul_plan(matmul(), buffer.data(), buffer.size(), &needed, error()));
      default: return check(mattock_matmul_close(matmul(), error()));
    }
  }

  void multiply() {
    std::array<std::array<int64_t, 6>, 3> numbers{};
    std::array<std::vector<unsigned char>, 3> memory;
    const mattock_array a = matrix(numbers[0], memory[0]), b = matrix(numbers[1], memory[1]),
                        c = matrix(numbers[2], memory[2]);
    const mattock_matmul_spec types = spec();
    check(mattock_multiply(device(), &a, &b, &c, next() % 2 == 0 ? &types : nullptr, error()));
  }

  void multiply_well(mattock_device on, const mattock_array& in, const mattock_array& out) {
    mattock_matmul made = nullptr;
    const mattock_matmul_spec nine{sizeof nine, 9, 9, 9, 0, 0, 0, 0, nullptr};
    mattock_array matrix = in, result = out;
    matrix.rank = result.rank = 2;
    matrix.shape = result.shape = in.shape + 1;
    require(mattock_matmul_create(on, &nine, &made, nullptr) == MATTOCK_OK, "a good product is refused");
    require(mattock_matmul_set_b(made, &matrix, nullptr) == MATTOCK_OK, "a good B is refused");
    require(mattock_matmul_run(made, &matrix, &result, nullptr) == MATTOCK_OK, "a good product fails");
    matmuls_.push_back(made);
  }

  void run_well() {
    mattock_device on = nullptr;
    mattock_session loaded = nullptr;
    require(mattock_device_open("emulator", &on, nullptr) == MATTOCK_OK, "a device does not open");
    require(mattock_session_load(on, kSeed.c_str(), &loaded, nullptr) == MATTOCK_OK, "the seed does not load");
    static const int64_t shape[] = {1, 9, 9};
    std::array<float, 81> a{}, c{};
    a.fill(2);
    const mattock_array in{sizeof in, MATTOCK_FLOAT32, 3, shape, nullptr, a.data(), 0, 0};
    mattock_array out = in;
    out.data = c.data();
    const std::array ins{in, in};
    require(mattock_session_run(loaded, ins.data(), 2, &out, 1, nullptr) == MATTOCK_OK, "a good run fails");
    for (const float number : c) require(number == 36, "a wrong product");
    c.fill(0);
    multiply_well(on, in, out);
    for (const float number : c) require(number == 36, "a wrong product without a model");
    sessions_.push_back(loaded);
    devices_.push_back(on);
  }

  void step() {
    mattock_device_info info{};
    info.struct_size = sizeof info;
    const uint8_t choice = next();
    switch (choice < 192 ? choice % 12 : 12 + choice % 4) {  // inputs from before products mean what they meant
      case 0:
      case 1: return open_device();
      case 2:
      case 3: return load_session();
      case 4:
      case 5: return run_session();
      case 6: return read_session();
      case 7: return read_texts();
      case 8: return read_output();
      case 9: return check(mattock_device_info_of(device(), &info, error()));
      case 10:
        return check(next() % 2 == 0 ? mattock_session_close(session(), error())
                                     : mattock_device_close(device(), error()));
      case 12: return create_matmul();
      case 13:
      case 14: return use_matmul();
      case 15: return multiply();
      default: return next() % 4 == 0 ? run_well() : check(mattock_device_at(next() % 4, &info, error()));
    }
  }

  std::span<const uint8_t> bytes_;
  std::vector<mattock_device> devices_;
  std::vector<mattock_session> sessions_;  // closed ones stay, to be used again
  std::vector<mattock_matmul> matmuls_;
  mattock_error error_ = MATTOCK_ERROR_INIT;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  Machine({data, size}).run();
  return 0;
}
