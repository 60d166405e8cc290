#include "domain/watcher_record.h"

#include "base/json.h"

namespace sloth {

std::string to_json(const WatcherRecord& record) {
    Json doubts = Json::array();
    for (const WatcherDoubt& doubt : record.doubts) {
        doubts.push_back({{"from", format_rfc3339(doubt.from)},
                          {"to", format_rfc3339(doubt.to)},
                          {"reason", doubt.reason}});
    }
    Json out{{"id", record.id},
             {"epoch", record.epoch},
             {"since", format_rfc3339(record.since)},
             {"until", format_rfc3339(record.until)},
             {"sequence", record.sequence},
             {"waiting", record.waiting},
             {"dropped", record.dropped},
             {"doubts", std::move(doubts)}};
    if (!record.error.empty()) out["error"] = record.error;
    return dump_json(out);
}

namespace {

Result<WallTime> time_at(const Json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) {
        return fail(Code::invalid, "a watcher's record must have the time `{}`", key);
    }
    return parse_rfc3339(found->get<std::string>());
}

Result<std::string> text_at(const Json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) {
        return fail(Code::invalid, "a watcher's record must have the text `{}`", key);
    }
    return found->get<std::string>();
}

Result<int64_t> number_at(const Json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) {
        return fail(Code::invalid, "a watcher's record must have the whole number `{}`", key);
    }
    return found->get<int64_t>();
}

}  // namespace

Result<WatcherRecord> parse_watcher_record(std::string_view json) {
    SLOTH_TRY(const Json object, parse_json(json));
    if (!object.is_object()) return fail(Code::invalid, "a watcher's record must be an object");
    WatcherRecord record;
    SLOTH_TRY(record.id, text_at(object, "id"));
    SLOTH_TRY(record.epoch, text_at(object, "epoch"));
    SLOTH_TRY(record.since, time_at(object, "since"));
    SLOTH_TRY(record.until, time_at(object, "until"));
    SLOTH_TRY(record.sequence, number_at(object, "sequence"));
    SLOTH_TRY(record.waiting, number_at(object, "waiting"));
    SLOTH_TRY(record.dropped, number_at(object, "dropped"));
    if (object.contains("error")) {
        SLOTH_TRY(record.error, text_at(object, "error"));
    }
    const auto doubts = object.find("doubts");
    if (doubts == object.end() || !doubts->is_array()) return record;
    for (const Json& item : *doubts) {
        if (!item.is_object()) return fail(Code::invalid, "a doubt must be an object");
        WatcherDoubt& doubt = record.doubts.emplace_back();
        SLOTH_TRY(doubt.from, time_at(item, "from"));
        SLOTH_TRY(doubt.to, time_at(item, "to"));
        SLOTH_TRY(doubt.reason, text_at(item, "reason"));
    }
    return record;
}

}  // namespace sloth
