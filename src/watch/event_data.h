// What every event of a watcher carries besides its own. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "watch/watcher.h"

namespace sloth {

// Who saw it.
struct Origin {
    std::string watcher_id;
    std::string agent;
};

Sighting make_sighting(std::string type, nlohmann::ordered_json data, const Origin& origin,
                       bool inferred = false);

// Text from outside, at most `bytes` of it, cut between characters, with a mark if it was cut.
std::string bounded_text(std::string_view text, size_t bytes);

// A stored baseline: an object, or an empty one if there is none or it is damaged.
nlohmann::ordered_json parse_baseline(const std::optional<std::string>& text);

}  // namespace sloth
