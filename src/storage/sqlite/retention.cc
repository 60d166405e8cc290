#include "storage/sqlite/retention.h"

#include <vector>

#include "storage/sqlite/meta.h"

namespace sloth {
namespace {

constexpr int kSlice = 200;  // events of one transaction: some 5 ms with their runs

// Numbers that were given are never given again, also when the rows that show it are gone.
Result<void> keep_numbers(WriteGroup& group) {
    SLOTH_TRY_VOID(write_meta(group.db(), Meta::last_seq, group.events().last_seq()));
    return write_meta(group.db(), Meta::last_execution_id, group.last_execution_id());
}

Result<void> delete_keys(WriteGroup& group, WallTime before) {
    const auto day = std::chrono::floor<std::chrono::days>(before).time_since_epoch().count();
    SLOTH_TRY(Statement keys, group.db().prepare("DELETE FROM event_dedup WHERE day<?"));
    return keys.bind(1, int64_t(day)).run();
}

Result<int64_t> delete_slice(WriteGroup& group, WallTime before) {
    SLOTH_TRY(Statement slice,
              group.db().prepare("DELETE FROM events WHERE seq IN (SELECT seq FROM events INDEXED "
                                 "BY idx_events_created_at WHERE created_at<? AND status IN "
                                 "('completed','failed') LIMIT ?)"));
    SLOTH_TRY_VOID(slice.bind(1, to_micros(before)).bind(2, kSlice).run());
    const int64_t deleted = group.db().changes();
    if (deleted > 0) SLOTH_TRY_VOID(keep_numbers(group));
    return deleted;
}

}  // namespace

Result<void> erase_event(WriteGroup& group, int64_t seq) {
    SLOTH_TRY(Statement status, group.db().prepare("SELECT status FROM events WHERE seq=?"));
    SLOTH_TRY(const bool row, status.bind(1, seq).step());
    if (!row) return fail(Code::not_found, "no event has the number {}", seq);
    SLOTH_TRY(const EventStatus is, parse_event_status(status.view(0)));
    status.reset();
    if (!is_final(is)) {
        return fail_with({Code::refused,
                          fmt::format("delete event #{}: it is still {}", seq, to_string(is)),
                          "wait until it is completed or failed"});
    }
    SLOTH_TRY_VOID(keep_numbers(group));
    SLOTH_TRY(Statement erase, group.db().prepare("DELETE FROM events WHERE seq=?"));
    return erase.bind(1, seq).run();
}

Result<int64_t> count_old_events(Reader& reader, WallTime before) {
    SLOTH_TRY(Statement * count,
              reader.statement("SELECT count(*) FROM events INDEXED BY idx_events_created_at WHERE "
                               "created_at<? AND status IN "
                               "('completed','failed')"));
    SLOTH_TRY_VOID(count->bind(1, to_micros(before)).step());
    return count->integer(0);
}

Result<int64_t> delete_old_events(Writer& writer, WallTime before) {
    int64_t total = 0;
    for (;;) {
        int64_t deleted = 0;
        SLOTH_TRY_VOID(writer.run([&](WriteGroup& group) -> Result<void> {
            SLOTH_TRY(deleted, delete_slice(group, before));
            return {};
        }));
        total += deleted;
        if (deleted < kSlice) break;
    }
    SLOTH_TRY_VOID(writer.run([&](WriteGroup& group) { return delete_keys(group, before); }));
    return total;
}

}  // namespace sloth
