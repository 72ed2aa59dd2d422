#include "container/names.hpp"

namespace mattock::container {
std::string_view layout_name(Layout layout) {
  switch (layout) {
    case Layout::kPlain: return "plain";
    case Layout::kNhwc: return "NHWC";
    case Layout::kNchw: return "NCHW";
    case Layout::kNC1HWC2: return "NC1HWC2";
    case Layout::kNativeWeight: return "weight";
  }
  return "unknown";
}

std::string_view kind_name(TensorKind kind) {
  switch (kind) {
    case TensorKind::kPlaceholder: return "placeholder";
    case TensorKind::kInput: return "input";
    case TensorKind::kOutput: return "output";
    case TensorKind::kIntermediate: return "intermediate";
    case TensorKind::kConstant: return "constant";
    case TensorKind::kHostConstant: return "host constant";
    case TensorKind::kTable: return "table";
    case TensorKind::kOldCommands: return "old commands";
    case TensorKind::kCompilerConstant: return "compiler constant";
    case TensorKind::kCommands: return "commands";
    case TensorKind::kTasks: return "tasks";
  }
  return "unknown";
}

std::string_view engine_name(Engine engine) { return engine == Engine::kNpu ? "NPU" : "host"; }

}  // namespace mattock::container
