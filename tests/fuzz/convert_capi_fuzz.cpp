// The converter's C interface under arbitrary calls: bytes choose functions, paths (good, absent, folders, null, the
// model itself), options, sizes, arrays, and what is wrong with them. Nothing may crash; every call returns a known
// status; a refusal has a text and writes nothing; a good call always works.
#include <mattock/convert.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "convert_capi_fuzz: %s\n", what);
  std::abort();
}

std::vector<char> contents(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A folder of this process's own, which goes when the process does; in memory, because every file waits for its disk.
struct Folder {
  const fs::path path = (fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) /
                        ("convert_capi_fuzz." + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

class Machine {
 public:
  Machine(std::span<const uint8_t> bytes, const fs::path& folder, const std::vector<char>& good)
      : bytes_(bytes),
        onnx_((folder / "m.onnx").string()),
        rknn_((folder / "m.rknn").string()),
        good_(good),
        model_(good) {
    fs::remove(rknn_);
    fs::remove(onnx_);
  }

  void run() {
    for (int calls = 0; !bytes_.empty() && calls < 20; ++calls) step();
  }

 private:
  uint8_t next() {
    if (bytes_.empty()) return 0;
    const uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }

  mattock_error* error() {
    error_ = MATTOCK_ERROR_INIT;
    const uint8_t choice = next();
    if (choice < 32) return nullptr;
    if (choice < 40) error_.struct_size = choice;
    return &error_;
  }

  void check(mattock_status status) {
    require(status >= MATTOCK_OK && status <= MATTOCK_NO_MEMORY, "an unknown status");
    require(status != MATTOCK_INTERNAL, "an internal fault");
    if (error_.struct_size != sizeof error_) return;
    require(std::memchr(error_.message, 0, sizeof error_.message) != nullptr, "a text without an end");
  }

  const char* path(const std::string& good) {
    static const char* const kWrong[] = {nullptr, "", "/", "/no/such/folder/m", ".", "/no/such/\xff"};
    const uint8_t choice = next();
    return choice < 48 ? kWrong[choice % 6] : good.c_str();
  }

  const mattock_convert_options* options() {
    static const char* const kChips[] = {nullptr, "rk3566", "rk3568", "rk3588", "", "\n"};
    options_ = {sizeof options_, nullptr, 0, 0};
    switch (next() % 8) {
      case 0: return nullptr;
      case 1: options_.struct_size = next(); break;
      case 2: options_.flags = next(); break;
      case 3: options_.reserved = next(); break;
      default: options_.chip = kChips[next() % 6]; break;
    }
    return &options_;
  }

  /// B of 9x9 or 1x9x9 numbers of 8 bytes at most; strides stay in it, shapes need not be the product's.
  const mattock_array* constant() {
    const uint8_t flaw = next();
    if (flaw < 64) return nullptr;
    memory_.assign(81 * 8, next());
    numbers_ = {9, 9, 0, 0};
    array_ = {sizeof array_, MATTOCK_FLOAT32 + flaw % 3, 2, numbers_.data(), nullptr, memory_.data(), 0, 0};
    const auto wild = static_cast<int8_t>(next());
    switch (flaw % 12) {
      case 0: array_.dtype = wild; break;
      case 1: array_.rank = wild % 3; break;
      case 2: numbers_[0] = wild; break;
      case 3: numbers_[1] = INT64_MAX / (wild == 0 ? 1 : wild); break;
      case 4: array_.strides = numbers_.data() + 2, numbers_[2] = wild & 7; break;
      case 5: array_.shape = nullptr; break;
      case 6: array_.data = nullptr; break;
      case 7: array_.struct_size = static_cast<uint8_t>(wild); break;
      case 8: array_.flags = static_cast<uint32_t>(wild); break;
      default: break;
    }
    if (array_.dtype < 0) array_.dtype = -array_.dtype;
    // More rows or columns than there are would read past the memory, which nobody can find out.
    if (array_.rank == 2 && numbers_[0] > 9 && numbers_[0] < 128) numbers_[0] = 9;
    return &array_;
  }

  mattock_export_matmul_spec spec() {
    mattock_export_matmul_spec spec{sizeof spec, 9, 9, 9, 0, 0, 0, nullptr};
    const uint8_t flaw = next();
    for (uint64_t* size : {&spec.m, &spec.k, &spec.n})
      if (flaw >= 128) *size = next() % 40u;
    switch (flaw % 8) {
      case 0: spec.k = UINT64_MAX >> (next() % 64u); break;
      case 1: spec.struct_size = next(); break;
      case 2: spec.batch = next() % 4u; break;
      case 3: spec.dtype = static_cast<int8_t>(next()); break;
      case 4: spec.reserved = next(); break;
      default: break;
    }
    spec.constant_b = constant();
    return spec;
  }

  void export_model() {
    const mattock_export_matmul_spec made = spec();
    const char* to = path(onnx_);
    const mattock_status status = mattock_export_matmul(to, next() < 8 ? nullptr : &made, error());
    check(status);
    if (status == MATTOCK_OK) model_ = contents(onnx_);
  }

  void convert_files() {
    const bool was_there = fs::exists(rknn_);
    const char* from = path(onnx_);
    const char* to = next() < 16 ? from : path(rknn_);
    const mattock_status status = mattock_convert(from, to, options(), error());
    check(status);
    require(status == MATTOCK_OK || was_there || !fs::exists(rknn_), "a refusal wrote a file");
    if (status == MATTOCK_OK) require(!contents(rknn_).empty(), "an empty model");
  }

  /// The model that was exported last, cut and changed; or what is left of the bytes.
  std::vector<char> model() {
    std::vector<char> bytes = model_;
    const uint8_t flaw = next();
    if (flaw < 32) return {bytes_.begin(), bytes_.end()};
    if (flaw < 64) bytes.resize(bytes.size() * next() / 256);
    for (uint8_t left = flaw % 4; left > 0 && !bytes.empty(); --left)
      bytes[(next() * 256u + next()) % bytes.size()] = static_cast<char>(next());
    return bytes;
  }

  void convert_memory() {
    const std::vector<char> bytes = model();
    char untouched = 0;
    void* rknn = &untouched;
    size_t size = 12345;
    const uint8_t flaw = next();
    const mattock_status status =
        mattock_convert_memory(flaw == 0       ? nullptr
                               : bytes.empty() ? ""
                                               : bytes.data(),
                               bytes.size(), next() < 64 ? "/no/such/folder" : nullptr, options(),
                               flaw == 1 ? nullptr : &rknn, flaw == 2 ? nullptr : &size, error());
    check(status);
    if (status == MATTOCK_OK) {
      require(rknn != &untouched && size > 64 && std::memcmp(rknn, "RKNN", 4) == 0, "no model came out");
      mattock_convert_free(rknn);
    } else {
      require(rknn == &untouched && size == 12345, "a refusal wrote a result");
    }
  }

  void convert_well() {
    model_ = good_;
    void* rknn = nullptr;
    size_t size = 0;
    require(mattock_convert_memory(model_.data(), model_.size(), nullptr, nullptr, &rknn, &size, nullptr) == MATTOCK_OK,
            "a good conversion is refused");
    require(size > 64 && std::memcmp(rknn, "RKNN", 4) == 0, "a good conversion gives no model");
    mattock_convert_free(rknn);
  }

  void step() {
    switch (next() % 16) {  // few write files, which takes long
      case 0: return convert_files();
      case 1:
      case 2: return export_model();
      case 3: return convert_well();
      case 4: return mattock_convert_free(nullptr);
      default: return convert_memory();
    }
  }

  std::span<const uint8_t> bytes_;
  const std::string onnx_, rknn_;
  const std::vector<char>& good_;
  std::vector<char> model_;  // exported last
  mattock_convert_options options_{};
  mattock_array array_{};
  std::array<int64_t, 4> numbers_{};
  std::vector<unsigned char> memory_;
  mattock_error error_ = MATTOCK_ERROR_INIT;
};

std::vector<char> good_model(const fs::path& folder) {
  const std::string path = (folder / "good.onnx").string();
  const mattock_export_matmul_spec nine{sizeof nine, 9, 9, 9, 0, 0, 0, nullptr};
  require(mattock_export_matmul(path.c_str(), &nine, nullptr) == MATTOCK_OK, "a good export is refused");
  return contents(path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  static const Folder folder;
  static const std::vector<char> good = good_model(folder.path);
  Machine({data, size}, folder.path, good).run();
  return 0;
}
