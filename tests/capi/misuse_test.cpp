// What a careless program does to the C interface: every call returns a status, and the next right call works.
#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <string>

#include "capi/library.hpp"

namespace mattock::test {
namespace {

constexpr auto kHuge = std::numeric_limits<int64_t>::max();

/// A call with all but its handle filled in.
template <class Handle>
struct Call {
  const char* name;
  std::function<mattock_status(Handle, mattock_error*)> run;
};

std::vector<Call<mattock_device>> device_calls() {
  return {{"info_of",
           [](mattock_device d, mattock_error* e) {
             mattock_device_info info{sizeof info, nullptr, nullptr, nullptr, nullptr};
             return mattock_device_info_of(d, &info, e);
           }},
          {"load",
           [](mattock_device d, mattock_error* e) {
             mattock_session s = nullptr;
             return mattock_session_load(d, kSeed.c_str(), &s, e);
           }},
          {"load_memory",
           [](mattock_device d, mattock_error* e) {
             mattock_session s = nullptr;
             return mattock_session_load_memory(d, "RKNN", 4, &s, e);
           }},
          {"multiply",
           [](mattock_device d, mattock_error* e) {
             FloatArray a({2, 2});
             const mattock_array array = a.array();
             return mattock_multiply(d, &array, &array, &array, nullptr, e);
           }},
          {"matmul_create",
           [](mattock_device d, mattock_error* e) {
             const mattock_matmul_spec two = spec(2, 2, 2);
             mattock_matmul m = nullptr;
             return mattock_matmul_create(d, &two, &m, e);
           }},
          {"close", mattock_device_close}};
}

std::vector<Call<mattock_session>> session_calls() {
  static size_t number;
  static mattock_tensor_info info;
  static FloatArray a = matrix();
  info = {};
  info.struct_size = sizeof info;
  return {{"input_count", [](auto s, auto* e) { return mattock_session_input_count(s, &number, e); }},
          {"output_count", [](auto s, auto* e) { return mattock_session_output_count(s, &number, e); }},
          {"input_info", [](auto s, auto* e) { return mattock_session_input_info(s, 0, &info, e); }},
          {"output_info", [](auto s, auto* e) { return mattock_session_output_info(s, 0, &info, e); }},
          {"run",
           [](auto s, auto* e) {
             const mattock_array in[] = {a.array(), a.array()};
             return mattock_session_run(s, in, 2, nullptr, 0, e);
           }},
          {"layers",
           [](auto s, auto* e) {
             const mattock_array in[] = {a.array(), a.array()};
             return mattock_session_layers(
                 s, in, 2, [](void*, const char*, const mattock_array*) {}, nullptr, e);
           }},
          {"output",
           [](auto s, auto* e) {
             const mattock_array out = a.array();
             return mattock_session_output(s, 0, &out, e);
           }},
          {"warnings", [](auto s, auto* e) { return mattock_session_warnings(s, nullptr, 0, &number, e); }},
          {"report", [](auto s, auto* e) { return mattock_session_report(s, nullptr, 0, &number, e); }},
          {"close", mattock_session_close}};
}

TEST(Misuse, ADeviceThatIsNullClosedInventedOrASessionIsABadHandle) {
  Opened opened;
  mattock_device closed = nullptr;
  ASSERT_EQ(mattock_device_open(nullptr, &closed, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_device_close(closed, nullptr), MATTOCK_OK);
  for (const auto& call : device_calls())
    for (mattock_device bad : {mattock_device{nullptr}, closed, reinterpret_cast<mattock_device>(UINTPTR_MAX),
                               reinterpret_cast<mattock_device>(opened.session)}) {
      ErrorText error;
      EXPECT_EQ(call.run(bad, error), MATTOCK_BAD_HANDLE) << call.name;
      EXPECT_EQ(error.error.status, MATTOCK_BAD_HANDLE);
      EXPECT_STREQ(error.error.message, bad == nullptr ? "device is NULL" : "device is not an open handle");
      EXPECT_EQ(call.run(bad, nullptr), MATTOCK_BAD_HANDLE) << call.name;
    }
}

TEST(Misuse, ASessionThatIsNullClosedInventedOrADeviceIsABadHandle) {
  Opened opened;
  mattock_session closed = nullptr;
  ASSERT_EQ(mattock_session_load(opened.device, kSeed.c_str(), &closed, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_session_close(closed, nullptr), MATTOCK_OK);
  for (const auto& call : session_calls())
    for (mattock_session bad : {mattock_session{nullptr}, closed, reinterpret_cast<mattock_session>(UINTPTR_MAX),
                                reinterpret_cast<mattock_session>(opened.device)}) {
      ErrorText error;
      EXPECT_EQ(call.run(bad, error), MATTOCK_BAD_HANDLE) << call.name;
      EXPECT_STREQ(error.error.message, bad == nullptr ? "session is NULL" : "session is not an open handle");
      EXPECT_EQ(call.run(bad, nullptr), MATTOCK_BAD_HANDLE) << call.name;
    }
}

TEST(Misuse, NullPointersAreNamed) {
  Opened opened;
  mattock_session session = nullptr;
  size_t needed = 0;
  const auto message = [](auto&& call) {
    ErrorText error;
    EXPECT_EQ(call(static_cast<mattock_error*>(error)), MATTOCK_USAGE);
    return std::string(error.error.message);
  };
  EXPECT_EQ(message([](auto* e) { return mattock_device_count(nullptr, e); }), "count is NULL");
  EXPECT_EQ(message([](auto* e) { return mattock_device_at(0, nullptr, e); }), "info is NULL");
  EXPECT_EQ(message([](auto* e) { return mattock_device_open("auto", nullptr, e); }), "device is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_device_info_of(opened.device, nullptr, e); }), "info is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_load(opened.device, nullptr, &session, e); }),
            "path is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_load(opened.device, kSeed.c_str(), nullptr, e); }),
            "session is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_load_memory(opened.device, nullptr, 9, &session, e); }),
            "data is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_input_count(opened.session, nullptr, e); }), "count is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_output_count(opened.session, nullptr, e); }),
            "count is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_input_info(opened.session, 0, nullptr, e); }),
            "info is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_output_info(opened.session, 0, nullptr, e); }),
            "info is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_run(opened.session, nullptr, 2, nullptr, 0, e); }),
            "inputs is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_session_output(opened.session, 0, nullptr, e); }), "outputs is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_inspect(nullptr, nullptr, 0, &needed, e); }), "path is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_inspect_memory(nullptr, 9, nullptr, 0, &needed, e); }),
            "data is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_inspect(kSeed.c_str(), nullptr, 100, &needed, e); }),
            "buffer is NULL");
}

