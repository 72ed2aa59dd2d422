/* Mattock's C interface: devices, models, products of matrices. Everything else (Python, other languages) stands on it.
 *
 *   mattock_error error = MATTOCK_ERROR_INIT;
 *   mattock_device device;
 *   mattock_session session;
 *   if (mattock_device_open("auto", &device, &error) != MATTOCK_OK) ...            error.message says why
 *   if (mattock_session_load(device, "matmul.rknn", &session, &error) != MATTOCK_OK) ...
 *   if (mattock_session_run(session, inputs, 2, outputs, 1, &error) != MATTOCK_OK) ...
 *   mattock_session_close(session, &error);
 *   mattock_device_close(device, &error);
 *
 * and without a model:
 *
 *   if (mattock_multiply(device, &a, &b, &c, NULL, &error) != MATTOCK_OK) ...      C = A x B
 *
 * Rules that hold for every function:
 *
 * - A function that can fail returns a mattock_status and tells the reason in `error`, which may be NULL. Nothing
 *   is written through the other pointers unless the status is MATTOCK_OK (or MATTOCK_TOO_SMALL, where said).
 * - A handle is a number in the shape of a pointer. Handles that are NULL, closed or of another kind are refused
 *   with MATTOCK_BAD_HANDLE, also while another thread closes them; no handle value is used twice.
 * - Any function may be called from any thread. Calls that use one session or one matmul run one after another; a
 *   close returns at once and takes effect when calls that have begun are done.
 * - Structures begin with `struct_size`, which the caller sets to sizeof; fields are only ever appended, so a
 *   program works with every later library of the same major version.
 * - Text is UTF-8 and ends with a zero byte. File names are bytes as the system wants them.
 * - Counts are elements unless a name says bytes. Strides are bytes.
 */
#ifndef MATTOCK_MATTOCK_H
#define MATTOCK_MATTOCK_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define MATTOCK_API __attribute__((visibility("default")))
#else
#define MATTOCK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Status and errors ------------------------------------------------------------------------------------- */

typedef int32_t mattock_status;
enum {
  MATTOCK_OK = 0,
  MATTOCK_USAGE = 1,        /* an argument is NULL or contradicts itself, or a call came in the wrong order */
  MATTOCK_BAD_FILE = 2,     /* a file is damaged or is not what it should be */
  MATTOCK_UNSUPPORTED = 3,  /* well formed, but not covered (yet): the message says what */
  MATTOCK_BAD_INPUT = 4,    /* a value, shape or type does not fit the model or the product */
  MATTOCK_NOT_FOUND = 5,    /* a file, name or index does not exist */
  MATTOCK_DEVICE = 6,       /* a device or driver refused */
  MATTOCK_NOT_MODELLED = 7, /* the emulator met something it does not model */
  MATTOCK_INTERNAL = 8,     /* a fault of Mattock's */
  MATTOCK_BAD_HANDLE = 9,   /* NULL, closed, or a handle of another kind */
  MATTOCK_TOO_SMALL = 10,   /* the caller's buffer is too small: the size that is needed is told */
  MATTOCK_NO_MEMORY = 11    /* this machine has no memory left for it */
};

/* Why a call failed. The caller owns it. Texts that do not fit are cut at a character and end in "...". */
typedef struct mattock_error {
  uint64_t struct_size;
  mattock_status status;
  int32_t reserved;   /* 0 */
  char message[1024]; /* one line: what, what was found, what is allowed */
  char where[512];    /* file or node the message is about; may be empty */
  char hint[512];     /* what to do next; may be empty */
} mattock_error;

#define MATTOCK_ERROR_INIT                       \
  {                                              \
    sizeof(mattock_error), 0, 0, {0}, {0}, { 0 } \
  }

/* "bad_input" for MATTOCK_BAD_INPUT; "unknown" for a number that is none. Static text, never NULL. */
MATTOCK_API const char* mattock_status_name(mattock_status status);

/* The library's version, such as "0.1.0". Static text. */
MATTOCK_API const char* mattock_version(void);

/* ---- Types and arrays -------------------------------------------------------------------------------------- */

