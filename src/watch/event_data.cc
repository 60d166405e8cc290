#include "watch/event_data.h"

#include "base/json.h"
#include "base/utf8.h"

namespace sloth {

Sighting make_sighting(std::string type, Json data, const Origin& origin, bool inferred) {
    data["watcher_id"] = origin.watcher_id;
    data["agent"] = origin.agent;
    return {std::move(type), dump_json(data), inferred};
}

std::string bounded_text(std::string_view text, size_t bytes) {
    if (text.size() <= bytes) return valid_utf8(text);
    size_t end = bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return valid_utf8(text.substr(0, end)) + "... [cut]";
}

Json parse_baseline(const std::optional<std::string>& text) {
    if (!text || text->empty()) return Json::object();
    auto json = parse_json(*text);
    return json && json->is_object() ? std::move(*json) : Json::object();
}

}  // namespace sloth
