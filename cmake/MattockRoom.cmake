# mattock_room(NAME SOURCES a.cpp ... [USES room ...] [LIBS target ...] [PRIVATE_LIBS target ...])
#
# Makes the library mattock::NAME. A room sees its own headers and those of the rooms it USES (and of the
# rooms these use), as "room/header.hpp", and no others: every room has an include root of its own, which
# holds nothing but a link to its folder, so a wrong include does not compile.
function(mattock_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBS;PRIVATE_LIBS" ${ARGN})
  set(target mattock_${name})
  set(include_root ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${include_root})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${include_root}/${name} SYMBOLIC)

  add_library(${target} STATIC ${ROOM_SOURCES})
  add_library(mattock::${name} ALIAS ${target})
  target_include_directories(${target} PUBLIC ${include_root})
  list(TRANSFORM ROOM_USES PREPEND mattock::)
  target_link_libraries(${target} PUBLIC ${ROOM_USES} ${ROOM_LIBS} PRIVATE ${ROOM_PRIVATE_LIBS})
  mattock_warnings(${target})
endfunction()

# The warnings every target of the project is free of, with g++ and clang.
function(mattock_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2)
  if(MATTOCK_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# The C++ runtime of a library or program that leaves this machine: linked in when MATTOCK_STATIC_RUNTIME is set,
# without the parts nothing calls, some of which would ask for a newer C library than the rest.
function(mattock_runtime target)
  if(MATTOCK_STATIC_RUNTIME)
    target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc -Wl,--gc-sections)
  endif()
endfunction()
