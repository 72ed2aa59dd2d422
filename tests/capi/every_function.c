/* Every function of mattock.h, used once as a C11 program would: the header must be C, and what it declares must be
 * there. exports_test.sh looks that none is missing here. */
#include <mattock/mattock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

static void expect(int condition, const char* what, int line) {
  if (condition) return;
  fprintf(stderr, "every_function.c:%d: %s\n", line, what);
  ++failures;
}
#define EXPECT(condition) expect(condition, #condition, __LINE__)
#define EXPECT_OK(status) expect((status) == MATTOCK_OK, error.message, __LINE__)

static mattock_error error = MATTOCK_ERROR_INIT;

static void devices(void) {
  size_t count = 0;
  mattock_device_info info = {.struct_size = sizeof info};
  EXPECT_OK(mattock_device_count(&count, &error));
  EXPECT(count >= 2);
  /* The emulated chips come last: an NPU stands before them. */
  EXPECT_OK(mattock_device_at(count - 2, &info, &error));
  EXPECT(strcmp(info.name, "emulator:rk3566") == 0 && strcmp(info.chip, "rk3566") == 0);
  EXPECT(strcmp(info.kind, "emulator") == 0);
}

/* A whole file; the caller frees it. */
static void* read_file(const char* path, size_t* bytes) {
  FILE* file = fopen(path, "rb");
  void* data = malloc(1 << 20);
  *bytes = file != NULL && data != NULL ? fread(data, 1, 1 << 20, file) : 0;
  if (file != NULL) fclose(file);
  return data;
}

static void inspect(const char* path) {
  size_t needed = 0, needed_from_memory = 0, bytes = 0;
  void* data = read_file(path, &bytes);
  EXPECT(mattock_inspect(path, NULL, 0, &needed, &error) == MATTOCK_TOO_SMALL);
  char* text = malloc(needed);
  EXPECT_OK(mattock_inspect(path, text, needed, NULL, &error));
  EXPECT(strlen(text) + 1 == needed && strstr(text, "\"target\": \"rk3566\"") != NULL);
  EXPECT(mattock_inspect_memory(data, bytes, NULL, 0, &needed_from_memory, &error) == MATTOCK_TOO_SMALL);
  EXPECT(needed_from_memory > 1000);
  free(text);
  free(data);
}

/* Counts tensors called "2" that are the model's output. */
static void look_for_the_output(void* user, const char* name, const mattock_array* array) {
  if (strcmp(name, "2") != 0) return;
  EXPECT(array->dtype == MATTOCK_FLOAT16 && array->rank == 3 && array->shape[2] == 9);
  ++*(int*)user;
}

/* C[i][j] of A times I is A[i][j]: exact, and A is not symmetric. */
static void multiply(mattock_session session) {
  static const int64_t shape[] = {1, 9, 9};
  float a[81], identity[81], c[81], again[81];
  for (int i = 0; i < 81; ++i) {
    a[i] = (float)(i - 40);
    identity[i] = i % 10 == 0 ? 1.0f : 0.0f;
  }
  const mattock_array inputs[] = {
      {.struct_size = sizeof(mattock_array), .dtype = MATTOCK_FLOAT32, .rank = 3, .shape = shape, .data = a},
      {.struct_size = sizeof(mattock_array), .dtype = MATTOCK_FLOAT32, .rank = 3, .shape = shape, .data = identity}};
  const mattock_array output = {
      .struct_size = sizeof(mattock_array), .dtype = MATTOCK_FLOAT32, .rank = 3, .shape = shape, .data = c};
  mattock_array second = output;
  second.data = again;
  char warnings[100] = "x", report[20000];
  EXPECT_OK(mattock_session_run(session, inputs, 2, &output, 1, &error));
  EXPECT(memcmp(a, c, sizeof a) == 0);
  int shown = 0;
  EXPECT_OK(mattock_session_layers(session, inputs, 2, look_for_the_output, &shown, &error));
  EXPECT(shown == 1);
  EXPECT_OK(mattock_session_output(session, 0, &second, &error));
  EXPECT(memcmp(a, again, sizeof a) == 0);
  EXPECT_OK(mattock_session_warnings(session, warnings, sizeof warnings, NULL, &error));
  EXPECT(warnings[0] == '\0');
  EXPECT_OK(mattock_session_report(session, report, sizeof report, NULL, &error));
  EXPECT(strstr(report, "\"submits\"") != NULL);
}

static void session(mattock_device device, const char* path) {
  mattock_session from_file = NULL, from_memory = NULL;
  size_t inputs = 0, outputs = 0, bytes = 0;
  mattock_tensor_info info = {.struct_size = sizeof info};
  void* data = read_file(path, &bytes);
  EXPECT_OK(mattock_session_load(device, path, &from_file, &error));
  EXPECT_OK(mattock_session_load_memory(device, data, bytes, &from_memory, &error));
  memset(data, 0, bytes); /* the library keeps no pointer to it */
  free(data);
  EXPECT_OK(mattock_session_input_count(from_file, &inputs, &error));
  EXPECT_OK(mattock_session_output_count(from_file, &outputs, &error));
  EXPECT(inputs == 2 && outputs == 1);
  EXPECT_OK(mattock_session_input_info(from_file, 1, &info, &error));
  EXPECT(strcmp(info.name, "onnx::MatMul_1") == 0 && info.rank == 3 && info.shape[1] == 9);
  EXPECT(strcmp(mattock_dtype_name(info.dtype), "float16") == 0 && info.quantised == 0);
  EXPECT_OK(mattock_session_output_info(from_memory, 0, &info, &error));
  EXPECT(strcmp(info.name, "2") == 0);
  multiply(from_file);
  multiply(from_memory);
  EXPECT_OK(mattock_session_close(from_memory, &error));
  EXPECT_OK(mattock_session_close(from_file, &error));
}