TEST(Misuse, IndicesBeyondTheListsAreNotFound) {
  Opened opened;
  mattock_device_info device{sizeof device, nullptr, nullptr, nullptr, nullptr};
  mattock_tensor_info tensor{};
  tensor.struct_size = sizeof tensor;
  FloatArray out = matrix();
  const mattock_array array = out.array();
  size_t devices = 0;
  ASSERT_EQ(mattock_device_count(&devices, nullptr), MATTOCK_OK);
  for (const size_t beyond : {size_t{2}, SIZE_MAX}) {
    ErrorText error;
    EXPECT_EQ(mattock_device_at(std::max(beyond, devices), &device, error), MATTOCK_NOT_FOUND);
    EXPECT_EQ(mattock_session_input_info(opened.session, beyond, &tensor, error), MATTOCK_NOT_FOUND);
    EXPECT_EQ(mattock_session_output_info(opened.session, beyond, &tensor, error), MATTOCK_NOT_FOUND);
    EXPECT_EQ(mattock_session_output(opened.session, beyond, &array, error), MATTOCK_NOT_FOUND);
  }
}

TEST(Misuse, ResultsBeforeARunAndAfterAFailedOneAreTheWrongOrder) {
  Opened opened;
  FloatArray a = matrix(), c = matrix();
  const mattock_array in[] = {a.array(), a.array()}, out = c.array();
  size_t needed = 0;
  const auto all_refused = [&] {
    ErrorText error;
    EXPECT_EQ(mattock_session_output(opened.session, 0, &out, error), MATTOCK_USAGE);
    EXPECT_STREQ(error.error.message, "output '2' is not there: no run has succeeded yet");
    EXPECT_EQ(mattock_session_warnings(opened.session, nullptr, 0, &needed, error), MATTOCK_USAGE);
    EXPECT_EQ(mattock_session_report(opened.session, nullptr, 0, &needed, error), MATTOCK_USAGE);
    EXPECT_STREQ(error.error.hint, "run the session first");
  };
  all_refused();
  ASSERT_EQ(mattock_session_run(opened.session, in, 2, nullptr, 0, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_session_output(opened.session, 0, &out, nullptr), MATTOCK_OK);
  EXPECT_EQ(c.numbers, product(a, a));
  ASSERT_EQ(mattock_session_run(opened.session, in, 1, nullptr, 0, nullptr), MATTOCK_BAD_INPUT);
  all_refused();
}

TEST(Misuse, BuffersOneByteTooSmallAreLeftAloneAndTheNeededSizeIsTold) {
  Opened opened;
  size_t needed = 0;
  ASSERT_EQ(mattock_inspect(kSeed.c_str(), nullptr, 0, &needed, nullptr), MATTOCK_TOO_SMALL);
  std::string buffer(needed, '#');
  EXPECT_EQ(mattock_inspect(kSeed.c_str(), buffer.data(), needed - 1, &needed, nullptr), MATTOCK_TOO_SMALL);
  EXPECT_EQ(needed, buffer.size());
  EXPECT_EQ(buffer, std::string(needed, '#'));
  ErrorText error;
  EXPECT_EQ(mattock_inspect(kSeed.c_str(), buffer.data(), needed, nullptr, error), MATTOCK_OK);
  EXPECT_EQ(buffer.back(), '\0');
}

TEST(Misuse, StructuresOfTheWrongSizeAreRefusedAndLaterOnesAreAccepted) {
  Opened opened;
  mattock_error small = MATTOCK_ERROR_INIT;
  small.struct_size = sizeof(mattock_error) - 1;
  std::strcpy(small.message, "untouched");
  size_t count = 0;
  EXPECT_EQ(mattock_device_count(&count, &small), MATTOCK_USAGE);
  EXPECT_STREQ(small.message, "untouched");

  mattock_tensor_info info{};
  for (const uint64_t wrong : {uint64_t{0}, uint64_t{sizeof info - 1}}) {
    info.struct_size = wrong;
    ErrorText error;
    EXPECT_EQ(mattock_session_input_info(opened.session, 0, &info, error), MATTOCK_USAGE);
    EXPECT_EQ(info.name, nullptr);
  }
  struct {
    mattock_tensor_info info;
    int appended;
  } later{{}, 7};
  later.info.struct_size = sizeof later;
  EXPECT_EQ(mattock_session_input_info(opened.session, 0, &later.info, nullptr), MATTOCK_OK);
  EXPECT_EQ(later.info.struct_size, sizeof later);
  EXPECT_EQ(later.appended, 7);
}

/// Changes one thing about the second input of a run that would work.
mattock_status run_with(mattock_session session, const std::function<void(mattock_array&)>& change,
                        mattock_error* error) {
  FloatArray a = matrix();
  mattock_array in[] = {a.array(), a.array()};
  change(in[1]);
  return mattock_session_run(session, in, 2, nullptr, 0, error);
}

TEST(Misuse, ArraysThatCannotBeAreRefused) {
  Opened opened;
  static const int64_t negative[] = {1, -9, 9}, huge[] = {kHuge, kHuge, kHuge}, empty[] = {1, 0, 9};
  static const int64_t far[] = {0, kHuge / 4, 4}, lowest[] = {4, std::numeric_limits<int64_t>::min(), 4};
  static const std::vector<int64_t> ones(40, 1);
  struct Case {
    const char* message;
    mattock_status status;
    std::function<void(mattock_array&)> change;
  };
  const Case cases[] = {
      {"input 1: dtype 0 is none", MATTOCK_BAD_INPUT, [](auto& a) { a.dtype = 0; }},
      {"input 1: dtype 14 is none", MATTOCK_BAD_INPUT, [](auto& a) { a.dtype = 14; }},
      {"input 1: rank -1 is not from 0 to 32", MATTOCK_BAD_INPUT, [](auto& a) { a.rank = -1; }},
      {"input 1: rank 33 is not from 0 to 32", MATTOCK_BAD_INPUT, [](auto& a) { a.rank = 33, a.shape = ones.data(); }},
      {"input 'onnx::MatMul_1' has shape " /* 32 ones */, MATTOCK_BAD_INPUT,
       [](auto& a) { a.rank = 32, a.shape = ones.data(); }},
      {"input 'onnx::MatMul_1' has shape scalar", MATTOCK_BAD_INPUT, [](auto& a) { a.rank = 0; }},
      {"input 1: shape is NULL", MATTOCK_USAGE, [](auto& a) { a.shape = nullptr; }},
      {"input 1: data is NULL, but the array has 81 elements", MATTOCK_USAGE, [](auto& a) { a.data = nullptr; }},
      {"input 'onnx::MatMul_1' has shape 1x0x9", MATTOCK_BAD_INPUT, [](auto& a) { a.shape = empty, a.data = nullptr; }},
      {"input 1: shape has the negative number -9", MATTOCK_BAD_INPUT, [](auto& a) { a.shape = negative; }},
      {"input 1: shape and strides go beyond what memory can hold", MATTOCK_BAD_INPUT, [](auto& a) { a.shape = huge; }},
      {"input 1: shape and strides go beyond what memory can hold", MATTOCK_BAD_INPUT,
       [](auto& a) { a.strides = far; }},
      {"input 1: shape and strides go beyond what memory can hold", MATTOCK_BAD_INPUT,
       [](auto& a) { a.strides = lowest; }},
      {"input 1: flags 0x2 has bits that mean nothing here", MATTOCK_USAGE, [](auto& a) { a.flags = 2; }},
      {"input 1: reserved is 1, not 0", MATTOCK_USAGE, [](auto& a) { a.reserved = 1; }},
      {"input 1: struct_size is 0, that of the first array 48", MATTOCK_USAGE, [](auto& a) { a.struct_size = 0; }},
      {"input 'onnx::MatMul_1' is float32, but the model takes float16 when numbers are passed through",
       MATTOCK_BAD_INPUT, [](auto& a) { a.flags = MATTOCK_PASS_THROUGH; }},
  };
  static_assert(sizeof(mattock_array) == 48 || sizeof(void*) != 8);
  for (const Case& c : cases) {
    if (sizeof(void*) != 8 && std::strstr(c.message, "that of the first")) continue;
    ErrorText error;
    EXPECT_EQ(run_with(opened.session, c.change, error), c.status) << c.message;
    EXPECT_EQ(std::string(error.error.message).substr(0, std::strlen(c.message)), c.message);
  }
  EXPECT_EQ(run_with(
                opened.session, [](auto&) {}, nullptr),
            MATTOCK_OK);
}

TEST(Misuse, OutputsThatDoNotFitAreRefusedBeforeTheRun) {
  Opened opened;
  FloatArray a = matrix(), c({1, 9, 8}), d = matrix();
  const mattock_array in[] = {a.array(), a.array()};
  mattock_array out[] = {c.array(), d.array()};
  const auto message = [&](size_t count) {
    ErrorText error;
    EXPECT_NE(mattock_session_run(opened.session, in, 2, out, count, error), MATTOCK_OK);
    EXPECT_EQ(mattock_session_report(opened.session, nullptr, 0, nullptr, nullptr), MATTOCK_USAGE) << "it ran";
    return std::string(error.error.message);
  };
  EXPECT_EQ(message(1), "the array for output '2' has shape 1x9x8, the output 1x9x9");
  EXPECT_EQ(message(2), "2 outputs given, the model has 1");
  out[0] = d.array();
  out[0].dtype = MATTOCK_FLOAT64;
  EXPECT_EQ(message(1), "the array for output '2' is float64, but it can be float32 or the model's own type float16");
  out[0].dtype = MATTOCK_FLOAT32;
  out[0].flags = MATTOCK_PASS_THROUGH;
  EXPECT_EQ(message(1), "output 0: flags 0x1 has bits that mean nothing here");
}

TEST(Misuse, FilesThatAreNotModelsAreToldApart) {
  Opened opened;
  mattock_session session = nullptr;
  ErrorText error;
  EXPECT_EQ(mattock_session_load(opened.device, "no such file.rknn", &session, error), MATTOCK_NOT_FOUND);
  EXPECT_EQ(mattock_session_load(opened.device, MATTOCK_TEST_DATA, &session, error), MATTOCK_BAD_FILE);
  EXPECT_EQ(mattock_session_load(opened.device, MATTOCK_TEST_DATA "/seed/a.npy", &session, error), MATTOCK_BAD_FILE);
  EXPECT_EQ(mattock_session_load(opened.device, "", &session, error), MATTOCK_NOT_FOUND);
  EXPECT_EQ(mattock_session_load_memory(opened.device, "", 0, &session, error), MATTOCK_BAD_FILE);
  EXPECT_EQ(session, nullptr);
}

TEST(Misuse, LongTextsAreCutAtACharacter) {
  // U+00E9 twice per five bytes, so that the cut falls inside a character for some lengths.
  std::string name;
  for (int i = 0; i < 1000; ++i) name += "x\xc3\xa9\xc3\xa9";
  for (int extra = 0; extra < 5; ++extra, name += 'y') {
    mattock_device device = nullptr;
    ErrorText error;
    ASSERT_EQ(mattock_device_open(name.c_str(), &device, error), MATTOCK_DEVICE);
    const std::string text = error.error.message;
    ASSERT_GE(text.size(), sizeof error.error.message - 6);
    EXPECT_EQ(text.substr(text.size() - 3), "...");
    const auto before_dots = static_cast<unsigned char>(text[text.size() - 4]);
    EXPECT_TRUE(before_dots < 0x80 || before_dots == 0xa9) << "half a character";
  }
}

TEST(Misuse, AnErrorIsForgottenByTheNextCallThatWorks) {
  ErrorText error;
  size_t count = 0;
  EXPECT_EQ(mattock_device_count(nullptr, error), MATTOCK_USAGE);
  EXPECT_EQ(mattock_device_count(&count, error), MATTOCK_OK);
  EXPECT_EQ(error.error.status, MATTOCK_OK);
  EXPECT_STREQ(error.error.message, "");
}

TEST(Misuse, SessionsOutliveTheHandleOfTheirDevice) {
  Opened opened;
  ASSERT_EQ(mattock_device_close(opened.device, nullptr), MATTOCK_OK);
  FloatArray a = matrix(1), b = matrix(-3), c = matrix();
  const mattock_array in[] = {a.array(), b.array()}, out = c.array();
  ASSERT_EQ(mattock_session_run(opened.session, in, 2, &out, 1, nullptr), MATTOCK_OK);
  EXPECT_EQ(c.numbers, product(a, b));
}

TEST(Misuse, UnknownNumbersHaveANameToo) {
  EXPECT_STREQ(mattock_status_name(99), "unknown");
  EXPECT_STREQ(mattock_dtype_name(0), "unknown");
  EXPECT_STREQ(mattock_dtype_name(MATTOCK_BOOL), "bool");
}

}  // namespace
}  // namespace mattock::test
