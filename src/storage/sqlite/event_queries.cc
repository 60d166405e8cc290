#include "storage/sqlite/event_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "domain/event_type.h"
#include "storage/sqlite/rows.h"

namespace sloth {
namespace {

constexpr size_t kMaxCandidates = 5;
constexpr size_t kClaimChunk = 512;

Result<std::optional<Event>> select_event(Reader& reader, int64_t seq) {
    SLOTH_TRY(Statement * select,
              reader.statement("SELECT " SLOTH_EVENT_COLUMNS " FROM events WHERE seq=?"));
    SLOTH_TRY(const bool row, select->bind(1, seq).step());
    if (!row) return std::optional<Event>();
    SLOTH_TRY(Event event, read_event(*select));
    select->reset();
    return event;
}

Result<std::optional<int64_t>> seq_of_id(Reader& reader, std::string_view id) {
    SLOTH_TRY(Statement * select, reader.statement("SELECT seq FROM events WHERE id=?"));
    SLOTH_TRY(const bool row, select->bind(1, id).step());
    if (!row) return std::optional<int64_t>();
    const int64_t seq = select->integer(0);
    select->reset();
    return seq;
}

// "48213" and "#48213"; a leading zero is an id's prefix, not a number.
std::optional<int64_t> parse_number(std::string_view ref) {
    if (ref.starts_with('#')) ref.remove_prefix(1);
    if (ref.empty() || ref.front() == '0') return {};
    int64_t seq = 0;
    const auto [end, ec] = std::from_chars(ref.data(), ref.data() + ref.size(), seq);
    if (ec != std::errc() || end != ref.data() + ref.size() || seq < 0) return {};
    return seq;
}

// The stored types that a glob matches: a skip through the index, not through the table.
Result<std::vector<std::string>> types_matching(Reader& reader, std::string_view glob) {
    std::vector<std::string> out;
    std::string last;
    for (;;) {
        SLOTH_TRY(Statement * next,
                  reader.statement("SELECT type FROM events WHERE type>? ORDER BY type LIMIT 1"));
        SLOTH_TRY(const bool row, next->bind(1, last).step());
        if (!row) return out;
        last = next->text(0);
        next->reset();
        if (matches(glob, last)) out.push_back(last);
    }
}

// The seqs of one type ("" is all) that pass the filter's other conditions, in its order.
Result<void> select_seqs(Reader& reader, const EventFilter& filter, std::string_view type,
                         std::vector<int64_t>& out) {
    std::string sql = "SELECT seq FROM events WHERE 1";
    if (!type.empty()) sql += " AND type=?1";
    if (filter.status) sql += " AND status=?2";
    if (!filter.stack.empty()) sql += " AND stack=?3";
    if (!filter.agent.empty()) sql += " AND agent=?4";
    if (filter.since) sql += " AND created_at>=?5";
    if (filter.after_seq) sql += " AND seq>?6";
    sql += filter.after_seq ? " ORDER BY seq LIMIT ?7" : " ORDER BY seq DESC LIMIT ?7";
    SLOTH_TRY(Statement * select, reader.statement(sql));
    if (!type.empty()) select->bind(1, type);
    if (filter.status) select->bind(2, to_string(*filter.status));
    if (!filter.stack.empty()) select->bind(3, filter.stack);
    if (!filter.agent.empty()) select->bind(4, filter.agent);
    if (filter.since) select->bind(5, to_micros(*filter.since));
    if (filter.after_seq) select->bind(6, *filter.after_seq);
    select->bind(7, int64_t(std::min<size_t>(filter.limit, std::numeric_limits<int64_t>::max())));
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return {};
        out.push_back(select->integer(0));
    }
}

// The next open seqs after `after`, not looking at who holds them.
Result<std::vector<int64_t>> open_seqs(Reader& reader, int64_t after, size_t limit) {
    std::vector<int64_t> seqs;
    SLOTH_TRY(Statement * select,
              reader.statement("SELECT seq FROM events INDEXED BY idx_events_open WHERE status IN "
                               "('pending','processing') AND seq>? ORDER BY seq LIMIT ?"));
    select->bind(1, after).bind(2, int64_t(limit));
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return seqs;
        seqs.push_back(select->integer(0));
    }
}

Result<std::vector<Event>> read_events(Reader& reader, const std::vector<int64_t>& seqs) {
    std::vector<Event> events;
    events.reserve(seqs.size());
    for (const int64_t seq : seqs) {
        SLOTH_TRY(auto event, select_event(reader, seq));
        if (event) events.push_back(std::move(*event));
    }
    return events;
}

}  // namespace

