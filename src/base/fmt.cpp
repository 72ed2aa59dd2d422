// fmt as a static library. Debian packages it as a shared library only, which a wheel cannot bring along, and its
// header-only form triples the time of every file that formats anything. So it is compiled here once, from the
// packaged headers: this is what the package's own library consists of, as far as char goes.
#include <fmt/format-inl.h>

template auto fmt::detail::thousands_sep_impl<char>(fmt::detail::locale_ref) -> fmt::detail::thousands_sep_result<char>;
template auto fmt::detail::decimal_point_impl<char>(fmt::detail::locale_ref) -> char;
template void fmt::detail::vformat_to<char>(fmt::detail::buffer<char>&, fmt::string_view, fmt::format_args,
                                            fmt::detail::locale_ref);
