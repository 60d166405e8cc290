#include "runner/http/idle_connections.h"

namespace sloth {

void IdleConnections::put(const std::string& place) {
    if (total_ == most_) {  // some are long closed, and nobody knows which
        free_.clear();
        total_ = 0;
    }
    ++total_;
    ++free_[place];
}

bool IdleConnections::take(const std::string& place) {
    const auto found = free_.find(place);
    if (found == free_.end()) return false;
    --total_;
    if (--found->second == 0) free_.erase(found);
    return true;
}

}  // namespace sloth
