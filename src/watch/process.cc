#include "watch/process.h"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/json.h"

namespace sloth {
namespace {

constexpr size_t kMaxNews = 10'000;    // between two looks; beyond it a walk must do
constexpr size_t kMaxMembers = 2'000;  // in a baseline
constexpr size_t kMaxCommand = 256;    // of a command line
constexpr size_t kMaxPidfds = 32;      // each is a descriptor; the rest is found by walks

ProcessMember member_of(const ProcessReading& process) {
    return {.pid = process.pid,
            .started = process.started,
            .uid = process.uid,
            .name = process.name,
            .command = process.command.substr(0, kMaxCommand)};
}

std::optional<ProcessMembers> read_members(const Json& baseline, const std::string& boot) {
    const auto stored = baseline.find("members");
    if (stored == baseline.end() || !stored->is_array()) return {};
    ProcessMembers members;
    const bool same_boot = baseline.value("boot", "") == boot;
    for (const Json& item : *stored) {
        if (!item.is_array() || item.size() != 3 || !item[0].is_number_integer() ||
            !item[1].is_number_integer() || !item[2].is_string()) {
            return {};
        }
        const int pid = item[0];
        members[pid] = {
            .pid = pid, .started = same_boot ? item[1].get<uint64_t>() : 0, .name = item[2]};
    }
    return members;
}

void describe_exit(std::optional<int> status, Json& data) {
    if (!status) {
        data["exit"] = "unknown";
    } else if (WIFEXITED(*status)) {
        data["exit"] = "exited";
        data["exit_code"] = WEXITSTATUS(*status);
    } else {
        const int number = WTERMSIG(*status);
        const char* name = ::sigabbrev_np(number);
        data["exit"] = "killed";
        data["signal"] = number;
        data["signal_name"] = name != nullptr ? fmt::format("SIG{}", name) : "";
        data["core_dumped"] = bool(WCOREDUMP(*status));
    }
}

}  // namespace

ProcessWatcher::ProcessWatcher(const WatcherSpec& spec, ProcessFilter filter,
                               const std::optional<std::string>& baseline,
                               const WatcherContext& context)
    : origin_(context.origin(spec)),
      owner_(context.owner),
      machine_(context.machine),
      filter_(std::move(filter)),
      name_(spec.name),
      metric_(spec.metric.empty() ? "cpu" : spec.metric),
      each_(spec.each),
      conditions_(spec.conditions),
      interval_(spec.interval),
      levels_(spec) {
    const Json stored = parse_baseline(baseline);
    seen_ = read_members(stored, machine_.host().boot_id());
    inferred_ = seen_.has_value();
    levels_.restore(stored.value("levels", Json()));
    machine_.process_news().add(owner_, *this);
}

ProcessWatcher::~ProcessWatcher() {
    machine_.process_news().remove(owner_);
    for (const auto& [_, pidfd] : pidfds_) machine_.notifier().detach(pidfd.get());
}

bool ProcessWatcher::knows(int pid) const {
    if (seen_ && seen_->contains(pid)) return true;
    return std::ranges::any_of(
        news_, [&](const ProcessTurn& turn) { return turn.started && turn.member.pid == pid; });
}

void ProcessWatcher::hear(ProcessTurn turn) {
    if (news_.size() < kMaxNews) {
        news_.push_back(std::move(turn));
    } else {
        lost_ = true;
    }
}

bool ProcessWatcher::process_started(const ProcessReading& process) {
    if (filter_.matches(process)) {
        hear({.started = true, .member = member_of(process), .status = {}});
        return true;
    }
    if (!knows(process.pid)) return false;
    hear(
        {.started = false, .member = {.pid = process.pid}, .status = {}});  // it is another one now
    return true;
}

bool ProcessWatcher::process_ended(int pid, int status) {
    if (!knows(pid)) return false;
    hear({.started = false, .member = {.pid = pid}, .status = status});
    return true;
}

std::optional<MonoTime> ProcessWatcher::notice(const Notice& notice, MonoTime now) {
    for (const auto& [pid, pidfd] : pidfds_) {
        if (pidfd.get() != notice.watch) continue;
        hear({.started = false, .member = {.pid = pid}, .status = {}});
        forget_pidfd(pid);
        break;
    }
    return now;
}

Result<Check> ProcessWatcher::check(MonoTime now) {
    levels_.begin();
    now_.reset();
    used_now_.reset();
    crossing_.reset();
    ProcessLife life(seen_.value_or(ProcessMembers()), each_);
    for (const ProcessTurn& turn : news_) life.take(turn);
    news_taken_ = news_.size();
    const bool walk_due = !used_ || now - used_->at >= interval_ / 2;
    const bool told = machine_.process_news().works() && !lost_;
    if (walk_due || !told || life.in_doubt()) {
        ProcessMembers found;
        SLOTH_TRY_VOID(walk(now, found));
        life.take(found);
    }
    Check check;
    if (lost_) check.gap = "the kernel could not tell of every process that started and ended";
    if (seen_) {
        for (const ProcessEvent& event : life.events()) add_sighting(event, check);
    }
    if (crossing_) add_crossing(*crossing_, check);
    const bool changed = !seen_ || *seen_ != life.members();
    const bool at_once = !seen_ || levels_.changed() || !check.sightings.empty();
    check.save = at_once ? Check::Save::now : changed ? Check::Save::later : Check::Save::no;
    now_ = life.members();
    return check;
}

Result<void> ProcessWatcher::walk(MonoTime now, ProcessMembers& found) {
    const auto& processes = machine_.processes(now);
    if (!processes) return std::unexpected(processes.error());
    std::vector<const ProcessReading*> members;
    for (const ProcessReading& process : *processes) {
        if (!filter_.matches(process)) continue;
        found[process.pid] = member_of(process);
        members.push_back(&process);
    }
    return measure(members, now);
}

// All members together: four busy threads are 400 % of a core.
Result<void> ProcessWatcher::measure(const std::vector<const ProcessReading*>& members,
                                     MonoTime now) {
    used_now_ = Use{{}, now};
    if (!levels_.active()) return {};
    uint64_t ticks = 0;
    uint64_t rss = 0;
    for (const ProcessReading* process : members) {
        used_now_->cpu[process->pid] = process->cpu;
        rss += process->rss;
        if (!used_) continue;
        const auto before = used_->cpu.find(process->pid);
        const uint64_t base = before == used_->cpu.end() ? 0 : before->second;
        if (process->cpu > base) ticks += process->cpu - base;
    }
    if (metric_ == "cpu") {
        if (!used_ || now <= used_->at) return {};
        const double seconds = std::chrono::duration<double>(now - used_->at).count();
        const double used = double(ticks) / machine_.host().ticks_per_second();
        crossing_ = levels_.take("", 100 * used / seconds, now);
    } else if (metric_ == "rss") {
        crossing_ = levels_.take("", double(rss), now);
    } else {
        const auto& memory = machine_.memory(now);
        if (!memory) return std::unexpected(memory.error());
        crossing_ = levels_.take("", 100 * double(rss) / double(memory->total), now);
    }
    return {};
}

void ProcessWatcher::add_sighting(const ProcessEvent& event, Check& check) const {
    constexpr std::array<std::string_view, 3> kKinds{"started", "stopped", "crashed"};
    const std::string_view kind = kKinds[size_t(event.kind)];
    if (std::ranges::find(conditions_, kind) == conditions_.end()) return;
    const ProcessMember& member = event.member;
    Json data{{"process", name_.empty() ? member.name : name_},
              {"name", member.name},
              {"pid", member.pid},
              {"count", event.left}};
    if (!member.command.empty()) {
        data["command"] = bounded_text(member.command, kMaxCommand);
        data["uid"] = member.uid;
    }
    if (event.kind != ProcessEvent::Kind::started) describe_exit(event.status, data);
    check.sightings.push_back(
        make_sighting(fmt::format("process.{}", kind), std::move(data), origin_, inferred_));
}

void ProcessWatcher::add_crossing(const Levels::Crossing& crossing, Check& check) const {
    const std::string what = metric_ == "cpu" ? "cpu" : "memory";
    Json data{{"process", name_}};
    if (used_now_->cpu.size() == 1) data["pid"] = used_now_->cpu.begin()->first;
    data["count"] = used_now_->cpu.size();
    levels_.describe(crossing, what, metric_, data);
    data[metric_ == "rss" ? "rss_bytes" : what + "_percent"] = number_json(crossing.value);
    check.sightings.push_back(
        make_sighting(fmt::format("process.{}_{}", what, crossing.high ? "high" : "normal"),
                      std::move(data), origin_, crossing.inferred));
}

std::string ProcessWatcher::baseline() const {
    const auto& members = now_ ? now_ : seen_;
    Json json{{"boot", machine_.host().boot_id()}, {"levels", levels_.state()}};
    if (members) {
        Json::array_t items;
        for (const auto& [pid, member] : *members) {
            if (items.size() >= kMaxMembers) break;
            items.push_back(Json::array({pid, member.started, bounded_text(member.name, 64)}));
        }
        json["members"] = std::move(items);
    }
    return dump_json(json);
}

void ProcessWatcher::accept() {
    if (!now_) return;
    seen_ = std::exchange(now_, {});
    news_.erase(news_.begin(), news_.begin() + ptrdiff_t(news_taken_));
    news_taken_ = 0;
    lost_ = false;
    inferred_ = false;
    if (used_now_) used_ = std::exchange(used_now_, {});
    levels_.accept();
    watch_ends();
}

// Where the kernel does not tell of ends by itself.
void ProcessWatcher::watch_ends() {
    std::vector<int> gone;
    for (const auto& [pid, _] : pidfds_) {
        if (!seen_->contains(pid)) gone.push_back(pid);
    }
    for (const int pid : gone) forget_pidfd(pid);
    if (machine_.process_news().works()) return;
    for (const auto& [pid, _] : *seen_) {
        if (pidfds_.size() >= kMaxPidfds) return;
        if (pidfds_.contains(pid)) continue;
        Fd pidfd(int(::syscall(SYS_pidfd_open, pid, 0)));
        if (!pidfd || !machine_.notifier().attach(pidfd.get(), POLLIN, owner_)) continue;
        pidfds_[pid] = std::move(pidfd);
    }
}

void ProcessWatcher::forget_pidfd(int pid) {
    const auto it = pidfds_.find(pid);
    if (it == pidfds_.end()) return;
    machine_.notifier().detach(it->second.get());
    pidfds_.erase(it);
}

}  // namespace sloth
