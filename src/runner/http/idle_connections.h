// How many open connections to each place are likely to be free. libcurl looks for one among all
// to the same place, one by one, which is too slow with thousands: it is asked to only where it
// can find one. A wrong guess costs that search, or one more connection. Values; one thread.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

namespace sloth {

class IdleConnections {
 public:
    explicit IdleConnections(size_t most) : most_(most) {}

    void put(const std::string& place);
    // Whether there was one; it is taken.
    bool take(const std::string& place);

 private:
    const size_t most_;  // libcurl keeps no more
    size_t total_ = 0;
    std::unordered_map<std::string, size_t> free_;
};

}  // namespace sloth
