// What the desk says to operators and to hooks, and reads from them and from agents: JSON in and
// out. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/watcher_record.h"
#include "domain/watcher_spec.h"
#include "ports/agent_watcher_store.h"

namespace sloth {

// What a client may say of a new watcher; what only the master and the agent say is left out.
Result<WatcherSpec> parse_wanted(std::string_view spec);
// `old` with the fields of a JSON object changed.
Result<WatcherSpec> merge_changes(const WatcherSpec& old, std::string_view changes);

Result<std::vector<WatcherSpec>> parse_watchers(std::string_view json);

// By id, unique prefix of one (with or without "watcher-"), or label. Code::not_found,
// Code::conflict.
Result<AgentWatcher> find_watcher(std::vector<AgentWatcher> rows, std::string_view agent,
                                  std::string_view ref);
constexpr size_t kMaxWatchers = 10'000;  // of one agent, which takes no more
Result<void> check_room(const std::vector<AgentWatcher>& rows, std::string_view agent);
// Whether they watch the same in the same way, whatever their revisions.
bool same_content(const WatcherSpec& one, const WatcherSpec& other);
// Code::conflict if another watcher of the agent has the label.
Result<void> check_free_label(const std::vector<AgentWatcher>& rows, const WatcherSpec& spec);

// The agent's answer with its `state`.
Result<std::string> with_state(std::string_view answer);
// What the agent does not have (`connected`: though it is there).
std::string away_watcher(const AgentWatcher& row, bool connected);
std::string gone_watcher(const AgentWatcher& row);  // "deleted"
// The agent's list, with what is wanted and it does not have.
std::string present_list(const std::vector<WatcherSpec>& present,
                         const std::vector<AgentWatcher>& rows);
std::string away_list(const std::vector<AgentWatcher>& rows);

// The `id` of a watcher as JSON.
Result<std::string> id_of(std::string_view answer);

// Whether the record is complete, from when to when, and what is missing or in doubt.
std::string verdict(const WatcherRecord& record, const StoredSequences& stored);

}  // namespace sloth
