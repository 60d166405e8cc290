// Chance for scripts' keys and passwords, out of the worker's strong source. A repeated attempt
// draws anew: what was drawn once must never be drawn twice.
#pragma once

#include <cstdint>
#include <string>

#include "ports/random.h"

namespace sloth::lua {

std::string random_bytes(Random& random, size_t count);

// 0 to bound - 1, each as likely as the others.
uint64_t random_below(Random& random, uint64_t bound);

}  // namespace sloth::lua
