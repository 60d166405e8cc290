#include "agent/requests.h"

#include <array>

#include "base/json.h"

namespace sloth {
namespace {

// What only the agent says about a watcher; a client that sends them back means no harm.
constexpr std::array<std::string_view, 5> kOwn{"created_at", "id", "last_check", "last_error",
                                               "last_event"};

Result<Json> parse_fields(const std::string& spec) {
    SLOTH_TRY(Json fields, parse_json(spec));
    if (!fields.is_object()) return fail(Code::invalid, "a watcher must be a JSON object");
    for (const std::string_view key : kOwn) fields.erase(std::string(key));
    return fields;
}

Result<std::string> create(WatcherLoop& watchers, const UplinkRequest& request) {
    SLOTH_TRY(const Json fields, parse_fields(request.spec));
    SLOTH_TRY(WatcherSpec spec, parse_watcher_spec(dump_json(fields)));
    SLOTH_TRY(const WatcherSpec created, watchers.create(std::move(spec)));
    return to_json(created);
}

Result<std::string> update(WatcherLoop& watchers, const UplinkRequest& request) {
    SLOTH_TRY(const WatcherSpec old, watchers.find(request.watcher_id));
    SLOTH_TRY(const Json changes, parse_fields(request.spec));
    SLOTH_TRY(Json merged, parse_json(to_json(old)));
    merged.update(changes);
    SLOTH_TRY(const WatcherSpec spec, parse_watcher_spec(dump_json(merged)));
    SLOTH_TRY(const WatcherSpec updated, watchers.replace(spec));
    return to_json(updated);
}

std::string list(const WatcherLoop& watchers) {
    std::string out = "[";
    for (const WatcherSpec& spec : watchers.list()) {
        if (out.size() > 1) out += ',';
        out += to_json(spec);
    }
    return out + ']';
}

}  // namespace

Result<std::string> answer(WatcherLoop& watchers, const UplinkRequest& request) {
    using Kind = UplinkRequest::Kind;
    switch (request.kind) {
        case Kind::watcher_list:
            return list(watchers);
        case Kind::watcher_create:
            return create(watchers, request);
        case Kind::watcher_update:
            return update(watchers, request);
        case Kind::watcher_get: {
            SLOTH_TRY(const WatcherSpec found, watchers.find(request.watcher_id));
            return to_json(found);
        }
        case Kind::watcher_delete: {
            SLOTH_TRY(const WatcherSpec found, watchers.find(request.watcher_id));
            SLOTH_TRY(const WatcherSpec erased, watchers.erase(found.id));
            return to_json(erased);
        }
    }
    return fail(Code::invalid,
                "this agent does not know what it is asked: use the same version "
                "on master and agent");
}

}  // namespace sloth
