#include "watch/process_life.h"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace sloth {
namespace {

bool same(const ProcessMember& a, const ProcessMember& b) {
    return a.pid == b.pid && a.started == b.started;
}

}  // namespace

bool is_clean_exit(int status) {
    if (WIFEXITED(status)) return WEXITSTATUS(status) == 0;
    const int signal = WTERMSIG(status);
    return signal == SIGHUP || signal == SIGINT || signal == SIGTERM || signal == SIGPIPE;
}

void ProcessLife::take(const ProcessTurn& turn) {
    if (turn.started) {
        start(turn.member);
    } else {
        const size_t before = events_.size();
        end(turn.member.pid, turn.status);
        if (events_.size() > before) stopped_by_news_ = members_.empty() && !each_;
    }
}

void ProcessLife::start(const ProcessMember& member) {
    const auto known = members_.find(member.pid);
    if (known != members_.end()) {
        if (same(known->second, member)) {  // it runs another program of the same kind now
            known->second = member;
            return;
        }
        end(member.pid, {});
    }
    const bool first = members_.empty();
    members_[member.pid] = member;
    stopped_by_news_ = false;
    if (!first && !each_) return;
    events_.push_back({ProcessEvent::Kind::started, member, {}, members_.size()});
}

void ProcessLife::end(int pid, std::optional<int> status) {
    auto node = members_.extract(pid);
    if (node.empty()) return;
    const ProcessMember& member = gone_[pid] = std::move(node.mapped());
    if (status && !is_clean_exit(*status)) {
        events_.push_back({ProcessEvent::Kind::crashed, member, status, members_.size()});
    }
    if (!each_ && !members_.empty()) return;
    events_.push_back({ProcessEvent::Kind::stopped, member, status, members_.size()});
}

void ProcessLife::take(const ProcessMembers& found) {
    std::vector<int> missing;
    for (const auto& [pid, member] : members_) {
        const auto it = found.find(pid);
        if (it == found.end() || !same(it->second, member)) missing.push_back(pid);
    }
    for (const int pid : missing) end(pid, {});
    for (const auto& [pid, member] : found) {
        // The kernel tells of an end a little before the process leaves /proc.
        const auto gone = gone_.find(pid);
        if (gone != gone_.end() && same(gone->second, member)) continue;
        if (const auto known = members_.find(pid); known != members_.end()) {
            known->second = member;
            continue;
        }
        // Nobody has told of its start, so it was forked by the one that has just ended: the group
        // lives on. That is how a server puts itself into the background.
        if (std::exchange(stopped_by_news_, false)) {
            events_.pop_back();
            members_[pid] = member;
            continue;
        }
        start(member);
    }
    stopped_by_news_ = false;
}

}  // namespace sloth
