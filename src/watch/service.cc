#include "watch/service.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"
#include "watch/file_entry.h"

namespace sloth {
namespace {

// A restart by hand is a stop and a start; systemd has them follow each other within milliseconds.
constexpr Micros kPause = 200ms;
constexpr size_t kMaxStates = 1000;  // between two looks; older ones are dropped

constexpr std::array<std::string_view, 11> kSuffixes{".automount", ".device",  ".mount", ".path",
                                                     ".scope",     ".service", ".slice", ".socket",
                                                     ".swap",      ".target",  ".timer"};

std::string on_disk(const std::string& path) {
    const auto entry = look_at(AT_FDCWD, path.c_str());
    if (!entry || entry->kind == FileKind::absent) return path + " -";
    return fmt::format("{} {} {} {}", path, entry->inode, entry->size,
                       entry->mtime.time_since_epoch().count());
}

std::string files_of(const UnitState& state) {
    std::string files = state.fragment.empty() ? std::string() : on_disk(state.fragment);
    for (const std::string& path : state.drop_ins) files += '\n' + on_disk(path);
    return files;
}

}  // namespace

std::string unit_name(std::string_view name) {
    const bool whole =
        std::ranges::any_of(kSuffixes, [&](std::string_view s) { return name.ends_with(s); });
    return std::string(name) + (whole ? "" : ".service");
}

ServiceWatcher::ServiceWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                               const WatcherContext& context)
    : origin_(context.origin(spec)),
      owner_(context.owner),
      bus_(context.machine.bus()),
      name_(spec.name),
      unit_(unit_name(spec.name)),
      conditions_(spec.conditions),
      interval_(spec.interval) {
    read(parse_baseline(baseline));
    bus_.add(owner_, unit_, *this);
}

ServiceWatcher::~ServiceWatcher() { bus_.remove(owner_); }

void ServiceWatcher::read(const Json& stored) {
    try {
        if (stored.value("unit", "") != unit_) return;
        seen_ = Seen{{stored.at("status"), stored.at("invocation"), stored.at("restarts")},
                     {stored.at("file_state"), stored.at("files")}};
        inferred_ = true;
    } catch (const Json::exception&) {
        seen_.reset();  // damaged: it begins anew
    }
}

void ServiceWatcher::unit_state(const UnitState& state) {
    if (lost_) was_lost_ = true;
    lost_.reset();
    last_ = state;
    if (!states_.empty() && states_.back() == state) return;
    if (states_.size() >= kMaxStates) states_.erase(states_.begin());
    states_.push_back(state);
}

void ServiceWatcher::bus_lost(const Error& why) { lost_ = why; }

bool ServiceWatcher::wants(std::string_view condition) const {
    return std::ranges::find(conditions_, condition) != conditions_.end();
}

Result<Check> ServiceWatcher::check(MonoTime now) {
    now_.reset();
    if (!asked_) asked_ = now;  // when it was made
    if (now - *asked_ >= interval_ / 2) {
        asked_ = now;
        bus_.refresh(owner_);
    }
    if (lost_) return fail_with(*lost_);
    Check check;
    if (!last_) return check;  // systemd has not answered yet
    if (!seen_ && last_->load == "not-found") {
        return fail_with({Code::not_found, fmt::format("systemd has no unit '{}'", unit_),
                          "see `systemctl list-unit-files`; it is watched as soon as it is there"});
    }
    ServiceLife life(seen_ ? seen_->life : ServiceLife::Memory());
    for (const UnitState& state : states_) life.take(state);
    if (life.in_doubt()) {
        if (!stopping_since_) stopping_since_ = now;
        if (now - *stopping_since_ < kPause) {
            check.again = *stopping_since_ + kPause;
            return check;
        }
        life.settle();
    }
    stopping_since_.reset();
    states_taken_ = states_.size();
    now_ = Seen{life.memory(), {last_->file_state, files_of(*last_)}};
    if (was_lost_) check.gap = "the connection to systemd was lost for some time";
    if (seen_) {
        for (const ServiceEvent& event : life.events()) add_sighting(event, check);
        if (seen_->setup != now_->setup) add_setup(*last_, seen_->setup, check);
    }
    if (seen_ != now_) check.save = Check::Save::now;
    return check;
}

Json ServiceWatcher::describe(const UnitState& state) const {
    Json data{{"service", name_}, {"service_name", name_}, {"unit", unit_}};
    data["status"] = data["new_status"] = state.active;
    data["sub_state"] = state.sub;
    data["unit_file_state"] = state.file_state;
    if (!state.result.empty()) data["result"] = state.result;
    data["restarts"] = data["restart_count"] = state.restarts;
    if (state.main_pid != 0) data["main_pid"] = state.main_pid;
    return data;
}

void ServiceWatcher::add_sighting(const ServiceEvent& event, Check& check) const {
    if (!wants(event.kind)) return;
    Json data = describe(event.state);
    data["old_status"] = event.old_status;
    if (event.kind == "failed" || event.kind == "restarted") {
        data["exit_status"] = data["exit_code"] = event.state.exit_status;
        data["exited"] = event.state.exit_code == 1;  // CLD_EXITED; else by a signal
    }
    check.sightings.push_back(
        make_sighting("service." + event.kind, std::move(data), origin_, inferred_));
}

void ServiceWatcher::add_setup(const UnitState& state, const Setup& before, Check& check) const {
    if (!wants("reconfigured")) return;
    Json data = describe(state);
    data["old_status"] = state.active;
    data["unit_file"] = state.fragment;
    data["drop_ins"] = state.drop_ins;
    data["old_unit_file_state"] = before.file_state;
    check.sightings.push_back(
        make_sighting("service.reconfigured", std::move(data), origin_, inferred_));
}

std::string ServiceWatcher::baseline() const {
    const auto& seen = now_ ? now_ : seen_;
    if (!seen) return {};
    return dump_json(Json{{"unit", unit_},
                          {"status", seen->life.status},
                          {"invocation", seen->life.invocation},
                          {"restarts", seen->life.restarts},
                          {"file_state", seen->setup.file_state},
                          {"files", seen->setup.files}});
}

void ServiceWatcher::accept() {
    if (!now_) return;
    seen_ = std::exchange(now_, {});
    states_.erase(states_.begin(), states_.begin() + ptrdiff_t(states_taken_));
    states_taken_ = 0;
    was_lost_ = false;
    inferred_ = false;
}

}  // namespace sloth
