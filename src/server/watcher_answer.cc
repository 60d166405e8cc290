#include "server/watcher_answer.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace sloth {
namespace {

using Pending = AgentWatcher::Pending;

constexpr int64_t kMaxSequence = int64_t{1} << 53;  // an agent's word is not believed beyond

constexpr std::string_view kIdPrefix = "watcher-";
constexpr size_t kMaxId = 128;
// A client that sends them back means no harm.
constexpr std::array<std::string_view, 7> kNotTheirs{
    "created_at", "id", "last_check", "last_error", "last_event", "revision", "state"};

bool is_watcher_id(std::string_view id) {
    return id.starts_with(kIdPrefix) && id.size() > kIdPrefix.size() && id.size() <= kMaxId;
}

Result<Json> parse_fields(std::string_view text) {
    SLOTH_TRY(Json fields, parse_json(text));
    if (!fields.is_object()) return fail(Code::invalid, "a watcher must be a JSON object");
    for (const std::string_view key : kNotTheirs) fields.erase(std::string(key));
    return fields;
}

// It is our own text: it was written by to_json().
Json object_of(const WatcherSpec& spec) { return Json::parse(to_json(spec), nullptr, false); }

Json with_state(const WatcherSpec& spec) {
    Json object = object_of(spec);
    object["state"] = !spec.last_error.empty() ? "error" : spec.enabled ? "active" : "disabled";
    return object;
}

Json away_object(const AgentWatcher& row, bool connected) {
    WatcherSpec spec = row.spec;
    spec.last_error = row.refusal;
    Json object = object_of(spec);
    if (row.pending == Pending::remove) {
        object["state"] = "deleting";
    } else if (!row.refusal.empty()) {
        object["state"] = "error";
    } else {
        object["state"] = row.pending == Pending::put || connected ? "pending" : "offline";
    }
    return object;
}

}  // namespace

Result<WatcherSpec> parse_wanted(std::string_view spec) {
    SLOTH_TRY(const Json fields, parse_fields(spec));
    return parse_watcher_spec(dump_json(fields));
}

Result<WatcherSpec> merge_changes(const WatcherSpec& old, std::string_view changes) {
    SLOTH_TRY(const Json fields, parse_fields(changes));
    SLOTH_TRY(Json merged, parse_json(to_json(old)));
    merged.update(fields);
    return parse_watcher_spec(dump_json(merged));
}

Result<std::vector<WatcherSpec>> parse_watchers(std::string_view json) {
    SLOTH_TRY(const Json items, parse_json(json));
    if (!items.is_array() || items.size() > kMaxWatchers) {
        return fail(Code::invalid, "the agent's list of watchers cannot be read");
    }
    std::vector<WatcherSpec> all;
    for (const Json& item : items) {
        SLOTH_TRY(WatcherSpec spec, parse_watcher_spec(dump_json(item)));
        if (!is_watcher_id(spec.id)) {
            return fail(Code::invalid, "the agent lists a watcher without a right id");
        }
        spec.revision = std::max<int64_t>(spec.revision, 1);  // made before there were revisions
        all.push_back(std::move(spec));
    }
    return all;
}

Result<AgentWatcher> find_watcher(std::vector<AgentWatcher> rows, std::string_view agent,
                                  std::string_view ref) {
    std::string_view wanted = ref;
    if (wanted.starts_with(kIdPrefix)) wanted.remove_prefix(kIdPrefix.size());
    std::vector<AgentWatcher*> matches;
    for (AgentWatcher& row : rows) {
        if (!is_watcher_id(row.spec.id)) continue;
        const std::string_view id = std::string_view(row.spec.id).substr(kIdPrefix.size());
        if (id == wanted || (!ref.empty() && row.spec.label == ref)) return std::move(row);
        if (!wanted.empty() && id.starts_with(wanted)) matches.push_back(&row);
    }
    if (matches.size() == 1) return std::move(*matches[0]);
    if (matches.empty()) {
        return fail_with({Code::not_found,
                          fmt::format("the agent '{}' has no watcher '{}'", agent, ref),
                          fmt::format("see `agent watcher list {}`", agent)});
    }
    return fail_with({Code::conflict,
                      fmt::format("'{}' is the beginning of {} watchers' ids", ref, matches.size()),
                      fmt::format("write more of it; see `agent watcher list {}`", agent)});
}

