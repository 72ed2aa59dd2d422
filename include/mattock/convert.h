/* Mattock's converter in C: ONNX models to .rknn files, and small ONNX models. A library of its own, because it brings
 * a reader of ONNX along that running models needs nothing of: link libmattock-convert.so, beside libmattock.so or
 * alone.
 *
 *   mattock_error error = MATTOCK_ERROR_INIT;
 *   if (mattock_convert("net.onnx", "net.rknn", NULL, &error) != MATTOCK_OK) ...       error.message says why
 *
 * The rules of mattock.h hold here too: statuses, errors, struct_size, threads, texts. Nothing here has handles; calls
 * do not wait for each other.
 */
#ifndef MATTOCK_CONVERT_H
#define MATTOCK_CONVERT_H

#include <mattock/mattock.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, "0.1.0"; static. That of libmattock.so must be the same if both are used. */
MATTOCK_API const char* mattock_convert_version(void);

typedef struct mattock_convert_options {
  uint64_t struct_size;
  const char* chip;  /* "rk3566" or "rk3568"; NULL: "rk3566". Files for one run on the other */
  uint32_t flags;    /* MATTOCK_ALLOW_ASSUMED, or 0 */
  uint32_t reserved; /* 0 */
} mattock_convert_options;

/* Converts the ONNX file `onnx_path` and writes the model to `rknn_path`, which appears whole or not at all. Data
 * beside the ONNX file (external data) are read from its folder and nowhere else. The same model gives the same bytes.
 *
 * options: NULL, or the chip and the flags.
 *
 * Errors: MATTOCK_NOT_FOUND, MATTOCK_BAD_FILE (not ONNX, damaged), MATTOCK_UNSUPPORTED (the nodes that are not covered,
 * by name; another chip), MATTOCK_BAD_INPUT (the file cannot be written), MATTOCK_USAGE (both paths name one file). */
MATTOCK_API mattock_status mattock_convert(const char* onnx_path, const char* rknn_path,
                                           const mattock_convert_options* options, mattock_error* error);

/* The same from memory to memory. folder: where external data of the model lie; NULL when it may have none.
 * *rknn: the model's bytes, which the caller gives back with mattock_convert_free. */
MATTOCK_API mattock_status mattock_convert_memory(const void* onnx, size_t onnx_bytes, const char* folder,
                                                  const mattock_convert_options* options, void** rknn,
                                                  size_t* rknn_bytes, mattock_error* error);

/* Frees what mattock_convert_memory gave; NULL does nothing. */
MATTOCK_API void mattock_convert_free(void* rknn);

/* Evaluates an ONNX model on the CPU, slowly and exactly: every sum of products is exact to binary64 and rounded once,
 * to the type of its tensor. It shares no arithmetic with the converter and the emulator, so what a converted model
 * gives can be judged by it.
 *
 * folder: as above. inputs: one array per input of the model, in its order, each of exactly the input's shape and of
 * any type, by value. visit: shown the inputs, every tensor that a node computes, in order, and the outputs that are
 * constants, by their names in the model; operators that are read as one (Gemm) show their result only.
 *
 * Errors: those of mattock_convert_memory; MATTOCK_BAD_INPUT (count or shape). */
MATTOCK_API mattock_status mattock_evaluate(const void* onnx, size_t onnx_bytes, const char* folder,
                                            const mattock_array* inputs, size_t input_count, mattock_visitor visit,
                                            void* user, mattock_error* error);

/* An ONNX model of one product: c [m, n] = a [m, k] x b [k, n], or with a batch c [batch, m, n] of as many. */
typedef struct mattock_export_matmul_spec {
  uint64_t struct_size;
  uint64_t m, k, n;                /* 1 or more each */
  uint64_t batch;                  /* 0: a, b and c are matrices */
  mattock_dtype dtype;             /* of a, b and c: MATTOCK_FLOAT32, MATTOCK_FLOAT16; 0: MATTOCK_FLOAT32 */
  uint32_t reserved;               /* 0 */
  const mattock_array* constant_b; /* stored in the model, its numbers in `dtype`, instead of b as an input; NULL: an
                                    * input. [k, n], with a batch [batch, k, n]; of any type and strides */
} mattock_export_matmul_spec;

/* Writes that model to `path`. Errors: MATTOCK_BAD_INPUT (sizes, types, the shape of B, numbers of B beyond the range
 * of `dtype`; the file cannot be written), MATTOCK_UNSUPPORTED (a model beyond 2 GiB). */
MATTOCK_API mattock_status mattock_export_matmul(const char* path, const mattock_export_matmul_spec* spec,
                                                 mattock_error* error);

#ifdef __cplusplus
}
#endif

#endif /* MATTOCK_CONVERT_H */