typedef int32_t mattock_dtype;
enum {
  MATTOCK_FLOAT16 = 1,
  MATTOCK_FLOAT32 = 2,
  MATTOCK_FLOAT64 = 3,
  MATTOCK_BFLOAT16 = 4,
  MATTOCK_INT8 = 5,
  MATTOCK_UINT8 = 6,
  MATTOCK_INT16 = 7,
  MATTOCK_UINT16 = 8,
  MATTOCK_INT32 = 9,
  MATTOCK_UINT32 = 10,
  MATTOCK_INT64 = 11,
  MATTOCK_UINT64 = 12,
  MATTOCK_BOOL = 13 /* one byte, 0 or not 0 */
};

/* "float16" for MATTOCK_FLOAT16, as NumPy says; "unknown" for a number that is none. Static text, never NULL. */
MATTOCK_API const char* mattock_dtype_name(mattock_dtype dtype);

/* An array in the caller's memory, read or written in place during one call. In an array of these structures
 * all have the struct_size of the first. */
typedef struct mattock_array {
  uint64_t struct_size;
  mattock_dtype dtype;
  int32_t rank;           /* 0 to MATTOCK_MAX_RANK; 0 is one number */
  const int64_t* shape;   /* `rank` numbers, none negative; may be NULL when rank is 0 */
  const int64_t* strides; /* `rank` distances in bytes, of any sign; NULL: row-major without gaps */
  void* data;             /* element [0, 0, ...]; need not be aligned; NULL only for arrays without elements */
  uint32_t flags;         /* MATTOCK_PASS_THROUGH or 0 */
  uint32_t reserved;      /* 0 */
} mattock_array;

#define MATTOCK_MAX_RANK 32

/* For inputs: the numbers are in the model's own type already; no mean, no standard deviation, no quantisation. */
#define MATTOCK_PASS_THROUGH 1u

/* What functions call for each tensor that they show. `name` and `array` last until it returns; it must not throw. */
typedef void (*mattock_visitor)(void* user, const char* name, const mattock_array* array);

/* ---- Devices ----------------------------------------------------------------------------------------------- */

typedef struct mattock_device_handle* mattock_device;

typedef struct mattock_device_info {
  uint64_t struct_size;
  const char* name;   /* what mattock_device_open takes, such as "emulator:rk3566" or "rknpu:rk3566" */
  const char* chip;   /* "rk3566" */
  const char* kind;   /* "rknpu": an NPU behind Rockchip's driver; "emulator": software, on any machine */
  const char* notice; /* one line about the choice "auto" made; empty when there is nothing to say */
} mattock_device_info;

/* How many devices can be opened here. */
MATTOCK_API mattock_status mattock_device_count(size_t* count, mattock_error* error);

/* Device `index` of that list. The texts are static. MATTOCK_NOT_FOUND when index is not below the count. */
MATTOCK_API mattock_status mattock_device_at(size_t index, mattock_device_info* info, mattock_error* error);

/* Opens a device: "rknpu" (an NPU), "rknpu:CHIP" (whatever its device tree says), the path of its node, "emulator" (an
 * RK3566), "emulator:CHIP", or "auto": what the environment's MATTOCK_DEVICE names, else an NPU if one answers, else
 * the emulator. NULL is "auto". MATTOCK_DEVICE for another name, whose hint lists those that exist, and for an NPU that
 * does not answer. */
MATTOCK_API mattock_status mattock_device_open(const char* name, mattock_device* device, mattock_error* error);

/* What was opened. The texts belong to the device and last until it is closed. */
MATTOCK_API mattock_status mattock_device_info_of(mattock_device device, mattock_device_info* info,
                                                  mattock_error* error);

/* Gives the handle back. Sessions and matmuls of the device go on; its memory is freed with the last of them. */
MATTOCK_API mattock_status mattock_device_close(mattock_device device, mattock_error* error);

/* ---- Sessions: a model, loaded and ready to run ------------------------------------------------------------ */

typedef struct mattock_session_handle* mattock_session;

/* Loads a .rknn file. Errors: MATTOCK_NOT_FOUND, MATTOCK_BAD_FILE, MATTOCK_UNSUPPORTED (another chip, operators that
 * are not there yet), MATTOCK_DEVICE (its memory is short). */
MATTOCK_API mattock_status mattock_session_load(mattock_device device, const char* path, mattock_session* session,
                                                mattock_error* error);

/* The same from memory, which is not needed after the call. */
MATTOCK_API mattock_status mattock_session_load_memory(mattock_device device, const void* data, size_t bytes,
                                                       mattock_session* session, mattock_error* error);

