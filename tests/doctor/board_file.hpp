// A board of boards.py: its files, with fake kernels behind the nodes, and what doctor has to find on it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "doctor/examine.hpp"
#include "fakekernel/kernel.hpp"
#include "fakekernel/system.hpp"

namespace mattock::test {

struct BoardFile {
  std::string name;
  std::string root;          ///< the folder with its files
  std::string finding = {};  ///< of the first step that is worse than a note; empty: none
  bool fault = false;        ///< it is a fault, else a warning
  std::string remedy;        ///< a piece of what is to be done
  unsigned wrong_products = 0;
  std::shared_ptr<fakekernel::Kernel> kernel = {};  ///< null where nothing imitates the driver
  std::shared_ptr<fakekernel::FakeSystem> system = {};
};

std::vector<std::string> board_names();
BoardFile read_board_file(const std::string& name);

/// The examination that the program makes, products on the fake NPU included.
doctor::Report examine(const BoardFile& board);

/// The first step that is worse than a note; null: none.
const doctor::Step* first_finding(const doctor::Report& report);

}  // namespace mattock::test
