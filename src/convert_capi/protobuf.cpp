// What makes a shared library out of Debian's static protobuf-lite, whose objects are compiled for programs. Beside
// these two things the C++ runtime has to be linked in (CMakeLists.txt); everything else in it may lie anywhere. With
// that libmattock-convert.so needs no protobuf of the machine it runs on, and shows none to whoever loads it. Written
// for protobuf 3.21 (Debian 12 and 13): a piece that is missing does not link.
//
// arena.o reaches a thread's data as only programs may (R_X86_64_TPOFF32). Nothing in Mattock puts a message into an
// arena, all are made on the heap, so none of the functions that other objects want of it is ever called. They are
// defined here, and the linker leaves arena.o out.
//
// common.o, which writes what protobuf would log, takes `stderr` from where it is linked; it gets a variable of ours
// (--wrap=stderr).
#include <google/protobuf/arena.h>
#include <google/protobuf/arena_impl.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" {
extern std::FILE* __real_stderr;
// Another name would not be taken by the linker. C's own is no constant, so this is set when the library is loaded.
[[gnu::visibility("hidden")]] std::FILE* __wrap_stderr = __real_stderr;
}

namespace google::protobuf {

void* Arena::AllocateAlignedWithHook(std::size_t, const std::type_info*) { std::abort(); }
void* Arena::AllocateAlignedWithHookForArray(std::size_t, const std::type_info*) { std::abort(); }
std::pair<void*, internal::SerialArena::CleanupNode*> Arena::AllocateAlignedWithCleanup(std::size_t,
                                                                                        const std::type_info*) {
  std::abort();
}

namespace internal {

__thread ThreadSafeArena::ThreadCache ThreadSafeArena::thread_cache_ = {0, ~std::uint64_t{0}, nullptr};

void ThreadSafeArena::AddCleanup(void*, void (*)(void*)) { std::abort(); }
std::uint64_t ThreadSafeArena::SpaceAllocated() const { std::abort(); }
ThreadSafeArena::~ThreadSafeArena() { std::abort(); }

}  // namespace internal
}  // namespace google::protobuf