Result<Event> get_event(Reader& reader, int64_t seq) {
    SLOTH_TRY(auto event, select_event(reader, seq));
    if (!event) return fail(Code::not_found, "no event has the number {}", seq);
    return std::move(*event);
}

Result<std::vector<std::string>> ids_with_prefix(Reader& reader, std::string_view table,
                                                 std::string_view prefix, size_t limit) {
    std::vector<std::string> ids;
    SLOTH_TRY(Statement * select,
              reader.statement(fmt::format(
                  "SELECT id FROM {} WHERE id>=?1 AND substr(id,1,length(?1))=?1 AND id<?1||'{}' "
                  "ORDER BY id LIMIT ?2",
                  table, "\xf4\x8f\xbf\xbf")));
    select->bind(1, prefix).bind(2, int64_t(limit));
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return ids;
        ids.push_back(select->text(0));
    }
}

std::unexpected<Error> ambiguous(std::string_view what, std::string_view ref,
                                 const std::vector<std::string>& candidates) {
    const bool more = candidates.size() > kMaxCandidates;
    const auto shown = std::min(candidates.size(), kMaxCandidates);
    return fail_with(
        {Code::conflict,
         fmt::format("'{}' is the beginning of {}{} {} ids: {}{}", ref, more ? "more than " : "",
                     shown, what, fmt::join(candidates.begin(), candidates.begin() + shown, ", "),
                     more ? ", ..." : ""),
         "type more of it"});
}

Result<Event> find_event(Reader& reader, std::string_view ref) {
    SLOTH_TRY(const Snapshot snapshot, Snapshot::begin(reader));
    SLOTH_TRY(auto by_id, seq_of_id(reader, ref));
    if (by_id) return get_event(reader, *by_id);
    if (const auto number = parse_number(ref)) {
        SLOTH_TRY(auto event, select_event(reader, *number));
        if (event) return std::move(*event);
    }
    if (!ref.empty() && !ref.starts_with('#')) {
        SLOTH_TRY(const auto ids, ids_with_prefix(reader, "events", ref, kMaxCandidates + 1));
        if (ids.size() > 1) return ambiguous("event", ref, ids);
        if (ids.size() == 1) {
            SLOTH_TRY(by_id, seq_of_id(reader, ids[0]));
            if (by_id) return get_event(reader, *by_id);
        }
    }
    return fail_with({Code::not_found, fmt::format("no event '{}'", ref),
                      "`sloth-runner events list` shows the latest"});
}

Result<std::vector<Event>> list_events(Reader& reader, const EventFilter& filter) {
    SLOTH_TRY(const Snapshot snapshot, Snapshot::begin(reader));
    std::vector<int64_t> seqs;
    if (is_glob(filter.type) && filter.type != "*") {
        SLOTH_TRY(const auto types, types_matching(reader, filter.type));
        for (const std::string& type : types) {
            SLOTH_TRY_VOID(select_seqs(reader, filter, type, seqs));
        }
        if (filter.after_seq) {
            std::ranges::sort(seqs);
        } else {
            std::ranges::sort(seqs, std::greater());
        }
        if (seqs.size() > filter.limit) seqs.resize(filter.limit);
    } else {
        SLOTH_TRY_VOID(select_seqs(reader, filter, filter.type == "*" ? "" : filter.type, seqs));
    }
    return read_events(reader, seqs);
}

Result<EventCounts> count_events(Reader& reader) {
    SLOTH_TRY(Statement * count,
              reader.statement("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM events "
                               "INDEXED BY idx_events_open WHERE status IN "
                               "('pending','processing')), (SELECT max(coalesce((SELECT max(seq) "
                               "FROM events),0), value) FROM meta WHERE key='last_seq')"));
    SLOTH_TRY_VOID(count->step());
    const EventCounts counts{count->integer(0), count->integer(1), count->integer(2)};
    count->reset();
    return counts;
}

Result<std::vector<Event>> claim_events(Reader& reader, HeldEvents& held, size_t limit) {
    HeldEvents::Claim claim(held);  // before the snapshot: see there
    SLOTH_TRY(const Snapshot snapshot, Snapshot::begin(reader));
    std::vector<int64_t> seqs;
    for (int64_t after = 0; seqs.size() < limit;) {
        SLOTH_TRY(auto chunk, open_seqs(reader, after, kClaimChunk));
        if (chunk.empty()) break;
        after = chunk.back();
        claim.filter(chunk);
        const size_t room = limit - seqs.size();
        if (chunk.size() > room) chunk.resize(room);
        seqs.insert(seqs.end(), chunk.begin(), chunk.end());
    }
    claim.take(seqs);
    auto events = read_events(reader, seqs);
    if (!events) claim.give_back(seqs);
    return events;
}

}  // namespace sloth
