#include "emulate/tree.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <string_view>

#include "fakekernel/board.hpp"

namespace mattock::emulate {
namespace {

namespace fs = std::filesystem;

class Writer {
 public:
  explicit Writer(const fs::path& folder) : top_(folder.string()) {}

  void folder(const std::string& path) {
    std::error_code error;
    fs::create_directories(top_ + path, error);
    if (error) failed(path, error.message());
  }
  void file(const std::string& path, std::string_view content) {
    folder(fs::path(path).parent_path().string());
    std::ofstream out(top_ + path, std::ios::binary);
    out << content;
    if (!out.flush()) failed(path, "cannot be written");
  }
  /// A link from one place of the tree to another, relative, as sysfs has them.
  void link(const std::string& path, const std::string& target) {
    folder(fs::path(path).parent_path().string());
    std::error_code error;
    fs::create_symlink(fs::path(target).lexically_relative(fs::path(path).parent_path()), top_ + path, error);
    if (error) failed(path, error.message());
  }
  Result<void> result() const {
    if (first_problem_.empty()) return {};
    return fail(Code::kInternal, first_problem_);
  }

 private:
  void failed(const std::string& path, const std::string& why) {
    if (first_problem_.empty()) first_problem_ = fmt::format("{}{}: {}", top_, path, why);
  }
  std::string top_, first_problem_;
};

}  // namespace

Result<void> write_tree(const fs::path& folder, const fakekernel::Options& kernel) {
  Writer out(folder);
  const fakekernel::Board board = fakekernel::board_of(kernel);
  for (const std::string& path : board.folders) out.folder(path);
  for (const auto& [path, content] : board.files) out.file(path, content);
  for (const auto& [path, target] : board.links) out.link(path, target);
  // The nodes themselves are the server's sockets.
  for (const fakekernel::BoardNode& node : board.nodes) out.folder(fs::path(node.path).parent_path().string());
  return out.result();
}

}  // namespace mattock::emulate
