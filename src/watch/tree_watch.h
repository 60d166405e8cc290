// The kernel's notices for a path and, where that was asked, for every folder below it. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "watch/path_watch.h"

namespace sloth {

class TreeWatch {
 public:
    // `path` outlives it.
    TreeWatch(Notifier& notifier, uint64_t owner, const std::string& path, Notifier::Scope scope);
    ~TreeWatch();
    TreeWatch(const TreeWatch&) = delete;
    TreeWatch& operator=(const TreeWatch&) = delete;

    void arm_root() { root_.arm(); }
    // `folder` lies below the path. Before it is read, so that nothing falls in between.
    void arm_folder(const std::string& folder);
    // It and all below it are gone.
    void forget(const std::string& folder);

    // The name below the path that the notice is about ("": the path itself); nothing if it does
    // not matter.
    std::optional<std::string> told(const Notice& notice);

    const std::string& unaided() const {
        return root_.unaided().empty() ? unaided_ : root_.unaided();
    }

 private:
    Notifier& notifier_;
    const uint64_t owner_;
    const std::string& path_;
    const Notifier::Scope scope_;
    PathWatch root_;
    std::map<std::string, int> watches_;  // by folder
    std::map<int, std::string> folders_;  // the other way
    std::string unaided_;
};

}  // namespace sloth
