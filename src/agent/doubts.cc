#include "agent/doubts.h"

#include <algorithm>

#include "base/json.h"

namespace sloth {
namespace {

void add_fields(std::string& data, std::string_view fields) {
    data.pop_back();
    if (data.size() > 1) data += ',';
    data += fields;
    data += '}';
}

}  // namespace

void add_blind(std::vector<Blind>& blinds, Blind blind) {
    const auto same = std::ranges::find(blinds, blind.reason, &Blind::reason);
    if (same == blinds.end()) {
        blinds.push_back(std::move(blind));
    } else {
        same->from = std::min(same->from, blind.from);
        same->tell = same->tell || blind.tell;
    }
}

WatcherDoubt make_doubt(WallTime from, WallTime to, std::string reason) {
    return {std::min(from, to), std::max(from, to), std::move(reason)};
}

std::string gap_data(const WatcherSpec& spec, std::string_view agent, const WatcherDoubt& doubt) {
    Json data{{"watcher_id", spec.id},
              {"agent", agent},
              {"watcher_type", spec.type},
              {"target", target_of(spec)}};
    if (!spec.path.empty()) data["path"] = spec.path;
    data["reason"] = doubt.reason;
    data["from"] = format_rfc3339(doubt.from);
    data["to"] = format_rfc3339(doubt.to);
    return dump_json(data);
}

void add_inferred(std::string& data, WallTime from, WallTime to) {
    add_fields(data, fmt::format(R"("inferred":true,"doubt_from":"{}","doubt_to":"{}")",
                                 format_rfc3339(std::min(from, to)), format_rfc3339(to)));
}

void add_number(std::string& data, std::string_view epoch, int64_t sequence) {
    add_fields(data, fmt::format(R"("watcher_epoch":"{}","watcher_sequence":{})", epoch, sequence));
}

}  // namespace sloth
