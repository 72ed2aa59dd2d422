# mattock_embed(TARGET HEADER NAMESPACE FILE...): files of the repository as bytes in a program that has no folder to read
# them from. HEADER, generated beside the target's other headers, declares `files()`, a table of names (without their
# folder) and bytes, in NAMESPACE.
function(mattock_embed target header namespace)
  string(REPEAT "0x..," 20 line)
  set(arrays "")
  set(rows "")
  set(index 0)
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
    get_filename_component(name ${file} NAME)
    string(APPEND arrays "constexpr unsigned char kFile${index}[] = {\n${bytes}};\n")
    string(APPEND rows "    {\"${name}\", std::as_bytes(std::span(kFile${index}))},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  get_filename_component(stem ${header} NAME_WE)
  file(CONFIGURE OUTPUT ${folder}/${header} CONTENT "#pragma once
#include <cstddef>
#include <span>
#include <string_view>
namespace @namespace@ {
struct File {
  std::string_view name;
  std::span<const std::byte> bytes;
};
std::span<const File> files();
}  // namespace @namespace@
" @ONLY)
  file(CONFIGURE OUTPUT ${folder}/${stem}.cpp CONTENT "#include \"@header@\"
namespace @namespace@ {
namespace {
@arrays@
const File kFiles[] = {
@rows@};
}  // namespace
std::span<const File> files() { return kFiles; }
}  // namespace @namespace@
" @ONLY)
  target_sources(${target} PRIVATE ${folder}/${stem}.cpp)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