MATTOCK_API mattock_status mattock_session_close(mattock_session session, mattock_error* error);

MATTOCK_API mattock_status mattock_session_input_count(mattock_session session, size_t* count, mattock_error* error);
MATTOCK_API mattock_status mattock_session_output_count(mattock_session session, size_t* count, mattock_error* error);

/* One input or output as the model declares it. The pointers belong to the session and last until it is closed. */
typedef struct mattock_tensor_info {
  uint64_t struct_size;
  const char* name;
  const int64_t* shape; /* `rank` numbers, as in ONNX: rank 4 is NCHW */
  int32_t rank;
  mattock_dtype dtype; /* the type the model computes with */
  int32_t quantised;   /* 1: real value = (number - zero_point) * scale; else 0 */
  int32_t zero_point;
  float scale;
  uint32_t reserved; /* 0 */
} mattock_tensor_info;

/* MATTOCK_NOT_FOUND when index is not below the count. */
MATTOCK_API mattock_status mattock_session_input_info(mattock_session session, size_t index, mattock_tensor_info* info,
                                                      mattock_error* error);
MATTOCK_API mattock_status mattock_session_output_info(mattock_session session, size_t index, mattock_tensor_info* info,
                                                       mattock_error* error);

/* Runs the model once.
 *
 * inputs: one array per input, in the model's order, each of exactly the input's shape. Models that compute in float
 * take every type, by value, rounded once to nearest even. Quantised models take their own integer type as quantised
 * already and every other type as real numbers to be quantised. Other inputs take their own type only.
 *
 * outputs: one array per output, written when the run is done: MATTOCK_FLOAT32 (real values) or the model's own type.
 * They may lie where inputs lie; of two that lie on each other either's numbers remain. output_count 0: nothing is
 * written, mattock_session_output reads later.
 *
 * Errors: MATTOCK_BAD_INPUT (count, shape or type), MATTOCK_NOT_MODELLED and MATTOCK_DEVICE from the device, with the
 * nodes it was about. After an error the session can be run again. */
MATTOCK_API mattock_status mattock_session_run(mattock_session session, const mattock_array* inputs, size_t input_count,
                                               const mattock_array* outputs, size_t output_count, mattock_error* error);

/* Runs the model once and shows its inputs and every tensor that a node wrote, as the nodes run: in the shape and type
 * of the file's tensor, MATTOCK_FLOAT32 for bfloat16. Tensors of the file that an operator's tasks keep to themselves
 * are not shown. NPU nodes run one by one, which is slower; the numbers are those of mattock_session_run. `visit` must
 * not call for this session. `inputs` and errors as above. */
MATTOCK_API mattock_status mattock_session_layers(mattock_session session, const mattock_array* inputs,
                                                  size_t input_count, mattock_visitor visit, void* user,
                                                  mattock_error* error);

/* Output `index` of the last run, into `array` as above. MATTOCK_USAGE when no run has succeeded since the load or
 * since the last one that failed. */
MATTOCK_API mattock_status mattock_session_output(mattock_session session, size_t index, const mattock_array* array,
                                                  mattock_error* error);

/* Texts into the caller's buffer: `needed` (may be NULL) gets the bytes of the whole text with its zero byte, also
 * with MATTOCK_TOO_SMALL, which leaves the buffer as it was. `buffer` may be NULL when capacity is 0. */

/* Numbers that the last run lost on their way in (values beyond the range of float16, say): one line each, empty when
 * there are none. */
MATTOCK_API mattock_status mattock_session_warnings(mattock_session session, char* buffer, size_t capacity,
                                                    size_t* needed, mattock_error* error);

/* What the last run did, as JSON: {"submits": [{"first_task", "nodes", "tasks": [...], "events": [...]}], "notices",
 * "warnings"}. Cycles and bytes are the emulator's. MATTOCK_USAGE as for mattock_session_output. */
MATTOCK_API mattock_status mattock_session_report(mattock_session session, char* buffer, size_t capacity,
                                                  size_t* needed, mattock_error* error);

/* ---- Products of matrices, without a model ----------------------------------------------------------------- */

/* What int8 numbers stand for, so that a product can be int8 again: real = (number - zero_point) * scale for A, B and
 * C. Scales are above 0, zero points from -128 to 127. B has one of each, or one for each of its columns. */