Result<void> check_room(const std::vector<AgentWatcher>& rows, std::string_view agent) {
    if (rows.size() < kMaxWatchers) return {};
    return fail(Code::exhausted, "the agent '{}' has {} watchers already", agent, rows.size());
}

bool same_content(const WatcherSpec& one, const WatcherSpec& other) {
    const auto wanted = [](WatcherSpec spec) {
        spec.last_check.reset();
        spec.last_event.reset();
        spec.last_error.clear();
        spec.revision = 0;
        spec.created_at = {};
        return spec;
    };
    return wanted(one) == wanted(other);
}

Result<void> check_free_label(const std::vector<AgentWatcher>& rows, const WatcherSpec& spec) {
    if (spec.label.empty()) return {};
    for (const AgentWatcher& row : rows) {
        if (row.pending == Pending::remove || row.spec.id == spec.id) continue;
        if (row.spec.label != spec.label) continue;
        return fail_with({Code::conflict,
                          fmt::format("the agent '{}' has a watcher '{}' already: {}", row.agent,
                                      spec.label, row.spec.id),
                          "choose another label, or change that one with `agent watcher update`"});
    }
    return {};
}

Result<std::string> with_state(std::string_view answer) {
    SLOTH_TRY(const WatcherSpec spec, parse_watcher_spec(answer));
    return dump_json(with_state(spec));
}

std::string away_watcher(const AgentWatcher& row, bool connected) {
    return dump_json(away_object(row, connected));
}

std::string gone_watcher(const AgentWatcher& row) {
    Json object = away_object(row, true);
    object["state"] = "deleted";
    return dump_json(object);
}

std::string present_list(const std::vector<WatcherSpec>& present,
                         const std::vector<AgentWatcher>& rows) {
    Json all = Json::array();
    for (const WatcherSpec& spec : present) all.push_back(with_state(spec));
    for (const AgentWatcher& row : rows) {
        const bool there =
            std::ranges::find(present, row.spec.id, &WatcherSpec::id) != present.end();
        if (!there && row.pending != Pending::remove) all.push_back(away_object(row, true));
    }
    return dump_json(all);
}

std::string away_list(const std::vector<AgentWatcher>& rows) {
    Json all = Json::array();
    for (const AgentWatcher& row : rows) all.push_back(away_object(row, false));
    return dump_json(all);
}

Result<std::string> id_of(std::string_view answer) {
    SLOTH_TRY(const Json object, parse_json(answer));
    return object.value("id", "");
}

std::string verdict(const WatcherRecord& record, const StoredSequences& stored) {
    Json missing = Json::array();
    for (const auto& [from, to] : stored.missing)
        missing.push_back(Json{{"from", from}, {"to", to}});
    const int64_t told = std::clamp<int64_t>(record.sequence, 0, kMaxSequence);
    const int64_t expected =
        std::max<int64_t>(told - std::clamp<int64_t>(record.waiting, 0, kMaxSequence), 0);
    // The newest ones are told and not stored: they are on their way, or lost.
    if (stored.count > 0 && stored.last < expected) {
        missing.push_back(Json{{"from", stored.last + 1}, {"to", expected}});
    }
    if (stored.count == 0 && expected > 0) {
        missing.push_back(Json{{"from", 1}, {"to", expected}});
    }
    Json out = Json::parse(to_json(record), nullptr, false);
    const bool complete = missing.empty() && record.doubts.empty() && record.error.empty() &&
                          record.dropped == 0 && (stored.count == 0 || stored.first == 1);
    out["complete"] = complete;
    out["stored"] = stored.count;
    out["first_stored"] = stored.first;
    out["missing"] = std::move(missing);
    return dump_json(out);
}

}  // namespace sloth
