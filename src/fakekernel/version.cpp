#include "fakekernel/version.hpp"

#include <array>
#include <string_view>

namespace mattock::fakekernel {
namespace {

struct Release {
  std::uint32_t code;
  std::string_view date;
};
constexpr std::array<Release, 8> kReleases{{{0, "20211227"},
                                            {702, "20220428"},
                                            {802, "20220829"},
                                            {803, "20221110"},
                                            {805, "20230202"},
                                            {906, "20240322"},
                                            {907, "20240424"},
                                            {908, "20240828"}}};

}  // namespace

std::optional<Generation> generation_of(const Version& version) {
  if (version.major != 0) return std::nullopt;
  if (version.minor == 7) return Generation::kA;
  if (version.minor == 8) return Generation::kB;
  if (version.minor == 9 && version.patch >= 6 && version.patch <= 8) return Generation::kC;
  return std::nullopt;
}

std::uint32_t version_code(const Version& version) {
  return version.major * 10000 + version.minor * 100 + version.patch;
}

bool counts_domains(const Version& version) { return version_code(version) >= 908; }

std::string date_of(const Version& version) {
  std::string_view date;
  for (const Release& release : kReleases)
    if (release.code <= version_code(version)) date = release.date;
  return std::string(date);
}

}  // namespace mattock::fakekernel
