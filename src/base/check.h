// CHECK(condition): an invariant of ours. A false one is a bug and aborts at once, in release too;
// nothing that a user can type, send or store may reach one.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace sloth {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "bug: CHECK(%s) failed at %s:%d\n", condition, file, line);
    std::abort();
}

}  // namespace sloth

#define CHECK(condition) \
    ((condition) ? static_cast<void>(0) : ::sloth::check_failed(#condition, __FILE__, __LINE__))
