// Host names to addresses, looked up in a pool of threads, each name once at a time, and kept for
// some seconds. (Debian's libcurl starts a thread for every name it looks up.) The runner's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "runner/loop.h"
#include "runner/work_pool.h"

namespace sloth {

class NameCache {
 public:
    using Addresses = std::vector<std::string>;  // "127.0.0.1", "::1"
    using Found = std::move_only_function<void(Result<Addresses>)>;

    explicit NameCache(std::shared_ptr<Loop> loop);

    // `found` may be called before this returns.
    void look_up(const std::string& host, Found found);

    // One that is written in numbers, in any way that the system takes, needs no look-up.
    static bool is_number(const std::string& host);

 private:
    struct Entry {
        bool asking = false;
        MonoTime until{};
        Addresses addresses;
        std::vector<Found> waiting;
    };
    void answer(const std::string& host, Result<Addresses> result);

    std::shared_ptr<Loop> loop_;
    WorkPool pool_;
    std::unordered_map<std::string, Entry> entries_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for answers that come late
};

}  // namespace sloth
