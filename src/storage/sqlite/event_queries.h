// Reading events. Each function is one call on a borrowed reader. The rules that people see: what
// names an event, and in which order lists come.
#pragma once

#include <string_view>
#include <vector>

#include "ports/event_store.h"
#include "storage/sqlite/held_events.h"
#include "storage/sqlite/readers.h"

namespace sloth {

Result<Event> get_event(Reader& reader, int64_t seq);
Result<Event> find_event(Reader& reader, std::string_view ref);
Result<std::vector<Event>> list_events(Reader& reader, const EventFilter& filter);
Result<EventCounts> count_events(Reader& reader);
Result<std::vector<Event>> claim_events(Reader& reader, HeldEvents& held, size_t limit);

// What names a row by the first characters of its id: the ids that begin with `prefix`, at most
// `limit`. `table` is one of ours.
Result<std::vector<std::string>> ids_with_prefix(Reader& reader, std::string_view table,
                                                 std::string_view prefix, size_t limit);
// Code::conflict that names the candidates.
std::unexpected<Error> ambiguous(std::string_view what, std::string_view ref,
                                 const std::vector<std::string>& candidates);

}  // namespace sloth
