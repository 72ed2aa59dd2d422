// How long the checker takes for a job of at least WORDS words (5,000), and how long the comparison that spares it
// takes when nothing changed. Wall-clock time, one thread, best of many.
//   ninja check_bench && tests/bench/check_bench [WORDS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "check/support/example.hpp"
#include "check/verdicts.hpp"

int main(int argc, char** argv) {
  using namespace mattock;
  constexpr int kRounds = 200;
  const std::size_t wanted = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5000;
  // Layers with operands, products and copies in turn.
  test::Example job = test::Example::layer();
  while (job.words.size() < wanted)
    job.then(test::Example::product()).then(test::Example::copy()).then(test::Example::layer());
  const auto memory = job.memory();
  const check::Job checked{*hw::find_chip("rk3566"), job.tasks, memory};

  const auto best = [&](auto&& ask) {
    double least = 1e9;
    for (int round = 0; round < kRounds; ++round) {
      const auto began = std::chrono::steady_clock::now();
      if (!ask()) std::abort();
      least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    }
    return least;
  };
  const double check = best([&] { return check::check(checked).has_value(); });
  check::Verdicts verdicts;
  const double compare = best([&] { return verdicts.check(checked).has_value(); });
  std::printf("%zu words in %zu tasks: checked in %.0f us (%.0f ns a word), found unchanged in %.1f us\n",
              job.words.size(), job.tasks.size(), check * 1e6, check * 1e9 / static_cast<double>(job.words.size()),
              compare * 1e6);
}
