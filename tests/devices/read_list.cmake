# read_list(FILE VARIABLE): the lines of a list beside this file, "PROGRAM TEST" and, after it, why; without comments.
function(read_list file variable)
  file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/${file} lines REGEX "^[^#]")
  set(${variable} "${lines}" PARENT_SCOPE)
endfunction()

# tests_of(PROGRAM LINES VARIABLE): the tests of one program.
function(tests_of program lines variable)
  set(tests)
  foreach(line IN LISTS lines)
    if(line MATCHES "^${program} ([^ ]+)")
      list(APPEND tests ${CMAKE_MATCH_1})
    endif()
  endforeach()
  set(${variable} "${tests}" PARENT_SCOPE)
endfunction()
