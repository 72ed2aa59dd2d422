/* Multiplies two 9x9 matrices with a model file, from C:
 *   cc multiply.c $(pkg-config --cflags --libs mattock) -o multiply && ./multiply matmul.rknn
 */
#include <mattock/mattock.h>
#include <stdio.h>

enum { kSide = 9 };

static mattock_error error = MATTOCK_ERROR_INIT;

static int failed(const char* what) {
  fprintf(stderr, "%s: %s%s%s\n", what, error.message, error.hint[0] != '\0' ? "; " : "", error.hint);
  return 1;
}

static int multiply(mattock_session session) {
  static const int64_t shape[] = {1, kSide, kSide};
  float a[kSide * kSide], b[kSide * kSide], c[kSide * kSide];
  for (int i = 0; i < kSide * kSide; ++i) {
    a[i] = (float)(i / kSide + 1);               /* row i holds i + 1 */
    b[i] = i / kSide == i % kSide ? 0.5f : 0.0f; /* half the identity */
  }
  const mattock_array inputs[] = {
      {.struct_size = sizeof(mattock_array), .dtype = MATTOCK_FLOAT32, .rank = 3, .shape = shape, .data = a},
      {.struct_size = sizeof(mattock_array), .dtype = MATTOCK_FLOAT32, .rank = 3, .shape = shape, .data = b}};
  const mattock_array output = {
      .struct_size = sizeof(mattock_array), .dtype = MATTOCK_FLOAT32, .rank = 3, .shape = shape, .data = c};
  if (mattock_session_run(session, inputs, 2, &output, 1, &error) != MATTOCK_OK) return failed("run");
  for (int row = 0; row < kSide; ++row) {
    for (int column = 0; column < kSide; ++column) printf(" %4.1f", c[row * kSide + column]);
    printf("\n");
  }
  return 0;
}

int main(int argc, char** argv) {
  mattock_device device;
  mattock_session session;
  mattock_device_info info = {.struct_size = sizeof info};
  if (argc != 2) {
    fprintf(stderr, "usage: multiply matmul.rknn\n");
    return 2;
  }
  if (mattock_device_open("auto", &device, &error) != MATTOCK_OK) return failed("device");
  if (mattock_device_info_of(device, &info, &error) != MATTOCK_OK) return failed("device");
  printf("%s\n", info.name);
  if (mattock_session_load(device, argv[1], &session, &error) != MATTOCK_OK) return failed(argv[1]);
  const int status = multiply(session);
  mattock_session_close(session, NULL);
  mattock_device_close(device, NULL);
  return status;
}
