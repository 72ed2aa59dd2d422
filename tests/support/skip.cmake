# A test that cannot run here: says why, and fails where everything must run (MATTOCK_REQUIRE_ALL=1).
if("$ENV{MATTOCK_REQUIRE_ALL}" STREQUAL "1")
  message(FATAL_ERROR "MATTOCK_REQUIRE_ALL=1: ${REASON}")
endif()
message("SKIPPED: ${REASON}")
