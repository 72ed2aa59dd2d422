// Written by tools/generate_registers.py from src/hw/registers/*.toml: change that, not this.

// clang-format off

#include <array>

#include "hw/registers.hpp"
#include "hw/generated/registers_cmac.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"
#include "hw/generated/registers_pc.hpp"
#include "hw/generated/registers_ppu.hpp"
#include "hw/generated/registers_ppu_rdma.hpp"

namespace mattock::hw {
namespace {

constexpr EnumValue kPrecisionValues[] = {{"int8", 0}, {"int16", 1}, {"fp16", 2}, {"bf16", 3}, {"int32", 4}, {"fp32", 5}, {"int4", 6}, {"tf32", 7}};
constexpr EnumValue kConvModeValues[] = {{"direct", 0}, {"depthwise", 3}};
constexpr EnumValue kOutputModeValues[] = {{"ppu", 1}, {"memory", 4}};
constexpr EnumValue kAluOpValues[] = {{"max", 0}, {"min", 1}, {"add", 2}, {"divide", 3}};
constexpr EnumValue kEwOpValues[] = {{"alu", 0}, {"mul", 1}};
constexpr EnumValue kOperandModeValues[] = {{"per_channel", 0}, {"per_pixel", 1}};
constexpr EnumValue kOperandSizeValues[] = {{"bits_8", 0}, {"bits_16", 1}, {"bits_32", 2}};
constexpr EnumValue kLutTableValues[] = {{"le", 0}, {"lo", 1}};
constexpr EnumValue kPoolingMethodValues[] = {{"average", 0}, {"max", 1}, {"min", 2}};

}  // namespace

namespace pc::tables {
constexpr FieldInfo kOperationEnable[1] = {
    {"op_en", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "board-report", "1: fetch and run"},
};
constexpr FieldInfo kBaseAddress[2] = {
    {"next_address", 31, 4, Encoding::kShifted, 4, {}, "address", Status::kVerified, "recording:hady-rk3566-matmul", "byte address of the words, a multiple of 16"},
    {"slave_mode", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "board-report", "1: registers are written by the CPU, no fetch"},
};
constexpr FieldInfo kRegisterAmounts[1] = {
    {"amount", 15, 0, Encoding::kPlain, 0, {}, "words", Status::kVerified, "recording:hady-rk3566-matmul", "words fetched = (amount + 1) * scale of the chip, scale 1 here"},
};
constexpr FieldInfo kInterruptMask[15] = {
    {"bit_16", 16, 16, Encoding::kPlain, 0, {}, "", Status::kVerified, "board-report", "exists on RK3568, meaning unknown"},
    {"dma_write_error", 13, 13, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "a transfer failed"},
    {"dma_read_error", 12, 12, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "a transfer failed"},
    {"ppu_1", 11, 11, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"ppu_0", 10, 10, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"dpu_1", 9, 9, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"dpu_0", 8, 8, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"core_1", 7, 7, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"core_0", 6, 6, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_csc_1", 5, 5, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_csc_0", 4, 4, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_weight_1", 3, 3, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_weight_0", 2, 2, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_feature_1", 1, 1, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_feature_0", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
};
constexpr FieldInfo kInterruptClear[15] = {
    {"bit_16", 16, 16, Encoding::kPlain, 0, {}, "", Status::kVerified, "board-report", "exists on RK3568, meaning unknown"},
    {"dma_write_error", 13, 13, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "a transfer failed"},
    {"dma_read_error", 12, 12, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "a transfer failed"},
    {"ppu_1", 11, 11, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"ppu_0", 10, 10, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"dpu_1", 9, 9, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"dpu_0", 8, 8, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"core_1", 7, 7, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"core_0", 6, 6, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_csc_1", 5, 5, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_csc_0", 4, 4, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_weight_1", 3, 3, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_weight_0", 2, 2, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_feature_1", 1, 1, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_feature_0", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
};
constexpr FieldInfo kInterruptStatus[15] = {
    {"bit_16", 16, 16, Encoding::kPlain, 0, {}, "", Status::kVerified, "board-report", "exists on RK3568, meaning unknown"},
    {"dma_write_error", 13, 13, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "a transfer failed"},
    {"dma_read_error", 12, 12, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "a transfer failed"},
    {"ppu_1", 11, 11, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"ppu_0", 10, 10, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"dpu_1", 9, 9, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"dpu_0", 8, 8, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"core_1", 7, 7, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"core_0", 6, 6, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_csc_1", 5, 5, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_csc_0", 4, 4, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_weight_1", 3, 3, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_weight_0", 2, 2, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_feature_1", 1, 1, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_feature_0", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
};
constexpr FieldInfo kInterruptRawStatus[15] = {
    {"bit_16", 16, 16, Encoding::kPlain, 0, {}, "", Status::kVerified, "board-report", "exists on RK3568, meaning unknown"},
    {"dma_write_error", 13, 13, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "a transfer failed"},
    {"dma_read_error", 12, 12, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "a transfer failed"},
    {"ppu_1", 11, 11, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"ppu_0", 10, 10, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"dpu_1", 9, 9, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"dpu_0", 8, 8, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"core_1", 7, 7, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"core_0", 6, 6, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_csc_1", 5, 5, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_csc_0", 4, 4, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_weight_1", 3, 3, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_weight_0", 2, 2, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
    {"cna_feature_1", 1, 1, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 1 done"},
    {"cna_feature_0", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group 0 done"},
};
constexpr FieldInfo kTaskCon[3] = {
    {"start_bits", 14, 13, Encoding::kPlain, 0, {}, "verbatim", Status::kAssumed, "manual", "always 3"},
    {"task_pp_en", 12, 12, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "the ping-pong flag of the submit"},
    {"task_number", 11, 0, Encoding::kPlain, 0, {}, "tasks", Status::kVerified, "board-report", "tasks of this submit"},
};
constexpr FieldInfo kTaskDmaBaseAddr[1] = {
    {"base_address", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kVerified, "board-report", "always 0 in practice"},
};
constexpr FieldInfo kTaskStatus[1] = {
    {"tasks_done", 11, 0, Encoding::kPlain, 0, {}, "tasks", Status::kVerified, "board-report", "12-bit counter"},
};
}  // namespace pc::tables

namespace cna::tables {
constexpr FieldInfo kSPointer[7] = {
    {"executer", 16, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that runs while executer_pp_en is off"},
    {"executer_pp_clear", 5, 5, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for execution"},
    {"pointer_pp_clear", 4, 4, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for writes"},
    {"pointer_pp_mode", 3, 3, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: alternate by pointer, after each run of this block"},
    {"executer_pp_en", 2, 2, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the running group alternates"},
    {"pointer_pp_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the write pointer alternates"},
    {"pointer", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that writes go to while pointer_pp_en is off"},
};
constexpr FieldInfo kOperationEnable[1] = {
    {"op_en", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: start"},
};
constexpr FieldInfo kConvCon1[7] = {
    {"nonalign_dma", 30, 30, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "1: reads that are not aligned"},
    {"group_line_off", 29, 29, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "1: lines of a group are not packed"},
    {"deconv", 16, 16, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:op-depth-to-space", "1: transposed convolution, zeros (pad value) between the pixels"},
    {"argb_in", 15, 12, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_img3_i8", "image input, channels interleaved in memory: 8, 9, 10, 11 = 1, 2, 3, 4 channels; 0 = cube"},
    {"proc_precision", 10, 8, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", "type the multipliers work in"},
    {"in_precision", 6, 4, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", "type of the feature map"},
    {"conv_mode", 3, 0, Encoding::kEnum, 0, kConvModeValues, "", Status::kObserved, "vendor-model:conv_dw_s2_i8", ""},
};
constexpr FieldInfo kConvCon2[3] = {
    {"kernel_group", 23, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "always 0 in vendor files"},
    {"feature_grains", 13, 4, Encoding::kPlain, 0, {}, "lines", Status::kVerified, "recording:hady-rk3566-matmul", "lines fetched before the scan starts; too few let the multipliers run before the first weights arrive"},
    {"debug", 2, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
};
constexpr FieldInfo kConvCon3[7] = {
    {"nn_mode", 30, 28, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "multi-core mode of larger chips"},
    {"y_dilation", 25, 21, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:op-dilated-conv", ""},
    {"x_dilation", 20, 16, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:op-dilated-conv", ""},
    {"deconv_y_stride", 13, 11, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:op-depth-to-space", ""},
    {"deconv_x_stride", 10, 8, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:op-depth-to-space", "spread of the input in a transposed convolution"},
    {"y_stride", 5, 3, Encoding::kPlain, 0, {}, "lines", Status::kVerified, "recording:hady-rk3566-matmul", "0: every output line reads the same input line"},
    {"x_stride", 2, 0, Encoding::kPlain, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kConvCon4[1] = {
    {"image_taps", 31, 0, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_img3_i8", "width * height * 9 with 3 interleaved channels, else 0"},
};
constexpr FieldInfo kDataSize0[2] = {
    {"datain_width", 26, 16, Encoding::kPlain, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"datain_height", 10, 0, Encoding::kPlain, 0, {}, "lines", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kDataSize1[2] = {
    {"datain_channel_real", 29, 16, Encoding::kMinusOne, 0, {}, "channels", Status::kVerified, "recording:hady-rk3566-matmul", "channels that hold data; the others are ignored"},
    {"datain_channel", 15, 0, Encoding::kPlain, 0, {}, "channels", Status::kVerified, "recording:hady-rk3566-matmul", "channels declared: whole pixels, or whole slices of 32 bytes in products"},
};
constexpr FieldInfo kDataSize2[1] = {
    {"dataout_width", 10, 0, Encoding::kPlain, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kDataSize3[2] = {
    {"surf_mode", 23, 22, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"dataout_atomics", 21, 0, Encoding::kPlain, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", "output width * height"},
};
constexpr FieldInfo kWeightSize0[1] = {
    {"weight_bytes", 31, 0, Encoding::kPlain, 0, {}, "bytes", Status::kVerified, "recording:hady-rk3566-matmul", "weight_bytes_per_kernel * kernels"},
};
constexpr FieldInfo kWeightSize1[1] = {
    {"weight_bytes_per_kernel", 18, 0, Encoding::kPlain, 0, {}, "bytes", Status::kVerified, "recording:hady-rk3566-matmul", "taps * row; the row's last slice of 24 bytes is stored as 32"},
};
constexpr FieldInfo kWeightSize2[3] = {
    {"weight_width", 28, 24, Encoding::kPlain, 0, {}, "taps", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"weight_height", 20, 16, Encoding::kPlain, 0, {}, "taps", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"weight_kernels", 13, 0, Encoding::kPlain, 0, {}, "kernels", Status::kVerified, "recording:hady-rk3566-matmul", "1 for depthwise"},
};
constexpr FieldInfo kCbufCon0[4] = {
    {"weight_reuse", 13, 13, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv1x1_i8l", "1: weights of the task before stay in the buffer"},
    {"data_reuse", 12, 12, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-stream:rk3566-fp16-128x512x512-b1-ac1", "1: data of the task before stay in the buffer"},
    {"weight_banks", 7, 4, Encoding::kPlain, 0, {}, "banks", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"data_banks", 3, 0, Encoding::kPlain, 0, {}, "banks", Status::kVerified, "recording:hady-rk3566-matmul", "banks for the feature map; a plain count"},
};
constexpr FieldInfo kCbufCon1[2] = {
    {"width", 31, 16, Encoding::kPlain, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", "width of the input"},
    {"data_entries", 13, 0, Encoding::kPlain, 0, {}, "entries", Status::kVerified, "recording:hady-rk3566-matmul", "entries of 32 bytes per line of all channels"},
};
constexpr FieldInfo kCvtCon0[8] = {
    {"truncate_3", 27, 22, Encoding::kPlain, 0, {}, "bits", Status::kAssumed, "manual", "right shift of channel 3"},
    {"truncate_2", 21, 16, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv_img3_i8", "right shift of channel 2"},
    {"truncate_1", 15, 10, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv_img3_i8", "right shift of channel 1"},
    {"truncate_0", 9, 4, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv_img3_i8", "right shift of channel 0"},
    {"cvt_signed", 3, 3, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"cvt_round", 2, 2, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"cvt_add_first", 1, 1, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"cvt_enable", 0, 0, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_img3_i8", "1: pixels are converted (polarity inferred from image layers)"},
};
constexpr FieldInfo kCvtCon1[2] = {
    {"scale", 31, 16, Encoding::kSigned, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"offset", 15, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_img3_i8", ""},
};
constexpr FieldInfo kCvtCon2[2] = {
    {"scale", 31, 16, Encoding::kSigned, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"offset", 15, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_img3_i8", ""},
};
constexpr FieldInfo kCvtCon3[2] = {
    {"scale", 31, 16, Encoding::kSigned, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"offset", 15, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_img3_i8", ""},
};
constexpr FieldInfo kCvtCon4[2] = {
    {"scale", 31, 16, Encoding::kSigned, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"offset", 15, 0, Encoding::kSigned, 0, {}, "", Status::kAssumed, "manual", ""},
};
constexpr FieldInfo kPadCon0[3] = {
    {"pad_value", 31, 16, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv1x1_i8l", "zero point in the stored domain; 0 in float"},
    {"pad_left", 7, 4, Encoding::kPlain, 0, {}, "pixels", Status::kObserved, "vendor-model:conv3x3_i8", ""},
    {"pad_top", 3, 0, Encoding::kPlain, 0, {}, "lines", Status::kObserved, "vendor-model:conv3x3_i8", ""},
};
constexpr FieldInfo kFeatureDataAddr[1] = {
    {"feature_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kVerified, "recording:hady-rk3566-matmul", "address of this task's first pixel"},
};
constexpr FieldInfo kDmaCon0[1] = {
    {"burst", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kVerified, "recording:hady-rk3566-matmul", "written verbatim: 0x00171c07; without bit 20 the multipliers emit a constant"},
};
constexpr FieldInfo kDmaCon1[1] = {
    {"line_stride", 27, 0, Encoding::kPlain, 0, {}, "atoms", Status::kVerified, "recording:hady-rk3566-matmul", "from line to line; image input: bytes of a line / 8, rounded up"},
};
constexpr FieldInfo kDmaCon2[1] = {
    {"surf_stride", 27, 0, Encoding::kPlain, 0, {}, "atoms", Status::kVerified, "recording:hady-rk3566-matmul", "from surface to surface of the whole tensor"},
};
constexpr FieldInfo kFcDataSize0[2] = {
    {"dma_width", 29, 16, Encoding::kPlain, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"dma_height", 10, 0, Encoding::kPlain, 0, {}, "lines", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kFcDataSize1[1] = {
    {"dma_channel", 15, 0, Encoding::kPlain, 0, {}, "channels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kDcompCtrl[1] = {
    {"dcomp_enable", 0, 0, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:op-compressed-weights", "1: weights are compressed (format not decoded)"},
};
constexpr FieldInfo kDcompRegnum[1] = {
    {"regnum", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "0, or 0x492492 with compressed weights"},
};
constexpr FieldInfo kDcompAddr0[1] = {
    {"weight_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kVerified, "recording:hady-rk3566-matmul", "address of this task's first kernel"},
};
constexpr FieldInfo kDcompAddr1[1] = {
    {"chunk_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:op-compressed-weights", "chunk address"},
};
constexpr FieldInfo kDcompAddr2[1] = {
    {"chunk_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:op-compressed-weights", "chunk address"},
};
constexpr FieldInfo kDcompAddr3[1] = {
    {"chunk_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:op-compressed-weights", "chunk address"},
};
constexpr FieldInfo kDcompAddr4[1] = {
    {"chunk_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:op-compressed-weights", "chunk address"},
};
constexpr FieldInfo kDcompAddr5[1] = {
    {"chunk_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:op-compressed-weights", "chunk address"},
};
constexpr FieldInfo kDcompAddr6[1] = {
    {"chunk_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:op-compressed-weights", "chunk address"},
};
constexpr FieldInfo kDcompAddr7[1] = {
    {"chunk_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:op-compressed-weights", "chunk address"},
};
constexpr FieldInfo kDcompAmount0[1] = {
    {"amount", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "unit not decoded"},
};
constexpr FieldInfo kDcompAmount1[1] = {
    {"amount", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "unit not decoded"},
};
constexpr FieldInfo kDcompAmount2[1] = {
    {"amount", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "unit not decoded"},
};
constexpr FieldInfo kDcompAmount3[1] = {
    {"amount", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "unit not decoded"},
};
constexpr FieldInfo kDcompAmount4[1] = {
    {"amount", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "unit not decoded"},
};
constexpr FieldInfo kDcompAmount5[1] = {
    {"amount", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "unit not decoded"},
};
constexpr FieldInfo kDcompAmount6[1] = {
    {"amount", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "unit not decoded"},
};
constexpr FieldInfo kDcompAmount7[1] = {
    {"amount", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:op-compressed-weights", "unit not decoded"},
};
}  // namespace cna::tables

namespace cmac::tables {
constexpr FieldInfo kSPointer[7] = {
    {"executer", 16, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that runs while executer_pp_en is off"},
    {"executer_pp_clear", 5, 5, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for execution"},
    {"pointer_pp_clear", 4, 4, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for writes"},
    {"pointer_pp_mode", 3, 3, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: alternate by pointer, after each run of this block"},
    {"executer_pp_en", 2, 2, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the running group alternates"},
    {"pointer_pp_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the write pointer alternates"},
    {"pointer", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that writes go to while pointer_pp_en is off"},
};
constexpr FieldInfo kOperationEnable[1] = {
    {"op_en", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: start"},
};
constexpr FieldInfo kMiscCfg[3] = {
    {"proc_precision", 13, 12, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"dw_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_dw_s2_i8", "1: depthwise"},
    {"always_one", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1 in every vendor task"},
};
}  // namespace cmac::tables

namespace core::tables {
constexpr FieldInfo kSPointer[7] = {
    {"executer", 16, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that runs while executer_pp_en is off"},
    {"executer_pp_clear", 5, 5, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for execution"},
    {"pointer_pp_clear", 4, 4, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for writes"},
    {"pointer_pp_mode", 3, 3, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: alternate by pointer, after each run of this block"},
    {"executer_pp_en", 2, 2, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the running group alternates"},
    {"pointer_pp_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the write pointer alternates"},
    {"pointer", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that writes go to while pointer_pp_en is off"},
};
constexpr FieldInfo kOperationEnable[1] = {
    {"op_en", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: start"},
};
constexpr FieldInfo kMiscCfg[2] = {
    {"proc_precision", 13, 12, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", "stays fp16 with bf16 data"},
    {"dw_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_dw_s2_i8", "1: depthwise"},
};
constexpr FieldInfo kDataoutSize0[2] = {
    {"dataout_height", 31, 16, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-stream:rk3566-fp16-4x32x16-b1-ac0", ""},
    {"dataout_width", 15, 0, Encoding::kMinusOne, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kDataoutSize1[1] = {
    {"dataout_channel", 12, 0, Encoding::kMinusOne, 0, {}, "channels", Status::kVerified, "recording:hady-rk3566-matmul", "a multiple of 8 (16-bit types) or 16 (int8); depthwise 16 or 32"},
};
constexpr FieldInfo kClipTruncate[2] = {
    {"round_type", 6, 6, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", ""},
    {"clip_truncate", 4, 0, Encoding::kPlain, 0, {}, "bits", Status::kAssumed, "inferred", "right shift of the accumulator"},
};
}  // namespace core::tables

namespace dpu::tables {
constexpr FieldInfo kSPointer[7] = {
    {"executer", 16, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that runs while executer_pp_en is off"},
    {"executer_pp_clear", 5, 5, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for execution"},
    {"pointer_pp_clear", 4, 4, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for writes"},
    {"pointer_pp_mode", 3, 3, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: alternate by pointer, after each run of this block"},
    {"executer_pp_en", 2, 2, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the running group alternates"},
    {"pointer_pp_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the write pointer alternates"},
    {"pointer", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that writes go to while pointer_pp_en is off"},
};
constexpr FieldInfo kOperationEnable[1] = {
    {"op_en", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: start"},
};
constexpr FieldInfo kFeatureModeCfg[8] = {
    {"tp_en", 30, 30, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: transposed write, each pixel becomes a row"},
    {"regroup", 29, 26, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"nonalign", 25, 25, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-stream:rk3566-fp16-1x1024x4096-b1-ac0", "1: one contiguous stream of 8-byte units in order of arrival"},
    {"surf_len", 24, 9, Encoding::kPlain, 0, {}, "atoms", Status::kObserved, "vendor-stream:rk3566-fp16-1x1024x4096-b1-ac0", "length of that stream: bytes / 8"},
    {"burst_len", 8, 7, Encoding::kPlain, 0, {}, "verbatim", Status::kVerified, "recording:hady-rk3566-matmul", "always 2"},
    {"conv_mode", 5, 4, Encoding::kEnum, 0, kConvModeValues, "", Status::kObserved, "vendor-model:conv_dw_s2_i8", "depthwise or not"},
    {"output_mode", 3, 1, Encoding::kEnum, 0, kOutputModeValues, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"flying_mode", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: data come from DPU_RDMA, 0: from CORE"},
};
constexpr FieldInfo kDataFormat[7] = {
    {"out_precision", 31, 29, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", "type that is written"},
    {"in_precision", 28, 26, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", "type of the element-wise operand"},
    {"ew_shift_neg", 25, 16, Encoding::kPlain, 0, {}, "bits", Status::kAssumed, "manual", "right shift of negative values in EW"},
    {"bn_shift_neg", 15, 10, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv_silu_q", "right shift of negative values in BN"},
    {"bs_shift_neg", 9, 4, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv3x3_i8", "right shift of negative values in BS"},
    {"mc_surf_out", 3, 3, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"proc_precision", 2, 0, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", "type of the arithmetic"},
};
constexpr FieldInfo kOffsetPend[1] = {
    {"offset_pend", 15, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mm_9x9x9_i8", "stored in channels from the original count on; int16 or fp16"},
};
constexpr FieldInfo kDstBaseAddr[1] = {
    {"dst_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kVerified, "recording:hady-rk3566-matmul", "address of this task's first element"},
};
constexpr FieldInfo kDstSurfStride[1] = {
    {"dst_surf_stride", 31, 0, Encoding::kPlain, 0, {}, "bytes", Status::kVerified, "recording:hady-rk3566-matmul", "from surface to surface, a multiple of 8"},
};
constexpr FieldInfo kDataCubeWidth[1] = {
    {"width", 12, 0, Encoding::kMinusOne, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kDataCubeHeight[2] = {
    {"minmax_ctl", 24, 22, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"height", 12, 0, Encoding::kMinusOne, 0, {}, "lines", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kDataCubeNotch[2] = {
    {"notch_1", 28, 16, Encoding::kPlain, 0, {}, "atoms", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"notch_0", 12, 0, Encoding::kPlain, 0, {}, "atoms", Status::kVerified, "recording:hady-rk3566-matmul", "8-byte units, two per pixel of 32-bit output"},
};
constexpr FieldInfo kDataCubeChannel[2] = {
    {"orig_channel", 28, 16, Encoding::kMinusOne, 0, {}, "channels", Status::kVerified, "recording:hady-rk3566-matmul", "channels that hold data"},
    {"channel", 12, 0, Encoding::kMinusOne, 0, {}, "channels", Status::kVerified, "recording:hady-rk3566-matmul", "channels declared"},
};
constexpr FieldInfo kBsCfg[8] = {
    {"bs_alu_src", 8, 8, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv1x1_i8l", "1: ALU operand from memory, 0: from the register"},
    {"bs_relux_en", 7, 7, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:op-clip", "1: limit to relux_cmp"},
    {"bs_relu_bypass", 6, 6, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"bs_mul_prelu", 5, 5, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:op-leaky-relu", "1: only negative values are multiplied"},
    {"bs_mul_bypass", 4, 4, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"bs_alu_algo", 3, 2, Encoding::kEnum, 0, kAluOpValues, "", Status::kObserved, "vendor-model:conv1x1_i8l", ""},
    {"bs_alu_bypass", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"bs_bypass", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the whole stage"},
};
constexpr FieldInfo kBsAluCfg[1] = {
    {"bs_alu_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:conv1x1_i8l", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kBsMulCfg[4] = {
    {"bs_mul_operand", 31, 16, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:conv1x1_i8l", "int16, or fp16 (bf16) in float modes"},
    {"bs_mul_shift", 13, 8, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv3x3_i8", "right shift of values >= 0"},
    {"bs_mul_shift_src", 1, 1, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "1: shift from memory"},
    {"bs_mul_src", 0, 0, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv3x3_i8", "1: operand from memory"},
};
constexpr FieldInfo kBsReluxCmp[1] = {
    {"bs_relux_cmp", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:op-clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kBsOwCfg[7] = {
    {"regroup_count", 31, 28, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"other_transpose", 27, 27, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"size_e_2", 10, 8, Encoding::kMinusOne, 0, {}, "surfaces", Status::kVerified, "recording:hady-rk3566-matmul", "surfaces written side by side; all three equal"},
    {"size_e_1", 7, 5, Encoding::kMinusOne, 0, {}, "surfaces", Status::kVerified, "recording:hady-rk3566-matmul", "surfaces written side by side; all three equal"},
    {"size_e_0", 4, 2, Encoding::kMinusOne, 0, {}, "surfaces", Status::kVerified, "recording:hady-rk3566-matmul", "surfaces written side by side; all three equal"},
    {"ow_bypass", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: no OW stage"},
    {"ow_src", 0, 0, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv3x3_i8", "1: OW operand from memory"},
};
constexpr FieldInfo kBsOwOp[1] = {
    {"ow_op", 31, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv1x1_i8l", "minus the zero point of the weights, sign-extended from 16 bits"},
};
constexpr FieldInfo kBnCfg[8] = {
    {"bn_alu_src", 8, 8, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:batchnorm_q", "1: ALU operand from memory, 0: from the register"},
    {"bn_relux_en", 7, 7, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "1: limit to relux_cmp"},
    {"bn_relu_bypass", 6, 6, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"bn_mul_prelu", 5, 5, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:mmc_bias_leaky_i8", "1: only negative values are multiplied"},
    {"bn_mul_bypass", 4, 4, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"bn_alu_algo", 3, 2, Encoding::kEnum, 0, kAluOpValues, "", Status::kObserved, "vendor-model:mm_9x9x9_i8", ""},
    {"bn_alu_bypass", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"bn_bypass", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the whole stage"},
};
constexpr FieldInfo kBnAluCfg[1] = {
    {"bn_alu_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mm_9x9x9_i8", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kBnMulCfg[4] = {
    {"bn_mul_operand", 31, 16, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_bias_leaky_i8", "int16, or fp16 (bf16) in float modes"},
    {"bn_mul_shift", 13, 8, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv_silu_q", "right shift of values >= 0"},
    {"bn_mul_shift_src", 1, 1, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "1: shift from memory"},
    {"bn_mul_src", 0, 0, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:prelu_q", "1: operand from memory"},
};
constexpr FieldInfo kBnReluxCmp[1] = {
    {"bn_relux_cmp", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kEwCfg[13] = {
    {"ew_cvt_add_first", 31, 31, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:mmc_add_relu_i8", "1: operand converter adds before it multiplies"},
    {"ew_cvt_round", 30, 30, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"ew_data_mode", 29, 28, Encoding::kEnum, 0, kOperandModeValues, "", Status::kObserved, "vendor-model:mmc_4x3200x8", ""},
    {"ew_relux_en", 10, 10, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"ew_relu_bypass", 9, 9, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"ew_op_cvt_bypass", 8, 8, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: operand is not converted"},
    {"ew_lut_bypass", 7, 7, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"ew_op_src", 6, 6, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:mmc_4x3200x8", "1: operand from memory, 0: from ew_op_value"},
    {"ew_mul_prelu", 5, 5, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"ew_alu_algo", 4, 3, Encoding::kEnum, 0, kAluOpValues, "", Status::kObserved, "vendor-model:mmc_4x3200x8", ""},
    {"ew_op_type", 2, 2, Encoding::kEnum, 0, kEwOpValues, "", Status::kObserved, "vendor-model:layernorm_f", ""},
    {"ew_op_bypass", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
    {"ew_bypass", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the whole stage"},
};
constexpr FieldInfo kEwCvtOffset[1] = {
    {"ew_cvt_offset", 31, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:mmc_add_relu_i8", "minus the operand's zero point"},
};
constexpr FieldInfo kEwCvtScale[3] = {
    {"ew_truncate", 31, 22, Encoding::kPlain, 0, {}, "bits", Status::kAssumed, "manual", "right shift of the EW result"},
    {"ew_cvt_shift", 21, 16, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:mmc_add_relu_i8", "right shift of the converted operand"},
    {"ew_cvt_scale", 15, 0, Encoding::kSigned, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kEwReluxCmp[1] = {
    {"ew_relux_cmp", 31, 0, Encoding::kWord, 0, {}, "", Status::kAssumed, "manual", ""},
};
constexpr FieldInfo kOutCvtOffset[1] = {
    {"out_cvt_offset", 31, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv1x1_i8l", "zero point of the result"},
};
constexpr FieldInfo kOutCvtScale[2] = {
    {"fp32_to_fp16", 16, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "not set on RK356x"},
    {"out_cvt_scale", 15, 0, Encoding::kSigned, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kOutCvtShift[4] = {
    {"out_cvt_add_first", 31, 31, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"out_cvt_round", 30, 30, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"minus_exp", 19, 12, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"out_cvt_shift", 11, 0, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv1x1_i8l", ""},
};
constexpr FieldInfo kEwOpValue0[1] = {
    {"ew_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kEwOpValue1[1] = {
    {"ew_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kEwOpValue2[1] = {
    {"ew_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kEwOpValue3[1] = {
    {"ew_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kEwOpValue4[1] = {
    {"ew_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kEwOpValue5[1] = {
    {"ew_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kEwOpValue6[1] = {
    {"ew_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kEwOpValue7[1] = {
    {"ew_operand", 31, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:mmc_clip", "int32, or fp32 in float modes"},
};
constexpr FieldInfo kSurfaceAdd[1] = {
    {"surface_add", 31, 0, Encoding::kPlain, 0, {}, "bytes", Status::kVerified, "recording:hady-rk3566-matmul", "from one group of size_e surfaces to the next"},
};
constexpr FieldInfo kLutAccessCfg[2] = {
    {"lut_write", 17, 17, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: lut_access_data writes"},
    {"lut_table", 16, 16, Encoding::kEnum, 0, kLutTableValues, "", Status::kObserved, "vendor-model:conv_silu_q", ""},
};
constexpr FieldInfo kLutAccessData[1] = {
    {"lut_data", 31, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "int16, sign-extended"},
};
constexpr FieldInfo kLutCfg[1] = {
    {"mode", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:conv_silu_q", "written verbatim: 0x68"},
};
constexpr FieldInfo kLutInfo[2] = {
    {"lo_index_shift", 23, 16, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv_silu_q", "units per entry = 2^shift; which field is which table is inferred"},
    {"le_index_shift", 15, 8, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv_silu_q", ""},
};
constexpr FieldInfo kLutLeStart[1] = {
    {"le_start", 31, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", ""},
};
constexpr FieldInfo kLutLeEnd[1] = {
    {"le_end", 31, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", ""},
};
constexpr FieldInfo kLutLoStart[1] = {
    {"lo_start", 31, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", ""},
};
constexpr FieldInfo kLutLoEnd[1] = {
    {"lo_end", 31, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", ""},
};
constexpr FieldInfo kLutLeSlopeScale[2] = {
    {"le_overflow_scale", 31, 16, Encoding::kSigned, 0, {}, "", Status::kAssumed, "inferred", ""},
    {"le_underflow_scale", 15, 0, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:sigmoid_f", ""},
};
constexpr FieldInfo kLutLeSlopeShift[2] = {
    {"le_overflow_shift", 9, 5, Encoding::kPlain, 0, {}, "bits", Status::kAssumed, "inferred", ""},
    {"le_underflow_shift", 4, 0, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:sigmoid_f", ""},
};
constexpr FieldInfo kLutLoSlopeScale[2] = {
    {"lo_overflow_scale", 31, 16, Encoding::kSigned, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", ""},
    {"lo_underflow_scale", 15, 0, Encoding::kSigned, 0, {}, "", Status::kAssumed, "inferred", ""},
};
constexpr FieldInfo kLutLoSlopeShift[2] = {
    {"lo_overflow_shift", 9, 5, Encoding::kPlain, 0, {}, "bits", Status::kObserved, "vendor-model:conv_silu_q", ""},
    {"lo_underflow_shift", 4, 0, Encoding::kPlain, 0, {}, "bits", Status::kAssumed, "inferred", ""},
};
}  // namespace dpu::tables

namespace dpu_rdma::tables {
constexpr FieldInfo kSPointer[7] = {
    {"executer", 16, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that runs while executer_pp_en is off"},
    {"executer_pp_clear", 5, 5, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for execution"},
    {"pointer_pp_clear", 4, 4, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv_silu_q", "1: back to group 0 for writes"},
    {"pointer_pp_mode", 3, 3, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: alternate by pointer, after each run of this block"},
    {"executer_pp_en", 2, 2, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the running group alternates"},
    {"pointer_pp_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: the write pointer alternates"},
    {"pointer", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that writes go to while pointer_pp_en is off"},
};
constexpr FieldInfo kOperationEnable[1] = {
    {"op_en", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: start"},
};
constexpr FieldInfo kDataCubeWidth[1] = {
    {"width", 12, 0, Encoding::kMinusOne, 0, {}, "pixels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kDataCubeHeight[2] = {
    {"ew_line_notch", 28, 16, Encoding::kPlain, 0, {}, "pixels", Status::kAssumed, "manual", "gap at the end of the operand's lines; not exercised"},
    {"height", 12, 0, Encoding::kMinusOne, 0, {}, "lines", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kDataCubeChannel[1] = {
    {"channel", 12, 0, Encoding::kMinusOne, 0, {}, "channels", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kSrcBaseAddr[1] = {
    {"src_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kVerified, "recording:hady-rk3566-matmul", ""},
};
constexpr FieldInfo kBrdmaCfg[4] = {
    {"brdma_use_mul", 3, 3, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv3x3_i8", "2 bytes per channel"},
    {"brdma_use_ow", 2, 2, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv3x3_i8", "2 bytes per channel"},
    {"brdma_use_alu", 1, 1, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:conv1x1_i8l", "4 bytes per channel"},
    {"brdma_disable", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: off"},
};
constexpr FieldInfo kBsBaseAddr[1] = {
    {"bs_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:gemm_bias", ""},
};
constexpr FieldInfo kBsLength[1] = {
    {"bs_length", 15, 0, Encoding::kMinusOne, 0, {}, "8-byte units", Status::kObserved, "vendor-model:conv1x1_i8l", "channels * bytes of a record / 8"},
};
constexpr FieldInfo kNrdmaCfg[4] = {
    {"nrdma_use_mul", 3, 3, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:prelu_q", "2 bytes per channel"},
    {"nrdma_use_ow", 2, 2, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", ""},
    {"nrdma_use_alu", 1, 1, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:batchnorm_q", "4 bytes per channel"},
    {"nrdma_disable", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: off"},
};
constexpr FieldInfo kBnBaseAddr[1] = {
    {"bn_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:batchnorm_q", ""},
};
constexpr FieldInfo kBnLength[1] = {
    {"bn_length", 15, 0, Encoding::kMinusOne, 0, {}, "8-byte units", Status::kObserved, "vendor-model:batchnorm_q", "channels * bytes of a record / 8"},
};
constexpr FieldInfo kErdmaCfg[3] = {
    {"erdma_data_mode", 31, 30, Encoding::kEnum, 0, kOperandModeValues, "", Status::kObserved, "vendor-model:mmc_4x3200x8", ""},
    {"erdma_data_size", 3, 2, Encoding::kEnum, 0, kOperandSizeValues, "", Status::kObserved, "vendor-model:mmc_4x3200x8", ""},
    {"erdma_disable", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: off"},
};
constexpr FieldInfo kEwBaseAddr[1] = {
    {"ew_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:layernorm_f", ""},
};
constexpr FieldInfo kEwSurfNotch[1] = {
    {"ew_surf_notch", 31, 0, Encoding::kPlain, 0, {}, "bytes", Status::kObserved, "vendor-model:mmc_4x3200x8", "surface stride - 8; 0 with one surface or an operand per channel"},
};
constexpr FieldInfo kEwSurfStride[1] = {
    {"ew_surf_stride", 31, 0, Encoding::kPlain, 0, {}, "bytes", Status::kObserved, "vendor-model:mmc_4x3200x8", "from surface to surface of the whole tensor"},
};
constexpr FieldInfo kFeatureModeCfg[8] = {
    {"in_precision", 17, 15, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", "type of the main data"},
    {"burst_len", 14, 11, Encoding::kPlain, 0, {}, "verbatim", Status::kVerified, "recording:hady-rk3566-matmul", "8; other values can hang the bus"},
    {"comb_use", 10, 8, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"proc_precision", 7, 5, Encoding::kEnum, 0, kPrecisionValues, "", Status::kVerified, "recording:hady-rk3566-matmul", "type of the arithmetic"},
    {"mrdma_disable", 4, 4, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "1: main reader off"},
    {"mrdma_fp16_to_fp32", 3, 3, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"conv_mode", 2, 1, Encoding::kEnum, 0, kConvModeValues, "", Status::kObserved, "vendor-model:conv_dw_s2_i8", ""},
    {"flying_mode", 0, 0, Encoding::kPlain, 0, {}, "", Status::kVerified, "recording:hady-rk3566-matmul", "1: main data from memory, 0: from CORE"},
};
constexpr FieldInfo kSrcDmaCfg[7] = {
    {"line_notch", 31, 19, Encoding::kPlain, 0, {}, "pixels", Status::kObserved, "vendor-model:mm3_b4", "gap at the end of every line"},
    {"pooling_method", 13, 13, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"unpooling_en", 12, 12, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:resize_n2_q", "1: pixels are repeated"},
    {"kernel_stride_height", 11, 9, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:resize_n2_q", ""},
    {"kernel_stride_width", 8, 6, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:resize_n2_q", ""},
    {"pooling_kernel_height", 5, 3, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:resize_n2_q", ""},
    {"pooling_kernel_width", 2, 0, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:resize_n2_q", ""},
};
constexpr FieldInfo kSurfNotch[1] = {
    {"surf_notch", 31, 0, Encoding::kSigned, 0, {}, "bytes", Status::kVerified, "recording:hady-rk3566-matmul", "from the last pixel read of a surface to the next surface; negative when lines are farther apart than surfaces"},
};
constexpr FieldInfo kWeight[1] = {
    {"weights", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kVerified, "recording:hady-rk3566-matmul", "written verbatim: 0x01010101"},
};
}  // namespace dpu_rdma::tables

namespace ppu::tables {
constexpr FieldInfo kSPointer[7] = {
    {"executer", 16, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that runs while executer_pp_en is off"},
    {"executer_pp_clear", 5, 5, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:sigmoid_f", "1: back to group 0 for execution"},
    {"pointer_pp_clear", 4, 4, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:sigmoid_f", "1: back to group 0 for writes"},
    {"pointer_pp_mode", 3, 3, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "1: alternate by pointer, after each run of this block"},
    {"executer_pp_en", 2, 2, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "1: the running group alternates"},
    {"pointer_pp_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "1: the write pointer alternates"},
    {"pointer", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that writes go to while pointer_pp_en is off"},
};
constexpr FieldInfo kOperationEnable[1] = {
    {"op_en", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: start"},
};
constexpr FieldInfo kDataCubeInWidth[1] = {
    {"cube_in_width", 12, 0, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kDataCubeInHeight[1] = {
    {"cube_in_height", 12, 0, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kDataCubeInChannel[1] = {
    {"cube_in_channel", 12, 0, Encoding::kMinusOne, 0, {}, "channels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kDataCubeOutWidth[1] = {
    {"cube_out_width", 12, 0, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kDataCubeOutHeight[1] = {
    {"cube_out_height", 12, 0, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kDataCubeOutChannel[1] = {
    {"cube_out_channel", 12, 0, Encoding::kMinusOne, 0, {}, "channels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kOperationModeCfg[4] = {
    {"index_en", 30, 30, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""},
    {"notch", 28, 16, Encoding::kPlain, 0, {}, "pixels", Status::kObserved, "vendor-model:max_k5s1p2_q", "gap at the end of every output line"},
    {"from_memory", 4, 4, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "1: input from PPU_RDMA, 0: from the DPU"},
    {"pooling_method", 1, 0, Encoding::kEnum, 0, kPoolingMethodValues, "", Status::kObserved, "vendor-model:max_k5s1p2_q", ""},
};
constexpr FieldInfo kPoolingKernelCfg[4] = {
    {"kernel_stride_height", 23, 20, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:op-max-pool-stride-2", ""},
    {"kernel_stride_width", 19, 16, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:op-max-pool-stride-2", ""},
    {"kernel_height", 11, 8, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
    {"kernel_width", 3, 0, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kRecipKernelWidth[1] = {
    {"recip_kernel_width", 16, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "65536 / width as integer or fp16; 0 for maximum"},
};
constexpr FieldInfo kRecipKernelHeight[1] = {
    {"recip_kernel_height", 16, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "65536 / height as integer or fp16; 0 for maximum"},
};
constexpr FieldInfo kPoolingPaddingCfg[4] = {
    {"pad_bottom", 15, 12, Encoding::kPlain, 0, {}, "lines", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
    {"pad_right", 11, 8, Encoding::kPlain, 0, {}, "pixels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
    {"pad_top", 7, 4, Encoding::kPlain, 0, {}, "lines", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
    {"pad_left", 3, 0, Encoding::kPlain, 0, {}, "pixels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kPaddingValue1[1] = {
    {"pad_value", 18, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:max_k5s1p2_q", "int8: 19 bits, signed (0x7ff80 = -128); fp16: low 16 bits"},
};
constexpr FieldInfo kPaddingValue2[1] = {
    {"pad_value", 18, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:max_k5s1p2_q", "int8: 19 bits, signed (0x7ff80 = -128); fp16: low 16 bits"},
};
constexpr FieldInfo kPaddingValue3[1] = {
    {"pad_value", 18, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:max_k5s1p2_q", "int8: 19 bits, signed (0x7ff80 = -128); fp16: low 16 bits"},
};
constexpr FieldInfo kPaddingValue4[1] = {
    {"pad_value", 18, 0, Encoding::kWord, 0, {}, "", Status::kObserved, "vendor-model:max_k5s1p2_q", "int8: 19 bits, signed (0x7ff80 = -128); fp16: low 16 bits"},
};
constexpr FieldInfo kDstBaseAddr[1] = {
    {"dst_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:max_k5s1p2_q", ""},
};
constexpr FieldInfo kDstSurfStride[1] = {
    {"dst_surf_stride", 31, 0, Encoding::kPlain, 0, {}, "bytes", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kDataFormat[3] = {
    {"index_add", 31, 3, Encoding::kShifted, 3, {}, "bytes", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "surface stride of the result"},
    {"flattened", 2, 2, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:sigmoid_f", "1 when the DPU feeds a cube of another shape; meaning open"},
    {"proc_precision", 1, 0, Encoding::kEnum, 0, kPrecisionValues, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kMiscCtrl[1] = {
    {"mode", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "written verbatim: 3, or 0 when the DPU feeds a cube of another shape"},
};
}  // namespace ppu::tables

namespace ppu_rdma::tables {
constexpr FieldInfo kSPointer[7] = {
    {"executer", 16, 16, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that runs while executer_pp_en is off"},
    {"executer_pp_clear", 5, 5, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: back to group 0 for execution"},
    {"pointer_pp_clear", 4, 4, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: back to group 0 for writes"},
    {"pointer_pp_mode", 3, 3, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "1: alternate by pointer, after each run of this block"},
    {"executer_pp_en", 2, 2, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "1: the running group alternates"},
    {"pointer_pp_en", 1, 1, Encoding::kPlain, 0, {}, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "1: the write pointer alternates"},
    {"pointer", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", "group that writes go to while pointer_pp_en is off"},
};
constexpr FieldInfo kOperationEnable[1] = {
    {"op_en", 0, 0, Encoding::kPlain, 0, {}, "", Status::kAssumed, "inferred", "1: start"},
};
constexpr FieldInfo kCubeInWidth[1] = {
    {"cube_in_width", 12, 0, Encoding::kMinusOne, 0, {}, "pixels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kCubeInHeight[1] = {
    {"cube_in_height", 12, 0, Encoding::kMinusOne, 0, {}, "lines", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kCubeInChannel[1] = {
    {"cube_in_channel", 12, 0, Encoding::kMinusOne, 0, {}, "channels", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
constexpr FieldInfo kUnnamed7018[1] = {
    {"mode", 31, 0, Encoding::kPlain, 0, {}, "verbatim", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "written verbatim: 1"},
};
constexpr FieldInfo kSrcBaseAddr[1] = {
    {"src_base_addr", 31, 0, Encoding::kPlain, 0, {}, "address", Status::kObserved, "vendor-model:max_k5s1p2_q", ""},
};
constexpr FieldInfo kSrcLineStride[1] = {
    {"src_line_stride", 31, 0, Encoding::kPlain, 0, {}, "bytes", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "width * 8 of the whole tensor"},
};
constexpr FieldInfo kSrcSurfStride[1] = {
    {"src_surf_stride", 31, 0, Encoding::kPlain, 0, {}, "bytes", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", "of the whole tensor"},
};
constexpr FieldInfo kDataFormat[1] = {
    {"in_precision", 1, 0, Encoding::kEnum, 0, kPrecisionValues, "", Status::kObserved, "vendor-model:avg_k3s1p1inc_f", ""},
};
}  // namespace ppu_rdma::tables

namespace {

constexpr RegisterInfo kPcRegisters[] = {
    {Block::kPc, 0x0000, "version", 0x00000000, 0x00000000, false, {}, "Hardware version, read only; the driver hands it to programs."},
    {Block::kPc, 0x0004, "version_num", 0x00000000, 0x00000000, false, {}, "Second half of the hardware version, read only."},
    {Block::kPc, 0x0008, "operation_enable", 0x00000000, 0x00000001, false, pc::tables::kOperationEnable, "Written by the kernel: 1, then 0, to start a submit."},
    {Block::kPc, 0x0010, "base_address", 0x00000000, 0xfffffff1, false, pc::tables::kBaseAddress, "Where the next words are: written by the kernel for the first task, by the first tail word for the next."},
    {Block::kPc, 0x0014, "register_amounts", 0x00000000, 0x0000ffff, false, pc::tables::kRegisterAmounts, "How many words to fetch for the next task; 0 in the last one."},
    {Block::kPc, 0x0020, "interrupt_mask", 0x00000000, 0x00013fff, false, pc::tables::kInterruptMask, "Interrupts that reach the CPU: the kernel writes the int_mask of the last task."},
    {Block::kPc, 0x0024, "interrupt_clear", 0x00000000, 0x00013fff, false, pc::tables::kInterruptClear, "Interrupts to clear: the kernel writes the int_mask of the first task."},
    {Block::kPc, 0x0028, "interrupt_status", 0x00000000, 0x00013fff, false, pc::tables::kInterruptStatus, "Raised and unmasked interrupts."},
    {Block::kPc, 0x002c, "interrupt_raw_status", 0x00000000, 0x00013fff, false, pc::tables::kInterruptRawStatus, "Raised interrupts."},
    {Block::kPc, 0x0030, "task_con", 0x00000000, 0x00007fff, false, pc::tables::kTaskCon, "Task chain: written by the kernel as (6 + pingpong) << 12 | tasks."},
    {Block::kPc, 0x0034, "task_dma_base_addr", 0x00000000, 0xffffffff, false, pc::tables::kTaskDmaBaseAddr, "Added to every DMA address."},
    {Block::kPc, 0x003c, "task_status", 0x00000000, 0x00000fff, false, pc::tables::kTaskStatus, "Progress of the chain, read by the kernel."},
};
constexpr RegisterInfo kCnaRegisters[] = {
    {Block::kCna, 0x1000, "s_status", 0x00000000, 0x00000000, false, {}, "Which of the two register groups runs; read only, never written by commands."},
    {Block::kCna, 0x1004, "s_pointer", 0x00000000, 0x0001003f, false, cna::tables::kSPointer, "Register groups: which one writes go to, which one runs, and how they alternate."},
    {Block::kCna, 0x1008, "operation_enable", 0x00000000, 0x00000001, true, cna::tables::kOperationEnable, "Starts this block alone. Never used: blocks start together by the tail word, single starts desynchronise the pipeline on RK3568."},
    {Block::kCna, 0x100c, "conv_con1", 0x00000000, 0x6001f77f, true, cna::tables::kConvCon1, "Kind and precision of the convolution."},
    {Block::kCna, 0x1010, "conv_con2", 0x00000000, 0x00ff3ff7, true, cna::tables::kConvCon2, "When the scan starts."},
    {Block::kCna, 0x1014, "conv_con3", 0x00000000, 0x73ff3f3f, true, cna::tables::kConvCon3, "Strides and dilation."},
    {Block::kCna, 0x1018, "conv_con4", 0x00000000, 0xffffffff, true, cna::tables::kConvCon4, "Image input of 3 channels."},
    {Block::kCna, 0x1020, "data_size0", 0x00000000, 0x07ff07ff, true, cna::tables::kDataSize0, "Size of this task's input."},
    {Block::kCna, 0x1024, "data_size1", 0x00000000, 0x3fffffff, true, cna::tables::kDataSize1, "Input channels."},
    {Block::kCna, 0x1028, "data_size2", 0x00000000, 0x000007ff, true, cna::tables::kDataSize2, "Output width."},
    {Block::kCna, 0x102c, "data_size3", 0x00000000, 0x00ffffff, true, cna::tables::kDataSize3, "Output pixels."},
    {Block::kCna, 0x1030, "weight_size0", 0x00000000, 0xffffffff, true, cna::tables::kWeightSize0, "Size of all weights."},
    {Block::kCna, 0x1034, "weight_size1", 0x00000000, 0x0007ffff, true, cna::tables::kWeightSize1, "Size of one kernel."},
    {Block::kCna, 0x1038, "weight_size2", 0x00000000, 0x1f1f3fff, true, cna::tables::kWeightSize2, "Kernel shape."},
    {Block::kCna, 0x1040, "cbuf_con0", 0x00000000, 0x000030ff, true, cna::tables::kCbufCon0, "Banks of the convolution buffer. The vendor writes it twice, once right after the pointers."},
    {Block::kCna, 0x1044, "cbuf_con1", 0x00000000, 0xffff3fff, true, cna::tables::kCbufCon1, "Lines in the convolution buffer."},
    {Block::kCna, 0x104c, "cvt_con0", 0x00000000, 0x0fffffff, true, cna::tables::kCvtCon0, "Converter of image pixels. 0xa wherever it is off."},
    {Block::kCna, 0x1050, "cvt_con1", 0x00000000, 0xffffffff, true, cna::tables::kCvtCon1, "Conversion of image channel 0: (x * scale >> truncate) + offset."},
    {Block::kCna, 0x1054, "cvt_con2", 0x00000000, 0xffffffff, true, cna::tables::kCvtCon2, "Conversion of image channel 1: (x * scale >> truncate) + offset."},
    {Block::kCna, 0x1058, "cvt_con3", 0x00000000, 0xffffffff, true, cna::tables::kCvtCon3, "Conversion of image channel 2: (x * scale >> truncate) + offset."},
    {Block::kCna, 0x105c, "cvt_con4", 0x00000000, 0xffffffff, true, cna::tables::kCvtCon4, "Conversion of image channel 3: (x * scale >> truncate) + offset."},
    {Block::kCna, 0x1060, "fc_con0", 0x00000000, 0x00000000, true, {}, "Zero skipping of fully connected layers: 0."},
    {Block::kCna, 0x1064, "fc_con1", 0x00000000, 0x00000000, true, {}, "Zero skipping of fully connected layers: 0."},
    {Block::kCna, 0x1068, "pad_con0", 0x00000000, 0xffff00ff, true, cna::tables::kPadCon0, "Padding; right and bottom follow from the output size."},
    {Block::kCna, 0x1070, "feature_data_addr", 0x00000000, 0xffffffff, true, cna::tables::kFeatureDataAddr, "Feature map."},
    {Block::kCna, 0x1074, "fc_con2", 0x00000000, 0x00000000, true, {}, "Zero skipping of fully connected layers: 0."},
    {Block::kCna, 0x1078, "dma_con0", 0x00000000, 0xffffffff, true, cna::tables::kDmaCon0, "DMA bursts."},
    {Block::kCna, 0x107c, "dma_con1", 0x00000000, 0x0fffffff, true, cna::tables::kDmaCon1, "Lines in memory."},
    {Block::kCna, 0x1080, "dma_con2", 0x00000000, 0x0fffffff, true, cna::tables::kDmaCon2, "Surfaces in memory."},
    {Block::kCna, 0x1084, "fc_data_size0", 0x00000000, 0x3fff07ff, true, cna::tables::kFcDataSize0, "What the DMA fetches: as data_size0, except a 1x1 map of many channels."},
    {Block::kCna, 0x1088, "fc_data_size1", 0x00000000, 0x0000ffff, true, cna::tables::kFcDataSize1, "Channels the DMA fetches."},
    {Block::kCna, 0x1100, "dcomp_ctrl", 0x00000000, 0x00000001, true, cna::tables::kDcompCtrl, "Weight decompression."},
    {Block::kCna, 0x1104, "dcomp_regnum", 0x00000000, 0xffffffff, true, cna::tables::kDcompRegnum, "Weight decompression."},
    {Block::kCna, 0x1110, "dcomp_addr0", 0x00000000, 0xffffffff, true, cna::tables::kDcompAddr0, "Weights."},
    {Block::kCna, 0x1114, "dcomp_addr1", 0x00000000, 0xffffffff, true, cna::tables::kDcompAddr1, "Chunk 1 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1118, "dcomp_addr2", 0x00000000, 0xffffffff, true, cna::tables::kDcompAddr2, "Chunk 2 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x111c, "dcomp_addr3", 0x00000000, 0xffffffff, true, cna::tables::kDcompAddr3, "Chunk 3 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1120, "dcomp_addr4", 0x00000000, 0xffffffff, true, cna::tables::kDcompAddr4, "Chunk 4 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1124, "dcomp_addr5", 0x00000000, 0xffffffff, true, cna::tables::kDcompAddr5, "Chunk 5 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1128, "dcomp_addr6", 0x00000000, 0xffffffff, true, cna::tables::kDcompAddr6, "Chunk 6 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x112c, "dcomp_addr7", 0x00000000, 0xffffffff, true, cna::tables::kDcompAddr7, "Chunk 7 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1130, "dcomp_amount0", 0x00000000, 0xffffffff, true, cna::tables::kDcompAmount0, "Size of chunk 0 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1134, "dcomp_amount1", 0x00000000, 0xffffffff, true, cna::tables::kDcompAmount1, "Size of chunk 1 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1138, "dcomp_amount2", 0x00000000, 0xffffffff, true, cna::tables::kDcompAmount2, "Size of chunk 2 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x113c, "dcomp_amount3", 0x00000000, 0xffffffff, true, cna::tables::kDcompAmount3, "Size of chunk 3 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1140, "dcomp_amount4", 0x00000000, 0xffffffff, true, cna::tables::kDcompAmount4, "Size of chunk 4 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1144, "dcomp_amount5", 0x00000000, 0xffffffff, true, cna::tables::kDcompAmount5, "Size of chunk 5 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1148, "dcomp_amount6", 0x00000000, 0xffffffff, true, cna::tables::kDcompAmount6, "Size of chunk 6 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x114c, "dcomp_amount7", 0x00000000, 0xffffffff, true, cna::tables::kDcompAmount7, "Size of chunk 7 of compressed weights; 0 otherwise."},
    {Block::kCna, 0x1210, "unnamed_1210", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
    {Block::kCna, 0x1214, "unnamed_1214", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
    {Block::kCna, 0x1218, "unnamed_1218", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
    {Block::kCna, 0x121c, "unnamed_121c", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
    {Block::kCna, 0x1220, "unnamed_1220", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
    {Block::kCna, 0x1224, "unnamed_1224", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
    {Block::kCna, 0x1228, "unnamed_1228", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
    {Block::kCna, 0x122c, "unnamed_122c", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
    {Block::kCna, 0x1230, "unnamed_1230", 0x00000000, 0x00000000, true, {}, "Vendor files write 0; harmless to omit."},
};
constexpr RegisterInfo kCmacRegisters[] = {
    {Block::kCmac, 0x2000, "s_status", 0x00000000, 0x00000000, false, {}, "Which of the two register groups runs; read only, never written by commands."},
    {Block::kCmac, 0x2004, "s_pointer", 0x00000000, 0x0001003f, false, cmac::tables::kSPointer, "Register groups: which one writes go to, which one runs, and how they alternate."},
    {Block::kCmac, 0x2008, "operation_enable", 0x00000000, 0x00000001, true, cmac::tables::kOperationEnable, "Starts this block alone. Never used: blocks start together by the tail word, single starts desynchronise the pipeline on RK3568."},
    {Block::kCmac, 0x200c, "misc_cfg", 0x00000000, 0x00003003, true, cmac::tables::kMiscCfg, "Mode of the multipliers."},
};
constexpr RegisterInfo kCoreRegisters[] = {
    {Block::kCore, 0x3000, "s_status", 0x00000000, 0x00000000, false, {}, "Which of the two register groups runs; read only, never written by commands."},
    {Block::kCore, 0x3004, "s_pointer", 0x00000000, 0x0001003f, false, core::tables::kSPointer, "Register groups: which one writes go to, which one runs, and how they alternate."},
    {Block::kCore, 0x3008, "operation_enable", 0x00000000, 0x00000001, true, core::tables::kOperationEnable, "Starts this block alone. Never used: blocks start together by the tail word, single starts desynchronise the pipeline on RK3568."},
    {Block::kCore, 0x300c, "misc_cfg", 0x00000000, 0x00003002, true, core::tables::kMiscCfg, "Mode of the accumulator."},
    {Block::kCore, 0x3010, "dataout_size_0", 0x00000000, 0xffffffff, true, core::tables::kDataoutSize0, "Output size."},
    {Block::kCore, 0x3014, "dataout_size_1", 0x00000000, 0x00001fff, true, core::tables::kDataoutSize1, "Output channels declared."},
    {Block::kCore, 0x302c, "clip_truncate", 0x00000000, 0x0000005f, true, core::tables::kClipTruncate, "Shift of the accumulator; 0 in vendor files."},
};
constexpr RegisterInfo kDpuRegisters[] = {
    {Block::kDpu, 0x4000, "s_status", 0x00000000, 0x00000000, false, {}, "Which of the two register groups runs; read only, never written by commands."},
    {Block::kDpu, 0x4004, "s_pointer", 0x00000000, 0x0001003f, false, dpu::tables::kSPointer, "Register groups: which one writes go to, which one runs, and how they alternate."},
    {Block::kDpu, 0x4008, "operation_enable", 0x00000000, 0x00000001, true, dpu::tables::kOperationEnable, "Starts this block alone. Never used: blocks start together by the tail word, single starts desynchronise the pipeline on RK3568."},
    {Block::kDpu, 0x400c, "feature_mode_cfg", 0x00000000, 0x7fffffbf, true, dpu::tables::kFeatureModeCfg, "Where data come from, where they go, how they are written."},
    {Block::kDpu, 0x4010, "data_format", 0x00000000, 0xffffffff, true, dpu::tables::kDataFormat, "Types, and the shifts of negative values."},
    {Block::kDpu, 0x4014, "offset_pend", 0x00000000, 0x0000ffff, true, dpu::tables::kOffsetPend, "Filler of unused channels."},
    {Block::kDpu, 0x4020, "dst_base_addr", 0x00000000, 0xffffffff, true, dpu::tables::kDstBaseAddr, "Result."},
    {Block::kDpu, 0x4024, "dst_surf_stride", 0x00000000, 0xffffffff, true, dpu::tables::kDstSurfStride, "Surfaces of the result."},
    {Block::kDpu, 0x4030, "data_cube_width", 0x00000000, 0x00001fff, true, dpu::tables::kDataCubeWidth, "Width."},
    {Block::kDpu, 0x4034, "data_cube_height", 0x00000000, 0x01c01fff, true, dpu::tables::kDataCubeHeight, "Height."},
    {Block::kDpu, 0x4038, "data_cube_notch", 0x00000000, 0x1fff1fff, true, dpu::tables::kDataCubeNotch, "Gap at the end of every line of the result; both fields hold the same value."},
    {Block::kDpu, 0x403c, "data_cube_channel", 0x00000000, 0x1fff1fff, true, dpu::tables::kDataCubeChannel, "Channels."},
    {Block::kDpu, 0x4040, "bs_cfg", 0x00000000, 0x000001ff, true, dpu::tables::kBsCfg, "BS stage: what is on."},
    {Block::kDpu, 0x4044, "bs_alu_cfg", 0x00000000, 0xffffffff, true, dpu::tables::kBsAluCfg, "BS ALU operand."},
    {Block::kDpu, 0x4048, "bs_mul_cfg", 0x00000000, 0xffff3f03, true, dpu::tables::kBsMulCfg, "BS MUL operand and the stage's shift."},
    {Block::kDpu, 0x404c, "bs_relux_cmp", 0x00000000, 0xffffffff, true, dpu::tables::kBsReluxCmp, "BS ReLU-X limit."},
    {Block::kDpu, 0x4050, "bs_ow_cfg", 0x00000000, 0xf80007ff, true, dpu::tables::kBsOwCfg, "Zero-point correction (OW), and how the writer groups surfaces."},
    {Block::kDpu, 0x4054, "bs_ow_op", 0x00000000, 0xffffffff, true, dpu::tables::kBsOwOp, "OW operand."},
    {Block::kDpu, 0x4060, "bn_cfg", 0x00000000, 0x000001ff, true, dpu::tables::kBnCfg, "BN stage: what is on."},
    {Block::kDpu, 0x4064, "bn_alu_cfg", 0x00000000, 0xffffffff, true, dpu::tables::kBnAluCfg, "BN ALU operand."},
    {Block::kDpu, 0x4068, "bn_mul_cfg", 0x00000000, 0xffff3f03, true, dpu::tables::kBnMulCfg, "BN MUL operand and the stage's shift."},
    {Block::kDpu, 0x406c, "bn_relux_cmp", 0x00000000, 0xffffffff, true, dpu::tables::kBnReluxCmp, "BN ReLU-X limit."},
    {Block::kDpu, 0x4070, "ew_cfg", 0x00000000, 0xf00007ff, true, dpu::tables::kEwCfg, "EW stage: operand, table, operation."},
    {Block::kDpu, 0x4074, "ew_cvt_offset", 0x00000000, 0xffffffff, true, dpu::tables::kEwCvtOffset, "EW operand converter."},
    {Block::kDpu, 0x4078, "ew_cvt_scale", 0x00000000, 0xffffffff, true, dpu::tables::kEwCvtScale, "EW operand converter."},
    {Block::kDpu, 0x407c, "ew_relux_cmp", 0x00000000, 0xffffffff, true, dpu::tables::kEwReluxCmp, "EW ReLU-X limit."},
    {Block::kDpu, 0x4080, "out_cvt_offset", 0x00000000, 0xffffffff, true, dpu::tables::kOutCvtOffset, "Output converter: ((x * scale) >> shift) + offset."},
    {Block::kDpu, 0x4084, "out_cvt_scale", 0x00000000, 0x0001ffff, true, dpu::tables::kOutCvtScale, "Output converter."},
    {Block::kDpu, 0x4088, "out_cvt_shift", 0x00000000, 0xc00fffff, true, dpu::tables::kOutCvtShift, "Output converter."},
    {Block::kDpu, 0x4090, "ew_op_value_0", 0x00000000, 0xffffffff, true, dpu::tables::kEwOpValue0, "EW operand when ew_op_src is 0; all eight equal in vendor files."},
    {Block::kDpu, 0x4094, "ew_op_value_1", 0x00000000, 0xffffffff, true, dpu::tables::kEwOpValue1, "EW operand when ew_op_src is 0; all eight equal in vendor files."},
    {Block::kDpu, 0x4098, "ew_op_value_2", 0x00000000, 0xffffffff, true, dpu::tables::kEwOpValue2, "EW operand when ew_op_src is 0; all eight equal in vendor files."},
    {Block::kDpu, 0x409c, "ew_op_value_3", 0x00000000, 0xffffffff, true, dpu::tables::kEwOpValue3, "EW operand when ew_op_src is 0; all eight equal in vendor files."},
    {Block::kDpu, 0x40a0, "ew_op_value_4", 0x00000000, 0xffffffff, true, dpu::tables::kEwOpValue4, "EW operand when ew_op_src is 0; all eight equal in vendor files."},
    {Block::kDpu, 0x40a4, "ew_op_value_5", 0x00000000, 0xffffffff, true, dpu::tables::kEwOpValue5, "EW operand when ew_op_src is 0; all eight equal in vendor files."},
    {Block::kDpu, 0x40a8, "ew_op_value_6", 0x00000000, 0xffffffff, true, dpu::tables::kEwOpValue6, "EW operand when ew_op_src is 0; all eight equal in vendor files."},
    {Block::kDpu, 0x40ac, "ew_op_value_7", 0x00000000, 0xffffffff, true, dpu::tables::kEwOpValue7, "EW operand when ew_op_src is 0; all eight equal in vendor files."},
    {Block::kDpu, 0x40c0, "surface_add", 0x00000000, 0xffffffff, true, dpu::tables::kSurfaceAdd, "Groups of surfaces."},
    {Block::kDpu, 0x40c4, "unnamed_40c4", 0x00000000, 0x00000000, true, {}, "Vendor files write 0."},
    {Block::kDpu, 0x4100, "lut_access_cfg", 0x00000000, 0x00030000, true, dpu::tables::kLutAccessCfg, "Opens a table for loading."},
    {Block::kDpu, 0x4104, "lut_access_data", 0x00000000, 0xffffffff, true, dpu::tables::kLutAccessData, "Next entry of the open table."},
    {Block::kDpu, 0x4108, "lut_cfg", 0x00000000, 0xffffffff, true, dpu::tables::kLutCfg, "Table mode."},
    {Block::kDpu, 0x410c, "lut_info", 0x00000000, 0x00ffff00, true, dpu::tables::kLutInfo, "Table index."},
    {Block::kDpu, 0x4110, "lut_le_start", 0x00000000, 0xffffffff, true, dpu::tables::kLutLeStart, "First index of LE."},
    {Block::kDpu, 0x4114, "lut_le_end", 0x00000000, 0xffffffff, true, dpu::tables::kLutLeEnd, "Last index of LE."},
    {Block::kDpu, 0x4118, "lut_lo_start", 0x00000000, 0xffffffff, true, dpu::tables::kLutLoStart, "First index of LO."},
    {Block::kDpu, 0x411c, "lut_lo_end", 0x00000000, 0xffffffff, true, dpu::tables::kLutLoEnd, "Last index of LO."},
    {Block::kDpu, 0x4120, "lut_le_slope_scale", 0x00000000, 0xffffffff, true, dpu::tables::kLutLeSlopeScale, "Straight lines beyond LE."},
    {Block::kDpu, 0x4124, "lut_le_slope_shift", 0x00000000, 0x000003ff, true, dpu::tables::kLutLeSlopeShift, "Straight lines beyond LE."},
    {Block::kDpu, 0x4128, "lut_lo_slope_scale", 0x00000000, 0xffffffff, true, dpu::tables::kLutLoSlopeScale, "Straight lines beyond LO."},
    {Block::kDpu, 0x412c, "lut_lo_slope_shift", 0x00000000, 0x000003ff, true, dpu::tables::kLutLoSlopeShift, "Straight lines beyond LO."},
};
constexpr RegisterInfo kDpuRdmaRegisters[] = {
    {Block::kDpuRdma, 0x5000, "s_status", 0x00000000, 0x00000000, false, {}, "Which of the two register groups runs; read only, never written by commands."},
    {Block::kDpuRdma, 0x5004, "s_pointer", 0x00000000, 0x0001003f, false, dpu_rdma::tables::kSPointer, "Register groups: which one writes go to, which one runs, and how they alternate."},
    {Block::kDpuRdma, 0x5008, "operation_enable", 0x00000000, 0x00000001, true, dpu_rdma::tables::kOperationEnable, "Starts this block alone. Never used: blocks start together by the tail word, single starts desynchronise the pipeline on RK3568."},
    {Block::kDpuRdma, 0x500c, "data_cube_width", 0x00000000, 0x00001fff, true, dpu_rdma::tables::kDataCubeWidth, "Width of the cube read."},
    {Block::kDpuRdma, 0x5010, "data_cube_height", 0x00000000, 0x1fff1fff, true, dpu_rdma::tables::kDataCubeHeight, "Height of the cube read."},
    {Block::kDpuRdma, 0x5014, "data_cube_channel", 0x00000000, 0x00001fff, true, dpu_rdma::tables::kDataCubeChannel, "Channels of the cube read."},
    {Block::kDpuRdma, 0x5018, "src_base_addr", 0x00000000, 0xffffffff, true, dpu_rdma::tables::kSrcBaseAddr, "Main data."},
    {Block::kDpuRdma, 0x501c, "brdma_cfg", 0x00000000, 0x0000000f, true, dpu_rdma::tables::kBrdmaCfg, "Streams of BS: one record per output channel, holding only what is selected."},
    {Block::kDpuRdma, 0x5020, "bs_base_addr", 0x00000000, 0xffffffff, true, dpu_rdma::tables::kBsBaseAddr, "Stream of BS."},
    {Block::kDpuRdma, 0x5024, "bs_length", 0x00000000, 0x0000ffff, true, dpu_rdma::tables::kBsLength, "Stream of BS."},
    {Block::kDpuRdma, 0x5028, "nrdma_cfg", 0x00000000, 0x0000000f, true, dpu_rdma::tables::kNrdmaCfg, "Streams of BN, as brdma_cfg."},
    {Block::kDpuRdma, 0x502c, "bn_base_addr", 0x00000000, 0xffffffff, true, dpu_rdma::tables::kBnBaseAddr, "Stream of BN."},
    {Block::kDpuRdma, 0x5030, "bn_length", 0x00000000, 0x0000ffff, true, dpu_rdma::tables::kBnLength, "Stream of BN."},
    {Block::kDpuRdma, 0x5034, "erdma_cfg", 0x00000000, 0xc000000d, true, dpu_rdma::tables::kErdmaCfg, "Operand of EW."},
    {Block::kDpuRdma, 0x5038, "ew_base_addr", 0x00000000, 0xffffffff, true, dpu_rdma::tables::kEwBaseAddr, "Operand of EW."},
    {Block::kDpuRdma, 0x503c, "ew_surf_notch", 0x00000000, 0xffffffff, true, dpu_rdma::tables::kEwSurfNotch, "Operand of EW."},
    {Block::kDpuRdma, 0x5040, "ew_surf_stride", 0x00000000, 0xffffffff, true, dpu_rdma::tables::kEwSurfStride, "Operand of EW."},
    {Block::kDpuRdma, 0x5044, "feature_mode_cfg", 0x00000000, 0x0003ffff, true, dpu_rdma::tables::kFeatureModeCfg, "What is read, and how."},
    {Block::kDpuRdma, 0x5048, "src_dma_cfg", 0x00000000, 0xfff83fff, true, dpu_rdma::tables::kSrcDmaCfg, "Gaps, and the reader that repeats pixels (un-pooling)."},
    {Block::kDpuRdma, 0x504c, "surf_notch", 0x00000000, 0xffffffff, true, dpu_rdma::tables::kSurfNotch, "Gap after a surface."},
    {Block::kDpuRdma, 0x5064, "pad_cfg", 0x00000000, 0x00000000, true, {}, "Padding of un-pooling: 0."},
    {Block::kDpuRdma, 0x5068, "weight", 0x00000000, 0xffffffff, true, dpu_rdma::tables::kWeight, "Arbiter weights."},
};
constexpr RegisterInfo kPpuRegisters[] = {
    {Block::kPpu, 0x6000, "s_status", 0x00000000, 0x00000000, false, {}, "Which of the two register groups runs; read only, never written by commands."},
    {Block::kPpu, 0x6004, "s_pointer", 0x00000000, 0x0001003f, false, ppu::tables::kSPointer, "Register groups: which one writes go to, which one runs, and how they alternate."},
    {Block::kPpu, 0x6008, "operation_enable", 0x00000000, 0x00000001, true, ppu::tables::kOperationEnable, "Starts this block alone. Never used: blocks start together by the tail word, single starts desynchronise the pipeline on RK3568."},
    {Block::kPpu, 0x600c, "data_cube_in_width", 0x00000000, 0x00001fff, true, ppu::tables::kDataCubeInWidth, "Width of the input."},
    {Block::kPpu, 0x6010, "data_cube_in_height", 0x00000000, 0x00001fff, true, ppu::tables::kDataCubeInHeight, "Height of the input."},
    {Block::kPpu, 0x6014, "data_cube_in_channel", 0x00000000, 0x00001fff, true, ppu::tables::kDataCubeInChannel, "Channels of the input."},
    {Block::kPpu, 0x6018, "data_cube_out_width", 0x00000000, 0x00001fff, true, ppu::tables::kDataCubeOutWidth, "Width of the output."},
    {Block::kPpu, 0x601c, "data_cube_out_height", 0x00000000, 0x00001fff, true, ppu::tables::kDataCubeOutHeight, "Height of the output."},
    {Block::kPpu, 0x6020, "data_cube_out_channel", 0x00000000, 0x00001fff, true, ppu::tables::kDataCubeOutChannel, "Channels of the output."},
    {Block::kPpu, 0x6024, "operation_mode_cfg", 0x00000000, 0x5fff0013, true, ppu::tables::kOperationModeCfg, "Kind of pooling."},
    {Block::kPpu, 0x6034, "pooling_kernel_cfg", 0x00000000, 0x00ff0f0f, true, ppu::tables::kPoolingKernelCfg, "Window."},
    {Block::kPpu, 0x6038, "recip_kernel_width", 0x00000000, 0x0001ffff, true, ppu::tables::kRecipKernelWidth, "Average."},
    {Block::kPpu, 0x603c, "recip_kernel_height", 0x00000000, 0x0001ffff, true, ppu::tables::kRecipKernelHeight, "Average."},
    {Block::kPpu, 0x6040, "pooling_padding_cfg", 0x00000000, 0x0000ffff, true, ppu::tables::kPoolingPaddingCfg, "Padding."},
    {Block::kPpu, 0x6044, "padding_value_1", 0x00000000, 0x0007ffff, true, ppu::tables::kPaddingValue1, "Value of padded pixels; all four equal."},
    {Block::kPpu, 0x6048, "padding_value_2", 0x00000000, 0x0007ffff, true, ppu::tables::kPaddingValue2, "Value of padded pixels; all four equal."},
    {Block::kPpu, 0x604c, "padding_value_3", 0x00000000, 0x0007ffff, true, ppu::tables::kPaddingValue3, "Value of padded pixels; all four equal."},
    {Block::kPpu, 0x6050, "padding_value_4", 0x00000000, 0x0007ffff, true, ppu::tables::kPaddingValue4, "Value of padded pixels; all four equal."},
    {Block::kPpu, 0x6070, "dst_base_addr", 0x00000000, 0xffffffff, true, ppu::tables::kDstBaseAddr, "Result."},
    {Block::kPpu, 0x607c, "dst_surf_stride", 0x00000000, 0xffffffff, true, ppu::tables::kDstSurfStride, "Surfaces of the result."},
    {Block::kPpu, 0x6084, "data_format", 0x00000000, 0xffffffff, true, ppu::tables::kDataFormat, "Precision, and the surface stride once more."},
    {Block::kPpu, 0x60dc, "misc_ctrl", 0x00000000, 0xffffffff, true, ppu::tables::kMiscCtrl, "Writer."},
};
constexpr RegisterInfo kPpuRdmaRegisters[] = {
    {Block::kPpuRdma, 0x7000, "s_status", 0x00000000, 0x00000000, false, {}, "Which of the two register groups runs; read only, never written by commands."},
    {Block::kPpuRdma, 0x7004, "s_pointer", 0x00000000, 0x0001003f, false, ppu_rdma::tables::kSPointer, "Register groups: which one writes go to, which one runs, and how they alternate."},
    {Block::kPpuRdma, 0x7008, "operation_enable", 0x00000000, 0x00000001, true, ppu_rdma::tables::kOperationEnable, "Starts this block alone. Never used: blocks start together by the tail word, single starts desynchronise the pipeline on RK3568."},
    {Block::kPpuRdma, 0x700c, "cube_in_width", 0x00000000, 0x00001fff, true, ppu_rdma::tables::kCubeInWidth, "Width of the cube read."},
    {Block::kPpuRdma, 0x7010, "cube_in_height", 0x00000000, 0x00001fff, true, ppu_rdma::tables::kCubeInHeight, "Height of the cube read."},
    {Block::kPpuRdma, 0x7014, "cube_in_channel", 0x00000000, 0x00001fff, true, ppu_rdma::tables::kCubeInChannel, "Channels of the cube read."},
    {Block::kPpuRdma, 0x7018, "unnamed_7018", 0x00000000, 0xffffffff, true, ppu_rdma::tables::kUnnamed7018, "Constant."},
    {Block::kPpuRdma, 0x701c, "src_base_addr", 0x00000000, 0xffffffff, true, ppu_rdma::tables::kSrcBaseAddr, "Source."},
    {Block::kPpuRdma, 0x7024, "src_line_stride", 0x00000000, 0xffffffff, true, ppu_rdma::tables::kSrcLineStride, "Lines of the source."},
    {Block::kPpuRdma, 0x7028, "src_surf_stride", 0x00000000, 0xffffffff, true, ppu_rdma::tables::kSrcSurfStride, "Surfaces of the source."},
    {Block::kPpuRdma, 0x7030, "data_format", 0x00000000, 0x00000003, true, ppu_rdma::tables::kDataFormat, "Type of the source."},
};

constexpr std::array<std::span<const RegisterInfo>, kBlockCount> kRegisters = {kPcRegisters, kCnaRegisters, kCmacRegisters, kCoreRegisters, kDpuRegisters, kDpuRdmaRegisters, kPpuRegisters, kPpuRdmaRegisters};

}  // namespace

std::span<const RegisterInfo> registers(Block block) { return kRegisters[static_cast<std::size_t>(block)]; }

}  // namespace mattock::hw
