// How programs end, and which are refused.
#include <fstream>

#include "emulate/run.hpp"

namespace mattock {
namespace {

using test::client;
using test::emulate;
using test::expect_failure;
using test::Outcome;
using test::TemporaryFile;

TEST(Endings, TheExitStatusIsTheProgramsOwn) {
  EXPECT_EQ(emulate("", "sh -c 'exit 7'").status, 7);
  EXPECT_EQ(emulate("", "true").status, 0);
  EXPECT_EQ(emulate("", "false").status, 1);
}

TEST(Endings, SoIsTheSignalThatEndsIt) {
  EXPECT_EQ(emulate("", "sh -c 'kill -TERM $$'").status, 128 + 15);
  EXPECT_EQ(emulate("", "sh -c 'kill -KILL $$'").status, 128 + 9);
}

TEST(Endings, ASignalToEmulateReachesTheProgram) {
  const Outcome outcome = test::mattock(
      "emulate -- sh -c 'trap \"echo heard; exit 5\" TERM; echo ready; while :; do sleep 0.05; done' & "
      "sleep 0.5; kill -TERM $!; wait $!");
  EXPECT_EQ(outcome.status, 5);
  EXPECT_EQ(outcome.out, "ready\nheard\n");
}

TEST(Endings, StreamsArePassedThrough) {
  EXPECT_EQ(test::mattock("emulate -- cat <'" MATTOCK_TEST_DATA "/streams/README.md'").out,
            test::slurp(MATTOCK_TEST_DATA "/streams/README.md"));
  EXPECT_EQ(test::mattock("emulate -- cat </dev/null").out, "");
  EXPECT_EQ(emulate("", "sh -c 'echo yes; echo no >&2'").err, "no\n");
  // A reader that goes away ends the program like any other: SIGPIPE is not ignored in it.
  EXPECT_EQ(test::mattock("emulate -- sh -c 'yes; echo $? >&2' | head -1").err, "141\n");
}

TEST(Endings, ProgramsThatNeverTouchTheDeviceRunAsEver) {
  const std::string script =
      "import os, subprocess, tempfile, threading, mmap, glob, json, socket\n"
      "with tempfile.TemporaryDirectory() as d:\n"
      "  p = os.path.join(d, 'x'); open(p, 'wb').write(b'a' * 5000)\n"
      "  f = open(p, 'r+b'); m = mmap.mmap(f.fileno(), 0); assert m[4999:] == b'a'\n"
      "  assert os.stat(p).st_size == 5000 and glob.glob(d + '/*') == [p]\n"
      "  a, b = socket.socketpair(); a.send(b'hi'); assert b.recv(2) == b'hi'\n"
      "  import stat; assert stat.S_ISSOCK(os.fstat(a.fileno()).st_mode)\n"
      "  assert subprocess.check_output(['echo', 'hi']) == b'hi\\n'\n"
      "print('done')\n";
  const TemporaryFile file("script.py");
  std::ofstream(file.path()) << script;
  const Outcome outcome = emulate("", "python3 " + file.path());
  EXPECT_EQ(outcome.out, "done\n") << outcome.err;
}

TEST(Refused, StaticProgramsInOneLine) {
  expect_failure(emulate("", client(MATTOCK_NATIVE, "static")), 1, "is linked statically");
}

TEST(Refused, WhatIsNotThereOrNoProgram) {
  expect_failure(emulate("", "no-such-program-anywhere"), 1, "no program of that name in PATH");
  expect_failure(emulate("", "./no/such/program"), 1, "there is no such program");
  expect_failure(emulate("", MATTOCK_TEST_DATA "/seed/matmul.onnx"), 1, "may be executed");
  const TemporaryFile file("text");
  std::ofstream(file.path()) << "hello\n";
  std::filesystem::permissions(file.path(), std::filesystem::perms::owner_all);
  expect_failure(emulate("", file.path()), 1, "neither a program nor a script");
}

TEST(Refused, WrongOptions) {
  expect_failure(emulate("--driver 1.2", "true"), 2, "no version of the driver");
  expect_failure(emulate("--chip rk9999", "true"), 1, "rk9999");
  expect_failure(emulate("--driver 0.1.0", "true"), 1, "0.1.0");
  expect_failure(emulate("--trace /no/such/folder/file", "true"), 1, "cannot be written");
  expect_failure(test::mattock("emulate"), 2, "program");
}

TEST(Scripts, RunUnderTheirInterpreter) {
  const TemporaryFile file("script.sh");
  std::ofstream(file.path()) << "#!/bin/sh -e\ncat /sys/kernel/debug/rknpu/version; echo \"$1\"; exit 3\n";
  std::filesystem::permissions(file.path(), std::filesystem::perms::owner_all);
  const Outcome outcome = emulate("", file.path() + " 'a b'");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out, "RKNPU driver: v0.9.8\na b\n");
}

TEST(Strict, StopsAtTheFirstProblemWithTheRegisterNamed) {
  expect_failure(emulate("--strict", client(MATTOCK_NATIVE, "raw_ioctl") + " wrong-register"), 3, "(0x1014)");
}

TEST(Strict, WithoutItTheProgramGetsTheDriversErrorAndGoesOn) {
  const Outcome outcome = emulate("", client(MATTOCK_NATIVE, "raw_ioctl") + " wrong-register");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.out.find("SUBMIT: Connection timed out"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.err.find("mattock: driver: emulator: task 0: word 6: cna"), std::string::npos) << outcome.err;
}

// More submits than the driver's log has lines: each failure is still told of.
TEST(Strict, ALogThatIsFullStillTells) {
  const Outcome outcome = emulate("", client(MATTOCK_NATIVE, "raw_ioctl") + " wrong-register 1200");
  std::size_t told = 0;
  for (std::size_t at = 0; (at = outcome.err.find("driver: emulator: ", at)) != std::string::npos; ++at) ++told;
  EXPECT_EQ(told, 1200u);
}

TEST(Crashes, WhatWouldCrashAKernelEndsTheProgram) {
  const std::string script =
      "import fcntl, os, struct\n"
      "fd = os.open('/dev/dri/renderD129', os.O_RDWR)\n"
      "fcntl.ioctl(fd, 0xc0206445, bytearray(struct.pack('<IIQQQ', 1, 0, 0x1234, 0, 64)))\n"
      "print('alive')\n";
  const TemporaryFile file("crash.py");
  std::ofstream(file.path()) << script;
  expect_failure(emulate("", "python3 " + file.path()), 3, "would have crashed a real kernel: MEM_SYNC of 0x1234");
}

}  // namespace
}  // namespace mattock
