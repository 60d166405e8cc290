// The kernel's notices for one path, whether it exists or not: a watch on it, and one on the
// nearest folder above it that is there, since it may still come into being or be put in place of
// another. One thread.
#pragma once

#include <string>

#include "watch/notifier.h"

namespace sloth {

class PathWatch {
 public:
    enum class Told : uint8_t { nothing, of_target, of_parent };

    // `path` outlives it.
    PathWatch(Notifier& notifier, uint64_t owner, const std::string& path, Notifier::Scope scope);
    ~PathWatch();
    PathWatch(const PathWatch&) = delete;
    PathWatch& operator=(const PathWatch&) = delete;

    // Renewed before every look: what happens after it is then noticed, also where the path has
    // been replaced by another one of the same name.
    void arm();

    // What the notice is about. A watch that the kernel has dropped is forgotten.
    Told told(const Notice& notice);

    // Why the kernel tells nothing of the path; "" if it does, or would.
    const std::string& unaided() const { return unaided_; }
    int target() const { return target_; }

 private:
    void arm_parent();

    Notifier& notifier_;
    const uint64_t owner_;
    const std::string& path_;
    const Notifier::Scope scope_;
    int parent_ = -1;
    int target_ = -1;
    std::string expected_;  // the name in the folder of parent_ that leads on
    std::string unaided_;
};

}  // namespace sloth
