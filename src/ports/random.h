// The only source of chance. Any thread. Real: app/system.h (getrandom); fakes count or replay a
// seed.
#pragma once

#include <cstdint>

namespace sloth {

class Random {
 public:
    virtual ~Random() = default;
    virtual uint64_t next() = 0;
};

}  // namespace sloth
