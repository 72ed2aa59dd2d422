#include "base/error.hpp"

namespace mattock {
namespace {

struct CodeRow {
  std::string_view name;
  int exit_status;
};

constexpr CodeRow row(Code code) {
  switch (code) {
    case Code::kUsage: return {"usage", 2};
    case Code::kBadFile: return {"bad_file", 1};
    case Code::kUnsupported: return {"unsupported", 1};
    case Code::kBadInput: return {"bad_input", 1};
    case Code::kNotFound: return {"not_found", 1};
    case Code::kDevice: return {"device", 3};
    case Code::kNotModelled: return {"not_modelled", 3};
    case Code::kInternal: return {"internal", 70};
  }
  return {"internal", 70};
}

}  // namespace

std::string_view code_name(Code code) { return row(code).name; }

int exit_status(Code code) { return row(code).exit_status; }

std::string to_string(const Error& error) {
  std::string text;
  if (!error.where.empty()) text = error.where + ": ";
  text += error.message;
  if (!error.hint.empty()) text += "; " + error.hint;
  return text;
}

}  // namespace mattock
