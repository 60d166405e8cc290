// For tests: wrong calls of every function that a module has, and what each raises. A new function
// needs a row in one of the tables: in wrong_use_effects_test.cc if the broker answers it, in
// wrong_use_values_test.cc if it computes. Immutable.
#pragma once

#include <span>
#include <string_view>

namespace sloth::lua {

struct WrongUse {
    std::string_view function;  // "exec.run"; of an object "regex pattern:find"
    std::string_view call;      // one line of a script
    // "#2: why" for an argument, with what was expected; otherwise it says which field and what was
    // expected. Empty for a function that takes nothing: the call raises nothing.
    std::string_view message;
};

// Sorted by function.
std::span<const WrongUse> wrong_use_of_effects();
std::span<const WrongUse> wrong_use_of_values();

}  // namespace sloth::lua
