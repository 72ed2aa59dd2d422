// The generated classes of the official schema. Private to the room: whoever includes this needs protobuf.
#pragma once

#include <onnx.pb.h>

namespace mattock::onnx {
namespace schema = ::onnx;
}  // namespace mattock::onnx
