/* Every function of convert.h, used once as a C11 program would, in the folder it is given. exports_test.sh looks that
 * none is missing here. */
#include <mattock/convert.h>
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

/* A whole file; the caller frees it. */
static void* read_file(const char* path, size_t* bytes) {
  FILE* file = fopen(path, "rb");
  void* data = malloc(1 << 20);
  *bytes = file != NULL && data != NULL ? fread(data, 1, 1 << 20, file) : 0;
  if (file != NULL) fclose(file);
  return data;
}

static void export_matmul(const char* onnx_path) {
  static const int64_t shape[] = {32, 16};
  static double b[32 * 16];
  const mattock_array constant = {
      .struct_size = sizeof constant, .dtype = MATTOCK_FLOAT64, .rank = 2, .shape = shape, .data = b};
  const mattock_export_matmul_spec spec = {
      .struct_size = sizeof spec, .m = 4, .k = 32, .n = 16, .dtype = MATTOCK_FLOAT16, .constant_b = &constant};
  for (int i = 0; i < 32 * 16; ++i) b[i] = (i - 256) / 64.0;
  EXPECT_OK(mattock_export_matmul(onnx_path, &spec, &error));
}

static void convert(const char* onnx_path, const char* rknn_path) {
  const mattock_convert_options options = {.struct_size = sizeof options, .chip = "rk3566"};
  void* rknn = NULL;
  size_t onnx_bytes = 0, file_bytes = 0, rknn_bytes = 0;
  void* onnx = read_file(onnx_path, &onnx_bytes);
  EXPECT_OK(mattock_convert(onnx_path, rknn_path, NULL, &error));
  void* file = read_file(rknn_path, &file_bytes);
  EXPECT(file_bytes > 64 && memcmp(file, "RKNN", 4) == 0);
  EXPECT_OK(mattock_convert_memory(onnx, onnx_bytes, NULL, &options, &rknn, &rknn_bytes, &error));
  EXPECT(rknn != NULL && rknn_bytes == file_bytes && memcmp(rknn, file, file_bytes) == 0);
  mattock_convert_free(rknn);
  mattock_convert_free(NULL);
  free(file);
  free(onnx);
}

/* Every number of the tensor "c" is 32 x 1 x -0.5; counts the tensors. */
static void look_at_the_product(void* user, const char* name, const mattock_array* array) {
  ++*(int*)user;
  if (strcmp(name, "c") != 0) return;
  EXPECT(array->dtype == MATTOCK_FLOAT32 && array->rank == 2 && array->shape[0] == 4 && array->shape[1] == 16);
  for (int i = 0; i < 4 * 16; ++i) EXPECT(((const float*)array->data)[i] == -16.0f);
}

static void evaluate(const char* onnx_path) {
  static const int64_t a_shape[] = {4, 32}, b_shape[] = {32, 16};
  static int8_t a[4 * 32];
  static double b[32 * 16];
  const mattock_array inputs[] = {
      {.struct_size = sizeof(mattock_array), .dtype = MATTOCK_INT8, .rank = 2, .shape = a_shape, .data = a},
      {.struct_size = sizeof(mattock_array), .dtype = MATTOCK_FLOAT64, .rank = 2, .shape = b_shape, .data = b}};
  const mattock_export_matmul_spec spec = {.struct_size = sizeof spec, .m = 4, .k = 32, .n = 16};
  size_t bytes = 0;
  int tensors = 0;
  for (int i = 0; i < 4 * 32; ++i) a[i] = 1;
  for (int i = 0; i < 32 * 16; ++i) b[i] = -0.5;
  EXPECT_OK(mattock_export_matmul(onnx_path, &spec, &error));
  void* onnx = read_file(onnx_path, &bytes);
  EXPECT_OK(mattock_evaluate(onnx, bytes, NULL, inputs, 2, look_at_the_product, &tensors, &error));
  EXPECT(tensors == 3);
  free(onnx);
}

int main(int argc, char** argv) {
  char onnx_path[4096], rknn_path[4096];
  const char* folder = argc > 1 ? argv[1] : ".";
  snprintf(onnx_path, sizeof onnx_path, "%s/every_function.onnx", folder);
  snprintf(rknn_path, sizeof rknn_path, "%s/every_function.rknn", folder);
  EXPECT(strcmp(mattock_convert_version(), MATTOCK_EXPECTED_VERSION) == 0);
  export_matmul(onnx_path);
  convert(onnx_path, rknn_path);
  evaluate(onnx_path);
  return failures == 0 ? 0 : 1;
}
