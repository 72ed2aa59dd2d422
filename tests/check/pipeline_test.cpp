// Rules of DPU and DPU_RDMA: types, stages, readers, writer; and the list of what is not supported.
#include <cstring>

#include "check/support/rows.hpp"

namespace mattock::test {
namespace {

class PipelineRule : public testing::TestWithParam<Row> {};

TEST_P(PipelineRule, HoldsToTheLimitAndNotBeyond) { EXPECT_EQ(verdict_of(GetParam()), GetParam().message); }

constexpr auto product = Example::product;
constexpr auto copy = Example::copy;
constexpr auto layer = Example::layer;

/// int32 in pixels of 16 bytes: 8 surfaces of 12 pixels, which overlap to fit the element's 384 bytes.
const std::vector<Change> kWideOperand{
    {0x4010, 28, 26, 4}, {0x4070, 8, 8, 1}, {0x5034, 3, 2, 2}, {0x503c, 31, 0, 0}, {0x5040, 31, 0, 16}};

std::vector<Change> with(std::vector<Change> changes, const std::vector<Change>& more) {
  changes.insert(changes.end(), more.begin(), more.end());
  return changes;
}

const std::vector<Row> kFormats{
    {"DataFromCoreThatDoesNotRun",
     copy,
     {{0x400c, 0, 0, 0}},
     "task 0: dpu.feature_mode_cfg.flying_mode = 0: the data come from CORE when it is started, else from DPU_RDMA"},
    {"DataFromTheReaderBesideAConvolution",
     product,
     {{0x400c, 0, 0, 1}},
     "task 0: dpu.feature_mode_cfg.flying_mode = 1: the data come from CORE when it is started, else from DPU_RDMA"},
    {"AReaderThatDoesNotFly",
     copy,
     {{0x5044, 0, 0, 0}},
     "task 0: dpu_rdma.feature_mode_cfg.flying_mode = 0: the data come from CORE when it is started, else from "
     "DPU_RDMA"},
    {"AnotherWriteBurst",
     copy,
     {{0x400c, 8, 7, 3}},
     "task 0: dpu.feature_mode_cfg.burst_len = 0x3: the writer's burst is this constant; 2"},
    {"AReadBurstOf7",
     copy,
     {{0x5044, 14, 11, 7}},
     "task 0: dpu_rdma.feature_mode_cfg.burst_len = 0x7: the readers' burst is this constant; others can hang the bus; "
     "8"},
    {"OtherArbiterWeights",
     copy,
     {{0x5068, 7, 0, 2}},
     "task 0: dpu_rdma.weight.weights = 0x1010102: the readers' arbiter weights are this constant; 0x1010101"},
    {"WorkInFp32",
     copy,
     {{0x4010, 2, 0, 5}},
     "task 0: dpu.data_format.proc_precision = fp32: the DPU works in int8, int16, fp16 or bf16"},
    {"WorkOfAnotherTypeThanTheMultipliers",
     layer,
     {{0x4010, 2, 0, 1}},
     "task 0: dpu.data_format.proc_precision = int16: the DPU works in the multipliers' type"},
    {"AReaderThatWorksInIntegersForFloats",
     copy,
     {{0x5044, 7, 5, 0}},
     "task 0: dpu_rdma.feature_mode_cfg.proc_precision = int8: DPU_RDMA works in floats when the DPU does"},
    {"FloatsToInt8",
     copy,
     {{0x4010, 31, 29, 0}},
     "task 0: dpu.data_format.out_precision = int8: float work gives a float type or 16-bit patterns, integer work an "
     "integer type, fp16 or fp32"},
    {"OutputInInt4",
     copy,
     {{0x4010, 31, 29, 6}},
     "task 0: dpu.data_format.out_precision = int4: float work gives a float type or 16-bit patterns, integer work an "
     "integer type, fp16 or fp32"},
    {"IntegersToBf16",
     layer,
     {{0x4010, 31, 29, 3}},
     "task 0: dpu.data_format.out_precision = bf16: float work gives a float type or 16-bit patterns, integer work an "
     "integer type, fp16 or fp32"},
    {"AStreamOfPatterns", copy, {{0x4010, 31, 29, 1}}, "accepted"},
    // 5 x 3 pixels, 2 surfaces: 30 steps.
    {"ACubeOfMorePixels",
     copy,
     {{0x4030, 12, 0, 5}},
     "task 0: dpu.data_cube_channel.channel = 8: the DPU's cube takes as many steps as arrive; 30 steps of 4 channels "
     "arrive, a cube of 6 x 3 takes 36"},
    {"ACubeRegrouped", copy, {{0x4030, 12, 0, 2}, {0x4034, 12, 0, 4}}, "accepted"},
    {"AllChannelsOriginal", copy, {{0x403c, 28, 16, 7}}, "accepted"},
    {"MoreOriginalChannelsThanDeclared",
     copy,
     {{0x403c, 28, 16, 8}},
     "task 0: dpu.data_cube_channel.orig_channel = 9: no more channels hold data than are declared; at most 8"},
};
INSTANTIATE_TEST_SUITE_P(Formats, PipelineRule, testing::ValuesIn(kFormats), row_name);

const std::vector<Row> kStages{
    {"ABsThatTakesTheMinimum",
     layer,
     {{0x4040, 3, 2, 1}},
     "task 0: dpu.bs_cfg.bs_alu_algo = min: BS and BN add or take the maximum"},
    {"ABsThatIsOff", layer, {{0x4040, 3, 0, 5}}, "accepted"},
    {"ABnThatDivides",
     copy,
     {{0x4060, 8, 0, 0x5c}},
     "task 0: dpu.bn_cfg.bn_alu_algo = divide: BS and BN add or take the maximum"},
    {"AShiftOfFloats",
     copy,
     {{0x4040, 8, 0, 0x42}, {0x4048, 13, 8, 1}},
     "task 0: dpu.bs_mul_cfg.bs_mul_shift = 1: a multiplier does not shift in float work"},
    {"AShiftOfNegativeFloats",
     copy,
     {{0x4060, 8, 0, 0x42}, {0x4010, 15, 10, 1}},
     "task 0: dpu.data_format.bn_shift_neg = 1: a multiplier does not shift in float work"},
    // 24 channels of 32 are computed: 24 records of 8 bytes are 24 units.
    {"RecordsForAllComputedChannels", layer, {{0x5024, 15, 0, 23}}, "accepted"},
    {"RecordsForOneGroupLess",
     layer,
     {{0x5024, 15, 0, 22}},
     "task 0: dpu.bs_cfg.bs_alu_src = 1: an operand from memory has a record for every channel that is computed; 24 "
     "channels are computed, the stream holds 20"},
    {"RecordsWithoutAFactor",
     layer,
     {{0x501c, 3, 3, 0}},
     "task 0: dpu.bs_mul_cfg.bs_mul_src = 1: an operand from memory has a record for every channel that is computed; "
     "24 "
     "channels are computed, the stream holds 40"},
    {"RecordsWithoutAnAddend",
     layer,
     {{0x501c, 1, 1, 0}},
     "task 0: dpu.bs_cfg.bs_alu_src = 1: an operand from memory has a record for every channel that is computed; 24 "
     "channels are computed, the stream holds 64"},
    {"RecordsWithoutOw",
     layer,
     {{0x501c, 2, 2, 0}},
     "task 0: dpu.bs_ow_cfg.ow_src = 1: an OW term from memory has a record for every channel that is computed; 24 "
     "channels are computed, the stream holds 0"},
    {"RecordsThatNobodyReads",
     product,
     {{0x4040, 8, 0, 0x158}},
     "task 0: dpu.bs_cfg.bs_alu_src = 1: an operand from memory has a record for every channel that is computed; "
     "DPU_RDMA is not started"},
    {"RecordsOfAStreamThatIsOff",
     layer,
     {{0x4060, 8, 0, 0x158}},
     "task 0: dpu.bn_cfg.bn_alu_src = 1: an operand from memory has a record for every channel that is computed; the "
     "stream is off"},
    {"AnOwTermOfFloats",
     product,
     {{0x4050, 1, 1, 0}, {0x4054, 31, 0, 1}},
     "task 0: dpu.bs_ow_cfg.ow_bypass = 0: there is no OW term in float work"},
    {"AnOwTermOf0", product, {{0x4050, 1, 1, 0}}, "accepted"},
    {"AnEwThatTakesTheMinimum",
     layer,
     {{0x4070, 4, 3, 1}},
     "task 0: dpu.ew_cfg.ew_alu_algo = min: EW multiplies, adds, takes the maximum, or divides in float work"},
    {"AnEwThatDividesIntegers",
     layer,
     {{0x4070, 4, 3, 3}},
     "task 0: dpu.ew_cfg.ew_alu_algo = divide: EW multiplies, adds, takes the maximum, or divides in float work"},
    {"AnEwThatDividesFloats", copy, {{0x4070, 9, 0, 0x398}}, "accepted"},
    {"AnEwConverterOfFloats",
     copy,
     {{0x4070, 9, 0, 0x290}, {0x4078, 15, 0, 2}},
     "task 0: dpu.ew_cvt_scale.ew_cvt_scale = 2: EW's operand converter only widens in float work: offset 0, scale 1, "
     "shift 0"},
    {"AnEwOperandThatNobodyReads",
     copy,
     {{0x4070, 9, 0, 0x2d0}},
     "task 0: dpu.ew_cfg.ew_op_src = 1: an EW operand from memory needs DPU_RDMA started and its EW reader on"},
    {"AnEwOperandOfAnotherSize",
     layer,
     {{0x5034, 3, 2, 1}},
     "task 0: dpu_rdma.erdma_cfg.erdma_data_size = bits_16: the EW operand is read in the size of its type; "
     "data_format "
     "says 1 bytes"},
    {"AWideEwOperand", layer, kWideOperand, "accepted"},
    {"AWideEwOperandOfFloatsInIntegerWork", layer, with(kWideOperand, {{0x4010, 28, 26, 5}}),
     "task 0: dpu.data_format.in_precision = fp32: a 32-bit EW operand is fp32 in float work and int32 in integer "
     "work, and not converted; int32"},
    {"AWideEwOperandThatIsConverted", layer, with(kWideOperand, {{0x4070, 8, 8, 0}}),
     "task 0: dpu.ew_cfg.ew_op_cvt_bypass = 0: a 32-bit EW operand is fp32 in float work and int32 in integer work, "
     "and not converted"},
    {"AWideEwOperandBetweenPixels", layer, with(kWideOperand, {{0x5038, 3, 0, 8}}),
     "task 0: dpu_rdma.ew_base_addr.ew_base_addr = 0x70008: the EW operand's surfaces begin at whole pixels; a "
     "multiple of 16"},
    {"AWideEwOperandThatDoesNotFit", layer, with(kWideOperand, {{0x5040, 31, 0, 32}}),
     "task 0: dpu_rdma.ew_base_addr.ew_base_addr = 0x70000: the EW operand lies inside one buffer; bytes 0x70000 to "
     "0x701a0 reach beyond buffer 'element', which ends at 0x70180"},
    {"AnEwOperandSpreadOtherwise",
     layer,
     {{0x5034, 31, 30, 0}},
     "task 0: dpu_rdma.erdma_cfg.erdma_data_mode = per_channel: reader and EW spread the operand alike"},
    {"AnEwOperandPerChannel", layer, {{0x5034, 31, 30, 0}, {0x4070, 29, 28, 0}}, "accepted"},
    {"AnEwOperandOfFewerPixels",
     layer,
     {{0x500c, 12, 0, 4}},
     "task 0: dpu_rdma.data_cube_width.width = 5: an EW operand per pixel has as many pixels as arrive; 10 pixels are "
     "read, 12 arrive"},
    {"UnequalRegisterOperands",
     copy,
     {{0x4070, 9, 0, 0x390}, {0x4094, 31, 0, 1}},
     "task 0: dpu.ew_op_value_1.ew_operand = 0x1: the eight register operands of EW are equal"},
    {"UnequalRegisterOperandsThatAreNotUsed", copy, {{0x4094, 31, 0, 1}}, "accepted"},
    {"AnOutputShiftOf62", layer, {{0x4088, 11, 0, 62}}, "accepted"},
    {"AnOutputShiftOf63",
     layer,
     {{0x4088, 11, 0, 63}},
     "task 0: dpu.out_cvt_shift.out_cvt_shift = 63: the output converter's shift leaves something; at most 62"},
    {"AnOutputScaleOfFloats",
     copy,
     {{0x4084, 15, 0, 2}},
     "task 0: dpu.out_cvt_scale.out_cvt_scale = 2: the output converter does nothing in float work: offset 0, scale 1, "
     "shift 0"},
};
INSTANTIATE_TEST_SUITE_P(Stages, PipelineRule, testing::ValuesIn(kStages), row_name);

const std::vector<Row> kReaders{
    {"FloatMainDataForIntegerWork",
     copy,
     {{0x4010, 2, 0, 1}, {0x5044, 7, 5, 1}, {0x4084, 31, 0, 1}},
     "task 0: dpu_rdma.feature_mode_cfg.in_precision = fp16: main data have a type the DPU's work can read: floats or "
     "16-bit patterns in float work, else integers"},
    {"PatternsAsMainDataOfFloatWork", copy, {{0x5044, 17, 15, 1}}, "accepted"},
    {"NoMainData",
     copy,
     {{0x5044, 4, 4, 1}},
     "task 0: dpu_rdma.feature_mode_cfg.mrdma_disable = 1: a flying task reads main data"},
    {"MisalignedMainData",
     copy,
     {{0x5018, 2, 0, 4}},
     "task 0: dpu_rdma.src_base_addr.src_base_addr = 0x20004: main data begin at a whole atom; a multiple of 8"},
    {"MisalignedSurfacesOfMainData",
     copy,
     {{0x504c, 31, 0, 4}},
     "task 0: dpu_rdma.surf_notch.surf_notch = 4: surfaces of main data begin at whole atoms; a multiple of 8"},
    {"MainDataOneAtomTooFar",
     copy,
     {{0x5018, 31, 0, 0x20008}},
     "task 0: dpu_rdma.src_base_addr.src_base_addr = 0x20008: main data lie inside one buffer; bytes 0x20008 to "
     "0x20100 "
     "reach beyond buffer 'features', which ends at 0x200f8"},
    {"SurfacesOfMainDataOneAtomTooFarApart",
     copy,
     {{0x504c, 31, 0, 16}},
     "task 0: dpu_rdma.src_base_addr.src_base_addr = 0x20000: main data lie inside one buffer; bytes 0x20000 to "
     "0x20100 "
     "reach beyond buffer 'features', which ends at 0x200f8"},
    {"LinesOfMainDataOnePixelTooFarApart",
     copy,
     {{0x5048, 31, 19, 1}},
     "task 0: dpu_rdma.src_base_addr.src_base_addr = 0x20000: main data lie inside one buffer; bytes 0x20000 to "
     "0x20118 "
     "reach beyond buffer 'features', which ends at 0x200f8"},
    // The second surface begins at 120 - 120 - 8: one atom below the first.
    {"MainDataBelowTheirAddress",
     copy,
     {{0x504c, 31, 0, 0xffffff80}},
     "task 0: dpu_rdma.src_base_addr.src_base_addr = 0x20000: main data lie inside one buffer; bytes 0x1fff8 to "
     "0x20078 "
     "begin in no buffer"},
    {"MainDataInOneSurface", copy, {{0x504c, 31, 0, 0xffffff88}}, "accepted"},
    {"AStreamOfNothing",
     layer,
     {{0x501c, 3, 0, 0}, {0x4040, 0, 0, 1}, {0x4050, 1, 0, 2}},
     "task 0: dpu_rdma.brdma_cfg.brdma_disable = 0: a stream that is on selects something"},
    {"AMisalignedStream",
     layer,
     {{0x5020, 2, 0, 4}},
     "task 0: dpu_rdma.bs_base_addr.bs_base_addr = 0x50004: streams begin at whole atoms; a multiple of 8"},
    {"AStreamOneUnitTooLong",
     layer,
     {{0x5024, 15, 0, 32}},
     "task 0: dpu_rdma.bs_base_addr.bs_base_addr = 0x50000: streams lie inside one buffer; bytes 0x50000 to 0x50108 "
     "reach beyond buffer 'records', which ends at 0x50100"},
    // 32 factors of 2 bytes for BN are 8 units.
    {"AStreamOfBn",
     layer,
     {{0x5028, 3, 0, 8}, {0x502c, 31, 0, 0x60000}, {0x5030, 15, 0, 7}, {0x4060, 8, 0, 0x62}, {0x4068, 0, 0, 1}},
     "accepted"},
    {"AStreamOfBnOneUnitTooLong",
     layer,
     {{0x5028, 3, 0, 8}, {0x502c, 31, 0, 0x60000}, {0x5030, 15, 0, 8}, {0x4060, 8, 0, 0x62}, {0x4068, 0, 0, 1}},
     "task 0: dpu_rdma.bn_base_addr.bn_base_addr = 0x60000: streams lie inside one buffer; bytes 0x60000 to 0x60048 "
     "reach beyond buffer 'factors', which ends at 0x60040"},
    {"AStreamThatNoStageUses",
     layer,
     {{0x5028, 3, 0, 8}, {0x502c, 31, 0, 0x60000}, {0x5030, 15, 0, 8}},
     "task 0: dpu_rdma.bn_base_addr.bn_base_addr = 0x60000: streams lie inside one buffer; bytes 0x60000 to 0x60048 "
     "reach beyond buffer 'factors', which ends at 0x60040"},
    {"AMisalignedEwOperand",
     layer,
     {{0x5038, 2, 0, 1}},
     "task 0: dpu_rdma.ew_base_addr.ew_base_addr = 0x70001: the EW operand's surfaces begin at whole pixels; a "
     "multiple "
     "of 8"},
    {"MisalignedSurfacesOfTheEwOperand",
     layer,
     {{0x5040, 31, 0, 92}},
     "task 0: dpu_rdma.ew_surf_stride.ew_surf_stride = 92: the EW operand's surfaces begin at whole pixels; a multiple "
     "of "
     "8"},
    {"SurfacesOfTheEwOperandOneAtomTooFarApart",
     layer,
     {{0x5040, 31, 0, 104}},
     "task 0: dpu_rdma.ew_base_addr.ew_base_addr = 0x70000: the EW operand lies inside one buffer; bytes 0x70000 to "
     "0x70198 reach beyond buffer 'element', which ends at 0x70180"},
    {"LinesOfTheEwOperandOnePixelTooFarApart",
     layer,
     {{0x5010, 28, 16, 1}},
     "task 0: dpu_rdma.ew_base_addr.ew_base_addr = 0x70000: the EW operand lies inside one buffer; bytes 0x70000 to "
     "0x70188 reach beyond buffer 'element', which ends at 0x70180"},
    {"AReaderWithNothingToRead",
     layer,
     {{0x501c, 0, 0, 1}, {0x5034, 0, 0, 1}, {0x4040, 0, 0, 1}, {0x4050, 1, 0, 2}, {0x4070, 0, 0, 1}},
     "task 0: dpu_rdma.brdma_cfg.brdma_disable = 1: DPU_RDMA is started beside a convolution only to read something"},
};
INSTANTIATE_TEST_SUITE_P(Readers, PipelineRule, testing::ValuesIn(kReaders), row_name);

const std::vector<Row> kWriter{
    {"UnequalNotches",
     copy,
     {{0x4038, 28, 16, 1}},
     "task 0: dpu.data_cube_notch.notch_1 = 1: both halves of the notch are equal; 0"},
    {"UnequalGroups",
     product,
     {{0x4050, 7, 5, 0}},
     "task 0: dpu.bs_ow_cfg.size_e_1 = 1: the three sizes of a surface group are equal; 2"},
    {"AGroupThatIsNoStep",
     copy,
     {{0x4050, 10, 0, 0x126}},
     "task 0: dpu.bs_ow_cfg.size_e_0 = 2: a surface group is what a step writes; 1"},
    {"MisalignedResult",
     copy,
     {{0x4020, 2, 0, 4}},
     "task 0: dpu.dst_base_addr.dst_base_addr = 0x40004: the result's surfaces begin at multiples of 8"},
    {"MisalignedSurfacesOfTheResult",
     copy,
     {{0x4024, 31, 0, 124}},
     "task 0: dpu.dst_surf_stride.dst_surf_stride = 124: the result's surfaces begin at multiples of 8"},
    {"MisalignedGroupsOfTheResult",
     copy,
     {{0x40c0, 31, 0, 124}},
     "task 0: dpu.surface_add.surface_add = 124: the result's surfaces begin at multiples of 8"},
    {"AResultOneAtomTooFar",
     copy,
     {{0x4020, 31, 0, 0x40008}},
     "task 0: dpu.dst_base_addr.dst_base_addr = 0x40008: the result lies inside one buffer; bytes 0x40008 to 0x40100 "
     "reach beyond buffer 'result', which ends at 0x400f8"},
    {"GroupsOfTheResultOneAtomTooFarApart",
     copy,
     {{0x40c0, 31, 0, 136}},
     "task 0: dpu.dst_base_addr.dst_base_addr = 0x40000: the result lies inside one buffer; bytes 0x40000 to 0x40100 "
     "reach beyond buffer 'result', which ends at 0x400f8"},
    // 4 surfaces in groups of 2, 32-bit: 32 + 16 + 3 * (16 + 6 * 8) + 16 = 256 bytes.
    {"SurfacesOfTheResultOneAtomTooFarApart",
     product,
     {{0x4024, 31, 0, 24}},
     "task 0: dpu.dst_base_addr.dst_base_addr = 0x40000: the result lies inside one buffer; bytes 0x40000 to 0x40108 "
     "reach beyond buffer 'result', which ends at 0x40100"},
    {"LinesOfTheResultOneUnitTooFarApart",
     product,
     {{0x4038, 12, 0, 7}, {0x4038, 28, 16, 7}},
     "task 0: dpu.dst_base_addr.dst_base_addr = 0x40000: the result lies inside one buffer; bytes 0x40000 to 0x40118 "
     "reach beyond buffer 'result', which ends at 0x40100"},
    {"AResultOverTheWords",
     copy,
     {{0x4020, 31, 0, 0x10000}},
     "task 0: dpu.dst_base_addr.dst_base_addr = 0x10000: the result does not overwrite command words of this job; "
     "bytes "
     "0x10000 to 0x100f8"},
    {"ALengthWithoutAStream",
     copy,
     {{0x400c, 24, 9, 30}},
     "task 0: dpu.feature_mode_cfg.surf_len = 30: a contiguous stream is declared as long as it is, and only there; 0"},
    // 30 steps of one atom.
    {"AContiguousStream", copy, {{0x400c, 25, 9, 0x10000 | 30}}, "accepted"},
    {"AContiguousStreamDeclaredLonger",
     copy,
     {{0x400c, 25, 9, 0x10000 | 31}},
     "task 0: dpu.feature_mode_cfg.surf_len = 31: a contiguous stream is declared as long as it is, and only there; "
     "30"},
    {"ATransposedWriteOfThreeLines",
     copy,
     {{0x400c, 30, 30, 1}},
     "task 0: dpu.feature_mode_cfg.tp_en = 1: a transposed write takes a cube of one line and is not contiguous; 3 "
     "lines"},
};
INSTANTIATE_TEST_SUITE_P(Writer, PipelineRule, testing::ValuesIn(kWriter), row_name);

const std::vector<Row> kUnsupported{
    {"ATable",
     copy,
     {{0x4070, 9, 0, 0x302}},
     "task 0: dpu.ew_cfg.ew_lut_bypass = 0: table functions (sigmoid, tanh, ...) are not supported"},
    {"ALoadOfATable",
     copy,
     {{0x4100, 17, 17, 1}},
     "task 0: dpu.lut_access_cfg.lut_write = 1: table functions are not supported; must be 0"},
    {"AResultForThePpu",
     product,
     {{0x400c, 3, 1, 1}},
     "task 0: dpu.feature_mode_cfg.output_mode = ppu: pooling is not supported: results go to memory"},
    {"UnPooling",
     copy,
     {{0x5048, 12, 12, 1}},
     "task 0: dpu_rdma.src_dma_cfg.unpooling_en = 1: un-pooling (nearest resize) is not supported; must be 0"},
    {"CompressedWeights",
     product,
     {{0x1100, 0, 0, 1}},
     "task 0: cna.dcomp_ctrl.dcomp_enable = 1: compressed weights are not supported; must be 0"},
    {"AConverterOfCubes",
     layer,
     {{0x104c, 0, 0, 1}},
     "task 0: cna.cvt_con0.cvt_enable = 1: the converter of pixels is known for images alone"},
    {"AConverterOfFloats",
     product,
     {{0x104c, 3, 0, 1}, {0x100c, 15, 12, 8}},
     "task 0: cna.cvt_con0.cvt_enable = 1: the converter of pixels is known in integer work alone"},
    {"AConverterThatAddsFirst",
     layer,
     {{0x104c, 3, 0, 3}, {0x100c, 15, 12, 8}},
     "task 0: cna.cvt_con0.cvt_add_first = 1: the converter of pixels multiplies, shifts to nearest, adds: no other "
     "order "
     "is known"},
};
INSTANTIATE_TEST_SUITE_P(Unsupported, PipelineRule, testing::ValuesIn(kUnsupported), row_name);

struct ZeroField {
  Example (*base)();
  std::uint16_t offset;
  unsigned high, low;
  const char* name;
};

// Fields that docs/registers.md calls "always 0", "never seen set", "not on RK356x", or leaves without a meaning.
const ZeroField kZeroFields[] = {
    {product, 0x100c, 30, 30, "nonalign_dma"},   {product, 0x100c, 29, 29, "group_line_off"},
    {product, 0x1010, 23, 16, "kernel_group"},   {product, 0x1010, 2, 0, "debug"},
    {product, 0x1014, 30, 28, "nn_mode"},        {product, 0x102c, 23, 22, "surf_mode"},
    {product, 0x1104, 31, 0, "regnum"},          {product, 0x1114, 31, 0, "chunk_base_addr"},
    {product, 0x112c, 31, 0, "chunk_base_addr"}, {product, 0x1130, 31, 0, "amount"},
    {product, 0x114c, 31, 0, "amount"},          {product, 0x302c, 6, 6, "round_type"},
    {product, 0x302c, 4, 0, "clip_truncate"},    {copy, 0x400c, 29, 26, "regroup"},
    {copy, 0x4010, 3, 3, "mc_surf_out"},         {copy, 0x4010, 25, 16, "ew_shift_neg"},
    {copy, 0x4034, 24, 22, "minmax_ctl"},        {copy, 0x4048, 1, 1, "bs_mul_shift_src"},
    {copy, 0x4068, 1, 1, "bn_mul_shift_src"},    {copy, 0x4050, 31, 28, "regroup_count"},
    {copy, 0x4050, 27, 27, "other_transpose"},   {copy, 0x4070, 30, 30, "ew_cvt_round"},
    {copy, 0x4070, 5, 5, "ew_mul_prelu"},        {copy, 0x4078, 31, 22, "ew_truncate"},
    {copy, 0x4084, 16, 16, "fp32_to_fp16"},      {copy, 0x4088, 19, 12, "minus_exp"},
    {copy, 0x4088, 30, 30, "out_cvt_round"},     {copy, 0x4088, 31, 31, "out_cvt_add_first"},
    {copy, 0x5044, 10, 8, "comb_use"},           {copy, 0x5044, 3, 3, "mrdma_fp16_to_fp32"},
    {copy, 0x5048, 13, 13, "pooling_method"},
};

TEST(Unsupported, FieldsThatNobodySetsMustBe0) {
  for (const ZeroField& field : kZeroFields) {
    Example example = field.base();
    const bool address = std::strcmp(field.name, "chunk_base_addr") == 0;
    example.bits(field.offset, field.high, field.low, address ? static_cast<std::uint32_t>(kFeatures) : 1);
    const std::string message = example.message();
    EXPECT_NE(message.find(std::string(".") + field.name + " = "), std::string::npos) << field.name << ": " << message;
    EXPECT_NE(message.find("must be 0"), std::string::npos) << message;
    EXPECT_EQ(example.checked().error().code, Code::kUnsupported);
  }
}

// Rows of 8 channels, 16 bytes, for 5 pixels: x / 4 * 0x60 + x % 4 * 0x18 + 16 bytes. The last of the group of four
// ends at 72 + 16, the fifth pixel at 96 + 16.
TEST(TransposedWrites, AreCheckedToTheEndOfEveryRow) {
  Example e = copy();
  e.set(0x400c, 0x40000109).set(0x4050, 0x36e).set(0x4034, 0).set(0x5010, 0).set(0x504c, 8);
  e.set(0x4024, 0x18).set(0x40c0, 0x60).resize(kResult, 112);
  EXPECT_EQ(e.verdict(), "accepted");
  EXPECT_NE(e.resize(kResult, 111).verdict(), "accepted");
  // Groups closer than their rows: the fourth pixel reaches farthest, 72 + 16.
  e.set(0x40c0, 0).resize(kResult, 88);
  EXPECT_EQ(e.verdict(), "accepted");
  EXPECT_NE(e.resize(kResult, 87).verdict(), "accepted");
  EXPECT_EQ(e.bits(0x4010, 31, 29, 5).verdict(),
            "task 0: dpu.data_format.out_precision = fp32: a transposed write moves 16-bit elements");
}

TEST(FlyingTasks, AreAtMost8176PixelsWide) {
  for (const std::uint32_t width : {8175U, 8176U, 8177U}) {
    Example e = copy();
    e.set(0x4030, width - 1).set(0x500c, width - 1).set(0x4034, 0).set(0x5010, 0).set(0x504c, 0);
    e.set(0x4024, width * 8).set(0x40c0, width * 8);
    e.resize(kFeatures, std::size_t{width} * 16).resize(kResult, std::size_t{width} * 16);
    EXPECT_EQ(e.verdict(), width <= 8176 ? "accepted"
                                         : "task 0: dpu_rdma.data_cube_width.width = 8177: a flying cube is at most as "
                                           "wide as the chip takes; at most 8176");
  }
}

// fp32 pixels are 16 bytes of four channels; int8 ones would need eight for an atom.
TEST(FlyingTasks, OfFourChannelsCannotWriteInt8) {
  Example e = copy();
  e.set(0x4010, 1).bits(0x5044, 17, 15, 4).bits(0x5044, 7, 5, 1).set(0x504c, 0).resize(kFeatures, 480);
  EXPECT_EQ(e.verdict(),
            "task 0: dpu.data_format.out_precision = int8: the channels of a step fill whole atoms of the "
            "output; 4 channels arrive at once, an atom is 8 bytes");
  EXPECT_EQ(e.bits(0x4010, 31, 29, 1).verdict(), "accepted");
  EXPECT_NE(e.resize(kFeatures, 479).verdict(), "accepted");
}

}  // namespace
}  // namespace mattock::test
