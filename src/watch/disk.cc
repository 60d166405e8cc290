#include "watch/disk.h"

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace sloth {
namespace {

double gib(uint64_t bytes) { return double(bytes) / double(1 << 30); }

// As df shows it: what only root may use counts neither as used nor as available.
double used_percent(const DiskSpace& space) {
    const uint64_t usable = space.used + space.available;
    return usable > 0 ? 100.0 * double(space.used) / double(usable) : 0;
}

double inodes_percent(const DiskSpace& space) {
    if (space.inodes == 0) return 0;
    return 100.0 * double(space.inodes - space.inodes_free) / double(space.inodes);
}

bool covers(const std::string& point, const std::string& path) {
    if (point == "/") return true;
    return path.starts_with(point) && (path.size() == point.size() || path[point.size()] == '/');
}

// The file system that the path lies on.
Mount mount_of(const std::string& path, const std::vector<Mount>& mounts) {
    const Mount* best = nullptr;
    for (const Mount& mount : mounts) {
        const bool longer = best == nullptr || mount.point.size() > best->point.size();
        if (covers(mount.point, path) && longer) best = &mount;
    }
    return best != nullptr ? *best : Mount{.point = path, .type = {}, .source = {}};
}

void describe_disk(const Mount& mount, const DiskSpace& space, Json& data) {
    data["mountpoint"] = data["mount_point"] = mount.point;
    data["file_system"] = mount.type;
    for (const char* key : {"used_percent", "disk_percent", "usage_percent", "disk_used_percent"}) {
        data[key] = number_json(used_percent(space));
    }
    data["used_gb"] = number_json(gib(space.used));
    data["total_gb"] = number_json(gib(space.total));
    data["available_gb"] = number_json(gib(space.available));
    data["disk_used_bytes"] = space.used;
    data["disk_total_bytes"] = data["total"] = space.total;
    data["available_bytes"] = data["available"] = space.available;
    data["inodes_percent"] = number_json(inodes_percent(space));
}

}  // namespace

DiskWatcher::DiskWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                         const WatcherContext& context)
    : origin_(context.origin(spec)),
      owner_(context.owner),
      machine_(context.machine),
      path_(spec.path),
      inodes_(spec.metric == "inodes"),
      below_(std::ranges::find(spec.conditions, "below") != spec.conditions.end()),
      levels_(spec) {
    levels_.restore(parse_baseline(baseline).value("levels", Json()));
}

Result<void> DiskWatcher::ask(MonoTime now) {
    const auto& mounts = machine_.mounts(now);
    if (!mounts) return std::unexpected(mounts.error());
    std::vector<std::pair<Mount, std::string>> targets;
    if (!path_.empty()) {
        targets.emplace_back(mount_of(path_, *mounts), path_);
    } else {
        for (const Mount& mount : *mounts) targets.emplace_back(mount, mount.point);
    }
    asked_ = machine_.background().ask<std::vector<Measured>>(
        owner_, [host = machine_.shared_host(), targets = std::move(targets)] {
            std::vector<Measured> measured;
            for (const auto& [mount, path] : targets)
                measured.push_back({mount, host->space(path)});
            return measured;
        });
    return {};
}

Result<Check> DiskWatcher::check(MonoTime now) {
    levels_.begin();
    if (!now_ && !asked_) {
        SLOTH_TRY_VOID(ask(now));
        return Check{};
    }
    if (!now_) {
        now_ = asked_->take();
        if (!now_) {
            if (++unanswered_ < 2) return Check{};
            return fail(Code::timed_out, "measure the disk at '{}': it does not answer",
                        path_.empty() ? "all mount points" : path_);
        }
        asked_.reset();
        unanswered_ = 0;
    }
    Check check;
    for (const Measured& measured : *now_) compare(measured, now, check);
    if (!path_.empty() && !now_->front().space) {
        const Error error = now_->front().space.error();
        now_.reset();
        return fail_with(error);
    }
    levels_.keep_only([&](const std::string& point) {
        return std::ranges::any_of(*now_,
                                   [&](const Measured& m) { return m.mount.point == point; });
    });
    if (levels_.changed()) check.save = Check::Save::now;
    return check;
}

void DiskWatcher::compare(const Measured& measured, MonoTime now, Check& check) {
    if (!measured.space) return;
    const DiskSpace& space = *measured.space;
    // What has no size has nothing that could run out.
    if (inodes_ ? space.inodes == 0 : space.total == 0) return;
    const double used = inodes_ ? inodes_percent(space) : used_percent(space);
    const auto crossing = levels_.take(measured.mount.point, below_ ? 100 - used : used, now);
    if (!crossing) return;
    Json data{{"path", path_.empty() ? measured.mount.point : path_}};
    levels_.describe(*crossing, "disk", inodes_ ? "inodes" : "space", data);
    describe_disk(measured.mount, space, data);
    const bool full = crossing->high != below_;
    check.sightings.push_back(make_sighting(full ? "system.disk_full" : "system.disk_normal",
                                            std::move(data), origin_, crossing->inferred));
}

std::string DiskWatcher::baseline() const { return dump_json(Json{{"levels", levels_.state()}}); }

void DiskWatcher::accept() {
    if (!now_) return;
    now_.reset();
    levels_.accept();
}

}  // namespace sloth
