#include "container/names.hpp"

#include <gtest/gtest.h>

namespace mattock::container {
namespace {

TEST(Names, NumbersNobodyHasSeenAreUnknown) {
  EXPECT_EQ(kind_name(static_cast<TensorKind>(99)), "unknown");
  EXPECT_EQ(layout_name(static_cast<Layout>(99)), "unknown");
}

}  // namespace
}  // namespace mattock::container
