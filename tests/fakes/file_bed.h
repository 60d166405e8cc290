// A file or directory watcher in a folder of its own, with the real kernel's notices. One thread.
#pragma once

#include "tests/fakes/watch_bed.h"
#include "watch/file.h"

namespace sloth {

struct FileBed : WatchBed {
    void watch(const std::string& name, Json more = Json::object()) {
        Json fields{{"id", "watcher-1"},
                    {"type", "file"},
                    {"path", folder.path(name)},
                    {"conditions", {"created", "modified", "deleted", "renamed"}}};
        fields.update(more);
        spec = *parse_watcher_spec(dump_json(fields));
        restart_with({});
        EXPECT_THAT(seen(), testing::ElementsAre());
    }
    void restart() { restart_with(watcher->baseline()); }
    void restart_with(std::optional<std::string> baseline) {
        watcher.reset();
        watcher = std::make_unique<FileWatcher>(spec, baseline, context(), options);
    }

    // Looks until it has nothing to wait for; what it saw as "type name".
    std::vector<std::string> seen() {
        std::vector<std::string> out;
        std::vector<Sighting> all;
        std::string any_gap;
        while (true) {
            if (look() == std::vector<std::string>{"error"}) return {error.message};
            for (Sighting& sighting : sightings) {
                const Json data = *parse_json(sighting.data);
                const std::string path = data["path"];
                const size_t own = folder.path("").size();
                out.push_back(sighting.type + ' ' + (path.size() > own ? path.substr(own) : ""));
                all.push_back(std::move(sighting));
            }
            if (!gap.empty()) any_gap = gap;
            if (!again) break;
            clock.advance(std::chrono::ceil<Micros>(
                std::max<MonoTime::duration>(*again - clock.mono(), 0ns)));
        }
        sightings = std::move(all);
        gap = any_gap;
        return out;
    }

    FileWatcher::Options options;
};

}  // namespace sloth
