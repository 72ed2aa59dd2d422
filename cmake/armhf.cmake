# Cross build of the back ends for 32-bit systems on the boards, where the kernel's structures and offsets must be those
# of a 64-bit system: Debian's cross compiler with the C and C++ libraries it brings. Nothing that needs protobuf
# (MATTOCK_ONNX=OFF). The rooms above count bytes in 64 bits in places and are not built.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR armv7l)
set(CMAKE_C_COMPILER arm-linux-gnueabihf-gcc)
set(CMAKE_CXX_COMPILER arm-linux-gnueabihf-g++)
set(CMAKE_LIBRARY_ARCHITECTURE arm-linux-gnueabihf)

# Programs such as flatc run here.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
