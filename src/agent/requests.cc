#include "agent/requests.h"

namespace sloth {
namespace {

// Half of what a master takes in one message (app/admin_server.cc): one too large would end the
// stream, and with it everything else that the agent has to say.
constexpr size_t kMaxAnswer = 32 << 20;

Result<std::string> list(const WatcherLoop& watchers) {
    std::string out = "[";
    const std::vector<WatcherSpec> specs = watchers.list();
    for (const WatcherSpec& spec : specs) {
        if (out.size() > 1) out += ',';
        out += to_json(spec);
        if (out.size() < kMaxAnswer) continue;
        return fail_with({Code::exhausted,
                          fmt::format("list {} watchers: they take more than {} MiB", specs.size(),
                                      kMaxAnswer >> 20),
                          "get them one by one by id or label, or delete some"});
    }
    return out + ']';
}

}  // namespace

Result<std::string> answer(WatcherLoop& watchers, const UplinkRequest& request) {
    using Kind = UplinkRequest::Kind;
    switch (request.kind) {
        case Kind::watcher_list:
            return list(watchers);
        case Kind::watcher_put: {
            SLOTH_TRY(WatcherSpec spec, parse_watcher_spec(request.spec));
            SLOTH_TRY(const WatcherSpec there, watchers.put(std::move(spec)));
            return to_json(there);
        }
        case Kind::watcher_get: {
            SLOTH_TRY(const WatcherSpec found, watchers.find(request.watcher_id));
            return to_json(found);
        }
        case Kind::watcher_delete: {
            SLOTH_TRY(const WatcherSpec found, watchers.find(request.watcher_id));
            SLOTH_TRY(const WatcherSpec erased, watchers.erase(found.id));
            return to_json(erased);
        }
        case Kind::watcher_verify: {
            SLOTH_TRY(const WatcherSpec found, watchers.find(request.watcher_id));
            SLOTH_TRY(const WatcherRecord record, watchers.record(found.id));
            return to_json(record);
        }
    }
    return fail(Code::invalid,
                "this agent does not know what it is asked: use the same version "
                "on master and agent");
}

}  // namespace sloth
