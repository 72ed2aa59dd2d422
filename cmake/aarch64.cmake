# Cross build for the boards (RK3566/RK3568 run arm64): Debian's cross compiler, arm64 libraries installed
# beside the host's through apt multiarch (tools/packages.txt, group long), tests under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

# Programs such as flatc run here; everything else is for the target and found by its multiarch folder.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

find_program(MATTOCK_QEMU NAMES qemu-aarch64-static qemu-aarch64)
if(MATTOCK_QEMU)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${MATTOCK_QEMU})
endif()
