// What a watcher cannot be sure of until it has looked again, and how its events say so. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/watcher_record.h"
#include "domain/watcher_spec.h"

namespace sloth {

// Nobody has seen for sure what happened since `from`: the next look ends it.
struct Blind {
    WallTime from{};
    std::string reason;
    bool tell = false;  // with a watcher.gap; else it only stands in the record

    bool operator==(const Blind&) const = default;
};

// One for each reason: the same one again goes on.
void add_blind(std::vector<Blind>& blinds, Blind blind);

// In the right order even if the clock was set back in between.
WatcherDoubt make_doubt(WallTime from, WallTime to, std::string reason);

// The data of a watcher.gap of this watcher, a JSON object.
std::string gap_data(const WatcherSpec& spec, std::string_view agent, const WatcherDoubt& doubt);

// Puts fields behind the others of a JSON object, as text: it may be large.
void add_inferred(std::string& data, WallTime from, WallTime to);
void add_number(std::string& data, std::string_view epoch, int64_t sequence);

}  // namespace sloth
