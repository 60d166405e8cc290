#include "lua/randomness.h"

#include <algorithm>

namespace sloth::lua {

std::string random_bytes(Random& random, size_t count) {
    std::string out;
    out.reserve(count + sizeof(uint64_t));
    while (out.size() < count) {
        const uint64_t number = random.next();
        out.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    out.resize(count);
    return out;
}

uint64_t random_below(Random& random, uint64_t bound) {
    // What is over the last whole multiple of the bound would make the first numbers likelier.
    const uint64_t rest = (UINT64_MAX % bound + 1) % bound;
    for (;;) {
        const uint64_t number = random.next();
        if (number <= UINT64_MAX - rest) return number % bound;
    }
}

}  // namespace sloth::lua
