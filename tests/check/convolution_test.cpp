// Rules of CNA, CMAC, CORE and the convolution buffer.
#include "check/support/rows.hpp"

namespace mattock::test {
namespace {

class ConvolutionRule : public testing::TestWithParam<Row> {};

TEST_P(ConvolutionRule, HoldsToTheLimitAndNotBeyond) { EXPECT_EQ(verdict_of(GetParam()), GetParam().message); }

constexpr auto product = Example::product;
constexpr auto layer = Example::layer;

// 1x1 convolution over a map of 6x2 pixels whose 4 surfaces lie 12 atoms apart; 32 channels int8.
const std::vector<Row> kRows{
    {"TypesThatDoNotMultiply",
     product,
     {{0x100c, 10, 8, 5}},
     "task 0: cna.conv_con1.proc_precision = fp32: the multipliers take int8, int16, fp16 or bf16"},
    {"AFeatureMapOfAnotherType",
     product,
     {{0x100c, 6, 4, 1}},
     "task 0: cna.conv_con1.in_precision = int16: the feature map has the multipliers' type"},
    {"MultipliersOfAnotherType",
     product,
     {{0x200c, 13, 12, 1}},
     "task 0: cmac.misc_cfg.proc_precision = int16: CMAC works in the type and mode of CNA, bit 0 set"},
    {"MultipliersInAnotherMode",
     product,
     {{0x200c, 1, 1, 1}},
     "task 0: cmac.misc_cfg.dw_en = 1: CMAC works in the type and mode of CNA, bit 0 set"},
    {"MultipliersWithoutBit0",
     product,
     {{0x200c, 0, 0, 0}},
     "task 0: cmac.misc_cfg.always_one = 0: CMAC works in the type and mode of CNA, bit 0 set"},
    {"AnAccumulatorOfAnotherType",
     product,
     {{0x300c, 13, 12, 0}},
     "task 0: core.misc_cfg.proc_precision = int8: CORE works in the type and mode of CNA, in bf16 work as fp16"},
    {"AnAccumulatorInAnotherMode",
     product,
     {{0x300c, 1, 1, 1}},
     "task 0: core.misc_cfg.dw_en = 1: CORE works in the type and mode of CNA, in bf16 work as fp16"},
    {"Bf16LeavesTheAccumulatorAtFp16",
     product,
     {{0x100c, 10, 4, 0x33}, {0x200c, 13, 12, 3}, {0x4010, 2, 0, 3}},
     "accepted"},
    {"OtherBursts",
     product,
     {{0x1078, 31, 0, 0x00071c07}},
     "task 0: cna.dma_con0.burst = 0x71c07: the DMA bursts of the RK356x are this one constant; others stop the bus or "
     "the multipliers; 0x171c07"},
    {"NoWidth",
     product,
     {{0x1020, 26, 16, 0}},
     "task 0: cna.data_size0.datain_width = 0: the input is at least one pixel and at most what the chip takes; 1 to "
     "2047"},
    {"NoHeight",
     product,
     {{0x1020, 10, 0, 0}},
     "task 0: cna.data_size0.datain_height = 0: the input is at least one pixel and at most what the chip takes; 1 to "
     "2047"},
    {"NoChannels",
     product,
     {{0x1024, 15, 0, 0}},
     "task 0: cna.data_size1.datain_channel = 0: declared channels are whole atoms, at least one; a multiple of 4"},
    {"HalfAnAtom",
     product,
     {{0x1024, 15, 0, 30}},
     "task 0: cna.data_size1.datain_channel = 30: declared channels are whole atoms, at least one; a multiple of 4"},
    {"AllChannelsButOneReal", product, {{0x1024, 29, 16, 30}}, "accepted"},
    {"MoreRealChannelsThanDeclared",
     product,
     {{0x1024, 29, 16, 32}},
     "task 0: cna.data_size1.datain_channel_real = 33: no more channels are real than declared; at most 32"},
    {"AnImageWithoutChannels",
     product,
     {{0x100c, 15, 12, 7}},
     "task 0: cna.conv_con1.argb_in = 7: an image has 1 to 4 interleaved channels; 0 or 8 to 11"},
    {"AnImageOf5Channels",
     product,
     {{0x100c, 15, 12, 12}},
     "task 0: cna.conv_con1.argb_in = 12: an image has 1 to 4 interleaved channels; 0 or 8 to 11"},
    {"ImageTapsWithoutAnImage",
     product,
     {{0x1018, 31, 0, 36}},
     "task 0: cna.conv_con4.image_taps = 36: image_taps is width * height * 9 for an image of 3 channels, else 0; 0"},
    {"AFetchOfMoreLines",
     product,
     {{0x1084, 10, 0, 5}},
     "task 0: cna.fc_data_size0.dma_height = 5: the DMA fetches the declared cube, or one pixel of C channels as C / "
     "C2 x 1 x C2; 1 x 4 x 32"},
    {"AFetchOfMorePixels",
     product,
     {{0x1084, 29, 16, 2}},
     "task 0: cna.fc_data_size0.dma_width = 2: the DMA fetches the declared cube, or one pixel of C channels as C / C2 "
     "x 1 x C2; 1 x 4 x 32"},
    {"AFetchOfMoreChannels",
     product,
     {{0x1088, 15, 0, 36}},
     "task 0: cna.fc_data_size1.dma_channel = 36: the DMA fetches the declared cube, or one pixel of C channels as C / "
     "C2 x 1 x C2; 32"},
    {"AKernelOfNoWidth",
     product,
     {{0x1038, 28, 24, 0}},
     "task 0: cna.weight_size2.weight_width = 0: a kernel is at least one tap"},
    {"AKernelOfNoHeight",
     product,
     {{0x1038, 20, 16, 0}},
     "task 0: cna.weight_size2.weight_height = 0: a kernel is at least one tap"},
    {"AnXStrideOf0", product, {{0x1014, 2, 0, 0}}, "task 0: cna.conv_con3.x_stride = 0: the x stride is at least 1"},
    {"AYStrideOf0", product, {{0x1014, 5, 3, 0}}, "accepted"},
    {"AnXSpreadWithoutTransposing",
     product,
     {{0x1014, 10, 8, 1}},
     "task 0: cna.conv_con3.deconv_x_stride = 2: only a transposed convolution spreads its input"},
    {"AYSpreadWithoutTransposing",
     product,
     {{0x1014, 13, 11, 1}},
     "task 0: cna.conv_con3.deconv_y_stride = 2: only a transposed convolution spreads its input"},
    {"ASpreadOfATransposedConvolution", product, {{0x1014, 10, 8, 1}, {0x100c, 16, 16, 1}}, "accepted"},
    {"AnotherOutputWidthInCna",
     product,
     {{0x1028, 10, 0, 2}},
     "task 0: cna.data_size2.dataout_width = 2: CNA and CORE have the same output size; 1"},
    {"AnotherPixelCountInCna",
     product,
     {{0x102c, 21, 0, 5}},
     "task 0: cna.data_size3.dataout_atomics = 5: CNA and CORE have the same output size; 4"},
    // min(H, 1 + 1 * (16 / 1 + 1)) = 4 lines; the map of 6 pixels has 2.
    {"AsManyLinesAheadAsAreNeeded", product, {{0x1010, 13, 4, 4}}, "accepted"},
    {"OneLineAheadTooFew",
     product,
     {{0x1010, 13, 4, 3}},
     "task 0: cna.conv_con2.feature_grains = 3: enough lines are fetched before the scan starts: too few corrupt "
     "channels 0 to 15; at least 4"},
    {"NoKernels",
     product,
     {{0x1038, 13, 0, 0}},
     "task 0: cna.weight_size2.weight_kernels = 0: there is at least one kernel, and exactly one in a depthwise "
     "convolution"},
    {"KernelsOfAnotherLength",
     product,
     {{0x1034, 18, 0, 68}},
     "task 0: cna.weight_size1.weight_bytes_per_kernel = 68: a kernel's bytes are taps * bytes of the declared "
     "channels, "
     "a last slice of 24 bytes stored as 32; 64"},
    // 28 channels fp16 are a slice of 32 bytes and one of 24.
    {"ASliceOf24BytesIsStoredAs32",
     product,
     {{0x1024, 15, 0, 28}, {0x1024, 29, 16, 27}, {0x1088, 15, 0, 28}},
     "accepted"},
    {"WeightsOfAnotherLength",
     product,
     {{0x1030, 31, 0, 1023}},
     "task 0: cna.weight_size0.weight_bytes = 1023: all weights are kernels * bytes of a kernel; 1024"},
    {"AnAccumulatorThatDeclaresHalfAStep",
     product,
     {{0x3014, 12, 0, 11}},
     "task 0: core.dataout_size_1.dataout_channel = 12: CORE declares whole steps: the kernels, or depthwise the "
     "channels, rounded up; 16"},
    {"MisalignedFeatures",
     product,
     {{0x1070, 2, 0, 4}},
     "task 0: cna.feature_data_addr.feature_base_addr = 0x20004: features begin at a whole atom; a multiple of 8"},
    {"MisalignedWeights",
     product,
     {{0x1110, 2, 0, 4}},
     "task 0: cna.dcomp_addr0.weight_base_addr = 0x30004: weights begin at a whole atom; a multiple of 8"},
    {"FeaturesOneAtomTooFar",
     product,
     {{0x1070, 31, 0, 0x20008}},
     "task 0: cna.feature_data_addr.feature_base_addr = 0x20008: features lie inside one buffer; bytes 0x20008 to "
     "0x20108 reach beyond buffer 'features', which ends at 0x20100"},
    {"FeatureLinesOneAtomTooFarApart",
     product,
     {{0x107c, 27, 0, 9}},
     "task 0: cna.feature_data_addr.feature_base_addr = 0x20000: features lie inside one buffer; bytes 0x20000 to "
     "0x20118 reach beyond buffer 'features', which ends at 0x20100"},
    {"FeatureLinesCloser", product, {{0x107c, 27, 0, 7}}, "accepted"},
    {"FeatureSurfacesOneAtomTooFarApart",
     layer,
     {{0x1080, 27, 0, 13}},
     "task 0: cna.feature_data_addr.feature_base_addr = 0x20000: features lie inside one buffer; bytes 0x20000 to "
     "0x20198 reach beyond buffer 'features', which ends at 0x20180"},
    {"FeatureStridesOfAllBits",
     product,
     {{0x107c, 27, 0, 0xfffffff}, {0x1080, 27, 0, 0xfffffff}},
     "task 0: cna.feature_data_addr.feature_base_addr = 0x20000: features lie inside one buffer; bytes 0x20000 to "
     "0x50001ffb8 reach beyond buffer 'features', which ends at 0x20100"},
    {"WeightsOneAtomTooFar",
     product,
     {{0x1110, 31, 0, 0x30008}},
     "task 0: cna.dcomp_addr0.weight_base_addr = 0x30008: weights lie inside one buffer; bytes 0x30008 to 0x30408 "
     "reach "
     "beyond buffer 'weights', which ends at 0x30400"},
    {"AllBanks", product, {{0x1040, 7, 0, 0x44}}, "accepted"},
    {"NineBanks",
     product,
     {{0x1040, 7, 0, 0x81}},
     "task 0: cna.cbuf_con0.weight_banks = 8: data and weights share the chip's banks; 1 data and 8 weight banks of 8"},
    {"ABufferLineOfAnotherWidth",
     product,
     {{0x1044, 31, 16, 2}},
     "task 0: cna.cbuf_con1.width = 2: the buffer's lines have the width of the input; 1"},
    {"AnEntryTooFew",
     product,
     {{0x1044, 13, 0, 1}},
     "task 0: cna.cbuf_con1.data_entries = 1: a line of the buffer holds a line of the input; at least 2"},
    {"AnEntryMore", product, {{0x1044, 13, 0, 3}}, "accepted"},
    {"NoEntriesWhereAllLinesAreTheFirst", product, {{0x1014, 5, 3, 0}, {0x1044, 13, 0, 0}}, "accepted"},
    {"AsManyEntriesAsABankHas", product, {{0x1044, 13, 0, 256}}, "accepted"},
    {"MoreEntriesThanABankHas",
     product,
     {{0x1044, 13, 0, 257}},
     "task 0: cna.cbuf_con0.data_banks = 1: the data banks hold all lines of the input; 4 lines of 257 entries, 1 "
     "banks "
     "hold 1024"},
    {"MoreEntriesInTwoBanks", product, {{0x1044, 13, 0, 257}, {0x1040, 7, 0, 0x62}}, "accepted"},
    {"NoWeightBanks",
     product,
     {{0x1040, 7, 4, 0}},
     "task 0: cna.cbuf_con0.weight_banks = 0: weights that exceed their banks come by whole kernel groups, which must "
     "fit; depthwise ones cannot; 512 bytes, 0 banks hold 0"},
    {"DataThatNobodyLoaded",
     product,
     {{0x1040, 12, 12, 1}},
     "task 0: cna.cbuf_con0.data_reuse = 1: data stay only from a task that loaded this size, entries and bank split"},
    {"WeightsThatNobodyLoaded",
     product,
     {{0x1040, 13, 13, 1}},
     "task 0: cna.cbuf_con0.weight_reuse = 1: weights stay only from a task that loaded as many, for this width, "
     "channels, entries and bank split"},
};

INSTANTIATE_TEST_SUITE_P(Rule, ConvolutionRule, testing::ValuesIn(kRows), row_name);

/// A map `width` wide, one line, 32 channels fp16 to 16; every buffer exactly as large as it must be.
Example wide(std::uint32_t width) {
  constexpr std::uint32_t kWideFeatures = 0x100000, kWideResult = 0x200000;
  Example e = Example::product();
  e.set(0x1070, kWideFeatures)
      .resize(kWideFeatures, width * 64)
      .set(0x4020, kWideResult)
      .resize(kWideResult, width * 64);
  e.set(0x1020, width << 16 | 1).set(0x1084, width << 16 | 1).set(0x1028, width).set(0x102c, width);
  e.set(0x1040, 0x44).set(0x1044, width << 16 | 2 * width).set(0x107c, width).set(0x1080, width);
  e.set(0x3010, width - 1).set(0x4030, width - 1).set(0x4034, 0).set(0x4038, 0).set(0x4024, 16 * width);
  return e.set(0x40c0, 32 * width);
}

TEST(ConvolutionRules, TakeMapsUpTo2047PixelsWide) {
  EXPECT_EQ(wide(2046).verdict(), "accepted");
  EXPECT_EQ(wide(2047).verdict(), "accepted");
  EXPECT_EQ(wide(2048).verdict(), "task 0: word 5: cna.data_size0 = 0x8000001: bits 0x8000000 are not described");
}

/// All output lines read the first line of the input.
Example tall(std::uint32_t height) {
  Example e = Example::product();
  e.resize(kResult, height * 64).bits(0x1014, 5, 3, 0).set(0x102c, height);
  return e.set(0x3010, (height - 1) << 16).set(0x4034, height - 1);
}

TEST(ConvolutionRules, TakeOutputsUpTo2047LinesHigh) {
  EXPECT_EQ(tall(2046).verdict(), "accepted");
  EXPECT_EQ(tall(2047).verdict(), "accepted");
  EXPECT_EQ(tall(2048).verdict(),
            "task 0: core.dataout_size_0.dataout_height = 2048: the output is at most what the chip takes; 1 to 2047");
}

// One pixel of 32 channels fp16 may be fetched as 8 pixels of one atom (matmul-streams.md, M = 1).
TEST(ConvolutionRules, TakeOnePixelAsALineOfAtoms) {
  Example e = Example::product();
  e.set(0x1020, 0x10001).set(0x1084, 0x80001).set(0x1088, 4).set(0x102c, 1).set(0x3010, 0).set(0x4034, 0);
  e.resize(kFeatures, 64);
  EXPECT_EQ(e.verdict(), "accepted");
  EXPECT_NE(e.bits(0x1084, 29, 16, 7).verdict(), "accepted");
  EXPECT_NE(e.bits(0x1084, 29, 16, 9).verdict(), "accepted");
}

TEST(ConvolutionRules, KeepDataOfTheTaskBeforeInTheSameShape) {
  Example e = Example::product().then(Example::product());
  EXPECT_EQ(e.bits(0x1040, 12, 12, 1, 1).verdict(), "accepted");
  EXPECT_EQ(e.bits(0x1040, 13, 13, 1, 1).verdict(), "accepted");
  EXPECT_NE(e.set(0x1040, 0x3062, 1).verdict(), "accepted") << "another bank split";
  Example between = Example::product().then(Example::copy()).then(Example::product());
  EXPECT_EQ(between.set(0x1040, 0x3071, 2).verdict(), "accepted") << "a flying task leaves the buffer alone";
  Example other = Example::product().then(Example::layer()).then(Example::product());
  EXPECT_NE(other.set(0x1040, 0x1071, 2).verdict(), "accepted") << "another convolution does not";
}

TEST(ConvolutionRules, TakeKernelsUpToABank) {
  Example e = Example::product();
  // One tap of 16,384 channels fp16 is exactly a bank: 32,768 bytes.
  e.set(0x1024, 16383U << 16 | 16384).set(0x1088, 16384).set(0x1020, 0x10001).set(0x1084, 0x10001);
  e.set(0x1034, 32768).set(0x1030, 32768).set(0x1038, 0x1010001).set(0x3014, 7).set(0x403c, 0x70007);
  e.set(0x102c, 1).set(0x3010, 0).set(0x4034, 0).set(0x1044, 0x10000 | 1024);
  e.resize(kFeatures, 32768).resize(kWeights, 32768);
  EXPECT_EQ(e.verdict(), "accepted");
  e.set(0x1024, 16383U << 16 | 16388).set(0x1088, 16388).set(0x1034, 32776).set(0x1030, 32776);
  e.set(0x1044, 0x10000 | 1025).set(0x1040, 0x62).resize(kFeatures, 32776).resize(kWeights, 32776);
  EXPECT_EQ(e.verdict(),
            "task 0: cna.weight_size1.weight_bytes_per_kernel = 32776: a kernel fits one bank; at most 32768");
}

TEST(ConvolutionRules, StreamWeightsByWholeGroups) {
  Example e = Example::product();
  // 8 kernels of 9x9 taps * 64 bytes = 41,472 bytes: two banks hold a group, one does not.
  e.set(0x1038, 0x9090010).set(0x1034, 81 * 64).set(0x1030, 16 * 81 * 64);
  e.set(0x1110, 0x100000).resize(0x100000, 16 * 81 * 64);
  e.set(0x1040, 0x21);
  EXPECT_EQ(e.verdict(), "accepted");
  EXPECT_EQ(
      e.set(0x1040, 0x11).verdict(),
      "task 0: cna.cbuf_con0.weight_banks = 1: weights that exceed their banks come by whole kernel groups, which "
      "must fit; depthwise ones cannot; 41472 bytes, 1 banks hold 32768");
}

/// An RGB image of 5x3 pixels, int8, 15 bytes a line: two atoms; channels declared: one atom.
Example image() {
  Example e = Example::layer();
  e.set(0x100c, 0xa000).set(0x1018, 5 * 3 * 9).set(0x1020, 0x50003).set(0x1084, 0x50003).set(0x1024, 0x20008);
  e.set(0x1088, 8).set(0x1028, 5).set(0x102c, 15).set(0x1034, 8).set(0x1030, 24 * 8).set(0x1044, 0x50002);
  e.set(0x1010, 0x30).set(0x107c, 2).set(0x104c, 0x92491).set(0x3010, 0x20004).set(0x4030, 4).set(0x4034, 2);
  e.set(0x500c, 4).set(0x5010, 2).set(0x4024, 120).set(0x40c0, 240).set(0x5040, 120);
  return e.resize(kFeatures, 48).resize(kResult, 480).resize(kElement, 480);
}

TEST(ConvolutionRules, TakeImagesByWholeAtomsOfALine) {
  Example e = image();
  EXPECT_EQ(e.verdict(), "accepted");
  EXPECT_NE(e.resize(kFeatures, 47).verdict(), "accepted");
  EXPECT_EQ(image().set(0x1018, 134).verdict(),
            "task 0: cna.conv_con4.image_taps = 134: image_taps is width * height * 9 for an image of 3 channels, else "
            "0; 135");
  // Pixels of two bytes: 30 bytes a line, 4 atoms.
  EXPECT_EQ(image().bits(0x104c, 0, 0, 0).verdict(), "accepted") << "int8 pixels are one byte, converted or not";
}

/// Depthwise, int8, 32 channels, one kernel.
Example depthwise() {
  Example e = Example::layer();
  e.set(0x100c, 3).set(0x200c, 3).set(0x300c, 2).set(0x1038, 0x1010001).set(0x1030, 32).set(0x400c, 0x138);
  return e.set(0x4050, 0x36d).set(0x40c0, 4 * 96).set(0x5044, 0x4006).resize(kWeights, 32);
}

TEST(ConvolutionRules, TakeDepthwiseConvolutionsOfOneKernel) {
  EXPECT_EQ(depthwise().verdict(), "accepted");
  EXPECT_EQ(depthwise().bits(0x1038, 13, 0, 2).verdict(),
            "task 0: cna.weight_size2.weight_kernels = 2: there is at least one kernel, and exactly one in a depthwise "
            "convolution");
  EXPECT_EQ(depthwise().bits(0x400c, 5, 4, 0).verdict(),
            "task 0: dpu.feature_mode_cfg.conv_mode = direct: DPU and DPU_RDMA are depthwise when CNA is");
  EXPECT_EQ(depthwise().bits(0x5044, 2, 1, 0).verdict(),
            "task 0: dpu_rdma.feature_mode_cfg.conv_mode = direct: DPU and DPU_RDMA are depthwise when CNA is");
}

}  // namespace
}  // namespace mattock::test
