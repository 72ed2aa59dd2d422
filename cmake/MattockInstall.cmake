# What is installed. Component "development" (cmake --install): libraries, headers, program, and the files by which
# find_package(mattock) and pkg-config find them. Component "wheel": libraries and program where the Python package
# looks for them.
include(CMakePackageConfigHelpers)

# A wheel can hold no links, so its libraries have no version in their names.
if(NOT SKBUILD)
  set_target_properties(mattock_shared mattock_convert_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
endif()

install(TARGETS mattock_shared mattock_convert_shared EXPORT mattock-targets COMPONENT development)
install(TARGETS mattock COMPONENT development)
install(FILES include/mattock/mattock.h include/mattock/convert.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mattock COMPONENT development)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT development)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/mattock)
install(EXPORT mattock-targets NAMESPACE mattock:: FILE mattock-config.cmake DESTINATION ${package}
  COMPONENT development)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/mattock-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mattock-config-version.cmake DESTINATION ${package} COMPONENT development)

# The prefix follows from where the file lies, so that an installation can be moved.
file(RELATIVE_PATH MATTOCK_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
foreach(library mattock mattock-convert)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${library}.pc.in ${CMAKE_CURRENT_BINARY_DIR}/${library}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${library}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT development)
endforeach()

# What mattock emulate preloads into programs. The wheel has that of its own machine.
get_property(clients GLOBAL PROPERTY MATTOCK_EMULATE_CLIENTS)
install(FILES ${clients} DESTINATION ${CMAKE_INSTALL_LIBDIR}/mattock COMPONENT development)
install(FILES ${CMAKE_BINARY_DIR}/libmattock-emulate-${CMAKE_SYSTEM_PROCESSOR}.so DESTINATION mattock/_lib COMPONENT wheel
  EXCLUDE_FROM_ALL OPTIONAL)

install(TARGETS mattock_shared mattock_convert_shared LIBRARY DESTINATION mattock/_lib COMPONENT wheel EXCLUDE_FROM_ALL)
install(TARGETS mattock RUNTIME DESTINATION mattock/_bin COMPONENT wheel EXCLUDE_FROM_ALL)
