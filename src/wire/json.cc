#include "wire/json.h"

#include "base/json.h"

namespace sloth::wire {
namespace {

void put_text(Json& object, const char* key, const std::string& value) {
    if (!value.empty()) object[key] = value;
}

void put_time(Json& object, const char* key, const std::optional<WallTime>& time) {
    if (time) object[key] = format_rfc3339(*time);
}

// Stored JSON that does not parse (it was checked on the way in) is shown as text, not lost.
Json object_of(const std::string& text) {
    auto parsed = parse_json(text);
    return parsed ? std::move(*parsed) : Json(text);
}

}  // namespace

Json to_json(const Event& event) {
    Json out;
    out["seq"] = event.seq;
    out["id"] = event.id;
    out["type"] = event.type;
    put_text(out, "stack", event.stack);
    put_text(out, "agent", event.agent);
    put_text(out, "run_id", event.run_id);
    put_text(out, "source", event.source);
    put_text(out, "ordering_key", event.ordering_key);
    put_text(out, "dedup_key", event.dedup_key);
    out["data"] = object_of(event.data);
    out["status"] = to_string(event.status);
    put_text(out, "error", event.error);
    out["timestamp"] = format_rfc3339(event.timestamp);
    out["created_at"] = format_rfc3339(event.created_at);
    put_time(out, "processed_at", event.processed_at);
    put_text(out, "root_id", event.root_id);
    put_text(out, "parent_id", event.parent_id);
    out["depth"] = event.depth;
    out["hook_generation"] = event.hook_generation;
    out["recoveries"] = event.recoveries;
    return out;
}

Json to_json(const Execution& execution) {
    Json out;
    out["id"] = execution.id;
    put_text(out, "event_id", execution.event_id);
    put_text(out, "event_type", execution.event_type);
    out["hook_id"] = execution.hook_id;
    out["hook_name"] = execution.hook_name;
    out["success"] = execution.status == RunStatus::success;
    out["status"] = to_string(execution.status);
    out["attempt"] = execution.attempt;
    out["duration"] = human_duration(execution.duration);
    out["duration_ms"] = std::chrono::floor<Millis>(execution.duration).count();
    out["executed_at"] = format_rfc3339(execution.executed_at);
    put_text(out, "output", execution.output);
    put_text(out, "error", execution.error);
    put_text(out, "delivery_id", execution.delivery_id);
    out["hook_version"] = execution.hook_version;
    put_text(out, "agent", execution.agent);
    return out;
}

Json to_json(const Hook& hook) {
    Json out;
    out["id"] = hook.id;
    out["name"] = hook.name;
    put_text(out, "description", hook.description);
    out["event_type"] = hook.event_types.empty() ? "" : hook.event_types.front();
    out["event_types"] = hook.event_types;
    out["file_path"] = hook.file_path;
    put_text(out, "stack", hook.stack);
    out["enabled"] = hook.enabled;
    out["timeout"] = format_duration(hook.limits.timeout);
    out["memory"] = hook.limits.memory;
    out["output"] = hook.limits.output;
    out["max_effects_in_flight"] = hook.limits.max_effects_in_flight;
    out["max_concurrency"] = hook.limits.max_concurrency;
    out["profile"] = to_string(hook.profile);
    if (hook.permissions.listed) out["permissions"] = object_of(to_json(hook.permissions));
    out["version"] = hook.version;
    put_text(out, "content_hash", hook.content_hash);
    put_text(out, "last_error", hook.last_error);
    put_text(out, "pending_hash", hook.pending_hash);
    out["created_at"] = format_rfc3339(hook.created_at);
    out["updated_at"] = format_rfc3339(hook.updated_at);
    put_time(out, "last_run", hook.last_run);
    out["run_count"] = hook.run_count;
    put_time(out, "removed_at", hook.removed_at);
    return out;
}

Json to_json(const HookVersion& version) {
    Json out;
    out["version"] = version.version;
    out["content_hash"] = version.content_hash;
    out["created_at"] = format_rfc3339(version.created_at);
    put_text(out, "source", version.source);
    return out;
}

Json to_json(const Agent& agent) {
    Json out;
    out["name"] = agent.name;
    put_text(out, "address", agent.address);
    out["status"] = to_string(agent.status);
    put_text(out, "version", agent.version);
    out["tags"] = agent.tags;
    out["system_info"] = object_of(agent.system_info);
    out["registered_at"] = format_rfc3339(agent.registered_at);
    put_time(out, "last_heartbeat", agent.last_heartbeat);
    return out;
}

std::string event_json(const Event& event) { return dump_json(to_json(event)); }
std::string execution_json(const Execution& execution) { return dump_json(to_json(execution)); }
std::string hook_json(const Hook& hook) { return dump_json(to_json(hook)); }
std::string agent_json(const Agent& agent) { return dump_json(to_json(agent)); }

std::string human_duration(Micros duration) {
    const int64_t us = duration.count();
    if (us < 1000) return fmt::format("{}us", us);
    // Cut, not rounded: 999.96ms must not become 1e+03ms, nor 59.999s become 60s.
    const auto figures = [](int64_t thousandths, std::string_view unit) {
        const int64_t whole = thousandths / 1000;
        const int64_t rest = thousandths % 1000;
        if (whole >= 100 || rest == 0) return fmt::format("{}{}", whole, unit);
        if (whole >= 10) {
            return rest < 100 ? fmt::format("{}{}", whole, unit)
                              : fmt::format("{}.{}{}", whole, rest / 100, unit);
        }
        const int64_t hundredths = rest / 10;
        if (hundredths == 0) return fmt::format("{}{}", whole, unit);
        if (hundredths % 10 == 0) return fmt::format("{}.{}{}", whole, hundredths / 10, unit);
        return fmt::format("{}.{:02}{}", whole, hundredths, unit);
    };
    if (us < 1'000'000) return figures(us, "ms");
    if (us < 60'000'000) return figures(us / 1000, "s");
    return format_duration(std::chrono::floor<std::chrono::seconds>(duration));
}

}  // namespace sloth::wire