typedef struct mattock_scales {
  uint64_t struct_size;
  const float* b_scales;
  const int32_t* b_zero_points;
  uint64_t b_scale_count;      /* 1 or n */
  uint64_t b_zero_point_count; /* 1 or n */
  float a_scale;
  int32_t a_zero_point;
  float c_scale;
  int32_t c_zero_point;
} mattock_scales;

/* What is to be multiplied, and into what. All 0 but struct_size and the dimensions: float16 to float32. */
typedef struct mattock_matmul_spec {
  uint64_t struct_size;
  uint64_t m, k, n;      /* C[m, n] = A[m, k] x B[k, n]; 1 to 2^20 each. mattock_multiply does not look at them */
  mattock_dtype operand; /* MATTOCK_FLOAT16, MATTOCK_INT8; 0: MATTOCK_FLOAT16 (mattock_multiply: see there) */
  mattock_dtype result;  /* of float16: MATTOCK_FLOAT32, MATTOCK_FLOAT16. of int8: MATTOCK_INT32, MATTOCK_INT8,
                          * MATTOCK_FLOAT32 (numbers scaled to int8, see below). 0: the first */
  uint32_t flags;        /* MATTOCK_ALLOW_ASSUMED and MATTOCK_NATIVE_..., or 0 */
  uint32_t reserved;     /* 0 */
  const mattock_scales* scales; /* of int8 results, read during the call; NULL for others */
} mattock_matmul_spec;

/* Use forms of programming the NPU that no program or model of Rockchip's shows, where they are faster: they work on
 * the emulator and may not on the chip. */
#define MATTOCK_ALLOW_ASSUMED 1u

/* For mattock_matmul_create: A, B or C lies as the NPU reads or writes it, for callers who keep it so: it is copied,
 * not reordered. On RK3566 and RK3568, with K = k rounded up to a multiple of 16 (int8: of 32) and N = n rounded up to
 * a multiple of 8 (int8: of 16):
 *
 *                        A [i, j]                 B [i, j]                            C [i, j]
 *   float16 operands     [K/4, m, 4]              [N/8, K/16, 8, 16]                  [N/4, m, 4]
 *   int8 operands        [K/8, m, 8]              [N/16, K/32, 16, 32]                [N/4, m, 4], int8 [N/8, m, 8]
 *   place of an element  [j / s][i][j % s]        [j / s][i / t][j % s][i % t]        [j / s][i][j % s]
 *
 * where s is the last dimension of A and of C, and s and t are the last two of B. mattock_matmul_array_info tells these
 * shapes. Elements of A beyond column k, and of B beyond row k or column n, must be 0; C has no meaning beyond column
 * n. Arrays that lie so have no gaps (their strides are those of a row-major array) and exactly the type of the
 * operands, or of the result. Floats over int8 (below) have no such layouts. */
#define MATTOCK_NATIVE_A 2u
#define MATTOCK_NATIVE_B 4u
#define MATTOCK_NATIVE_C 8u

/* How numbers are handled. float16: A and B are arrays of any type, taken by value and rounded once to float16, to
 * nearest even; values beyond its range become infinite. Their products are exact, summed in binary64 and rounded once
 * to the result's type; an inner dimension that the NPU takes in parts (mattock_matmul_explain tells) rounds the sum of
 * each part to float32 before. int8: A and B are MATTOCK_INT8; sums wrap around in 32 bits. int8 results: each column's
 * factor is a multiple of 2^-14 of the largest, that of the result has 15 bits; halves round to even, and it saturates.
 *
 * int8 to float32: floats over int8, on four times as many multipliers as float16 has. A and B are arrays of any type
 * (int8 too), taken by value; each row of A and each column of B is divided by a scale of its own, its largest finite
 * magnitude / 127, and rounded to int8, to nearest even; the int32 sums are multiplied by both scales and rounded to
 * float32. NaN counts as 0, infinities as the largest finite number of their row or column. k is at most 133,144, so
 * that no sum wraps around. mattock_matmul_error_bound tells how far from exact that is.
 */