/* C = A x I on a device, without a model: both ways. */
static void products(mattock_device device) {
  static const int64_t a_shape[] = {2, 3}, b_shape[] = {3, 3};
  const float a[] = {1, 2, 3, 4, 5, 6}, identity[] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  float c[6] = {0}, again[6] = {0};
  const mattock_array left = {
      .struct_size = sizeof left, .dtype = MATTOCK_FLOAT32, .rank = 2, .shape = a_shape, .data = (void*)a};
  const mattock_array right = {
      .struct_size = sizeof right, .dtype = MATTOCK_FLOAT32, .rank = 2, .shape = b_shape, .data = (void*)identity};
  mattock_array result = {.struct_size = sizeof result, .dtype = MATTOCK_FLOAT32, .rank = 2, .shape = a_shape};
  const mattock_matmul_spec spec = {.struct_size = sizeof spec, .m = 2, .k = 3, .n = 3, .flags = MATTOCK_ALLOW_ASSUMED};
  mattock_matmul matmul = NULL;
  mattock_tensor_info info = {.struct_size = sizeof info};
  char text[4000];
  result.data = c;
  EXPECT_OK(mattock_multiply(device, &left, &right, &result, NULL, &error));
  EXPECT(memcmp(a, c, sizeof a) == 0);
  EXPECT_OK(mattock_matmul_create(device, &spec, &matmul, &error));
  EXPECT_OK(mattock_matmul_explain(matmul, text, sizeof text, NULL, &error));
  EXPECT_OK(mattock_matmul_plan(matmul, text + 2000, sizeof text - 2000, NULL, &error));
  EXPECT(strstr(text + 2000, "{\"seconds\":") == text + 2000);
  EXPECT(strstr(text, "C[2, 3] = A[2, 3] x B[3, 3], fp16 to fp32, on rk3566") == text);
  EXPECT_OK(mattock_matmul_array_info(matmul, 0, &info, &error));
  EXPECT(strcmp(info.name, "A") == 0 && info.rank == 2 && info.shape[0] == 2 && info.shape[1] == 3);
  EXPECT_OK(mattock_matmul_set_b(matmul, &right, &error));
  result.data = again;
  EXPECT_OK(mattock_matmul_run(matmul, &left, &result, &error));
  EXPECT(memcmp(a, again, sizeof a) == 0);
  EXPECT_OK(mattock_matmul_close(matmul, &error));
}

/* 1 x 0.25 + 0.5 x 1, in steps of 1/127: within the bound, of at most half a step for each factor. */
static void products_over_int8(mattock_device device) {
  static const int64_t row[] = {1, 2}, column[] = {2, 1}, one[] = {1, 1};
  const double a[] = {1, 0.5}, b[] = {0.25, 1};
  float c = 0;
  double bound = 0;
  const mattock_array left = {
      .struct_size = sizeof left, .dtype = MATTOCK_FLOAT64, .rank = 2, .shape = row, .data = (void*)a};
  const mattock_array right = {
      .struct_size = sizeof right, .dtype = MATTOCK_FLOAT64, .rank = 2, .shape = column, .data = (void*)b};
  const mattock_array result = {
      .struct_size = sizeof result, .dtype = MATTOCK_FLOAT32, .rank = 2, .shape = one, .data = &c};
  const mattock_matmul_spec spec = {
      .struct_size = sizeof spec, .m = 1, .k = 2, .n = 1, .operand = MATTOCK_INT8, .result = MATTOCK_FLOAT32};
  mattock_matmul matmul = NULL;
  EXPECT_OK(mattock_matmul_create(device, &spec, &matmul, &error));
  EXPECT_OK(mattock_matmul_set_b(matmul, &right, &error));
  EXPECT_OK(mattock_matmul_run(matmul, &left, &result, &error));
  EXPECT_OK(mattock_matmul_error_bound(matmul, &bound, &error));
  EXPECT(bound > 0 && bound < 0.02 && c > 0.75 - bound && c < 0.75 + bound);
  EXPECT_OK(mattock_matmul_close(matmul, &error));
}

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : "matmul.rknn";
  mattock_device device = NULL;
  mattock_device_info info = {.struct_size = sizeof info};
  EXPECT(strcmp(mattock_version(), MATTOCK_EXPECTED_VERSION) == 0);
  EXPECT(strcmp(mattock_status_name(MATTOCK_BAD_HANDLE), "bad_handle") == 0);
  devices();
  inspect(path);
  EXPECT_OK(mattock_device_open("auto", &device, &error));
  EXPECT_OK(mattock_device_info_of(device, &info, &error));
  EXPECT(strcmp(info.chip, "rk3566") == 0);
  session(device, path);
  products(device);
  products_over_int8(device);
  EXPECT_OK(mattock_device_close(device, &error));
  return failures == 0 ? 0 : 1;
}