/* C = A x B, once, with the shapes of NumPy's matmul: an array of rank 1 is a row (A) or a column (B) whose 1 is
 * not in C's shape, leading dimensions are batches and are broadcast, sizes of 0 give empty arrays or zeros. C has the
 * product's shape and the result's type, any strides, and may lie where A and B lie.
 *
 * spec: NULL, or the types and MATTOCK_ALLOW_ASSUMED. Without an operand type it is MATTOCK_INT8 when both A and B are,
 * else MATTOCK_FLOAT16; int8 to float32 is done only for an operand type that is given.
 *
 * Errors: MATTOCK_BAD_INPUT (shapes that do not fit each other, types that cannot be taken, a matrix with a dimension
 * beyond 2^20), MATTOCK_UNSUPPORTED (types or a shape that no form covers), MATTOCK_USAGE (MATTOCK_NATIVE_...),
 * MATTOCK_DEVICE (its memory is short) and MATTOCK_NOT_MODELLED. A device that fails amid a batch leaves the products
 * in C that were done. */
MATTOCK_API mattock_status mattock_multiply(mattock_device device, const mattock_array* a, const mattock_array* b,
                                            const mattock_array* c, const mattock_matmul_spec* spec,
                                            mattock_error* error);

/* A product of one shape, planned once, with memory on the device for both operands and the result. */
typedef struct mattock_matmul_handle* mattock_matmul;

/* Plans the product and allocates. Errors as above; MATTOCK_USAGE for floats over int8 with MATTOCK_NATIVE_... */
MATTOCK_API mattock_status mattock_matmul_create(mattock_device device, const mattock_matmul_spec* spec,
                                                 mattock_matmul* matmul, mattock_error* error);

/* A (index 0), B (1) or C (2) as the calls below take them: name, shape and rank; dtype is what is multiplied, or the
 * result's type; not quantised. The pointers belong to the matmul and last until it is closed. Waits for no run.
 * MATTOCK_NOT_FOUND for another index. */
MATTOCK_API mattock_status mattock_matmul_array_info(mattock_matmul matmul, size_t index, mattock_tensor_info* info,
                                                     mattock_error* error);

/* B, of shape [k, n] or native, is copied into the device's memory and stays until the next call. After
 * MATTOCK_BAD_INPUT (shape or type) the B before is still there. */
MATTOCK_API mattock_status mattock_matmul_set_b(mattock_matmul matmul, const mattock_array* b, mattock_error* error);

/* C = A x B with A of shape [m, k] and C of [m, n] and the result's type, of any strides, or native. C may lie where A
 * lies. Errors: MATTOCK_USAGE (no B yet), MATTOCK_BAD_INPUT (shape or type), MATTOCK_DEVICE, MATTOCK_NOT_MODELLED. */
MATTOCK_API mattock_status mattock_matmul_run(mattock_matmul matmul, const mattock_array* a, const mattock_array* c,
                                              mattock_error* error);

/* How far any element of the C of the last run that succeeded may be from the exact product of its A and B (finite
 * numbers), before the rounding to float32: of a product of int8 to float32. Threads that share the matmul may have run
 * it meanwhile. MATTOCK_USAGE for products of other types, and before the first run. */
MATTOCK_API mattock_status mattock_matmul_error_bound(mattock_matmul matmul, double* bound, mattock_error* error);

/* How it is done, for people: parts, tiles, banks, tasks, bytes, modelled time, and how well the form is known. A line
 * each; the wording may change. `buffer`, `capacity` and `needed` as for mattock_session_warnings. */
MATTOCK_API mattock_status mattock_matmul_explain(mattock_matmul matmul, char* buffer, size_t capacity, size_t* needed,
                                                  mattock_error* error);

/* The same for programs, as JSON: {"seconds", "tasks", "bytes", "bound", "roofline", "grade", "parts", ...}. Times are
 * the model's, uncalibrated. Keys may be added. */
MATTOCK_API mattock_status mattock_matmul_plan(mattock_matmul matmul, char* buffer, size_t capacity, size_t* needed,
                                               mattock_error* error);

MATTOCK_API mattock_status mattock_matmul_close(mattock_matmul matmul, mattock_error* error);

/* ---- Looking into model files ------------------------------------------------------------------------------ */

/* What is in a .rknn file, as the JSON that `mattock inspect --json` prints; needs no device. */
MATTOCK_API mattock_status mattock_inspect(const char* path, char* buffer, size_t capacity, size_t* needed,
                                           mattock_error* error);
MATTOCK_API mattock_status mattock_inspect_memory(const void* data, size_t bytes, char* buffer, size_t capacity,
                                                  size_t* needed, mattock_error* error);

#ifdef __cplusplus
}
#endif

#endif /* MATTOCK_MATTOCK_H */
