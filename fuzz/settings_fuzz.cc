// What hooks and watchers say of themselves, and the numbers in it.
#include "domain/event.h"
#include "domain/hook.h"
#include "domain/hook_metadata.h"
#include "domain/state_number.h"
#include "domain/watcher_record.h"
#include "domain/watcher_spec.h"
#include "fuzz/fuzz.h"
#include "watch/file_tree.h"

namespace {

using namespace sloth;

void check_watcher(std::string_view text) {
    const Result<WatcherSpec> spec = parse_watcher_spec(text);
    if (!spec || !validate(*spec)) return;
    const Result<WatcherSpec> again = parse_watcher_spec(to_json(*spec));
    CHECK(again && *again == *spec);
}

void check_record(std::string_view text) {
    const Result<WatcherRecord> record = parse_watcher_record(text);
    if (!record) return;
    const Result<WatcherRecord> again = parse_watcher_record(to_json(*record));
    CHECK(again && *again == *record);
}

void check_snapshot(std::string_view text) {
    const Result<FileTree> tree = parse_file_tree(text, "/a");
    if (!tree) return;
    const std::string once = to_json(*tree, {}, "/a");
    const Result<FileTree> again = parse_file_tree(once, "/a");
    CHECK(again && to_json(*again, {}, "/a") == once);
}

void check_numbers(std::string_view text) {
    if (const Result<int64_t> bytes = parse_bytes(text))
        CHECK(*bytes >= 0 && parse_bytes(format_bytes(*bytes)).has_value());
    if (const Result<std::string> sum = add_json_numbers(text, "1"))
        CHECK(add_json_numbers(*sum, "0").has_value());
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = as_text(data, size);
    (void)parse_hook_metadata(text);
    (void)is_hook_name(text);
    check_watcher(text);
    check_record(text);
    check_snapshot(text);
    check_numbers(text);
    (void)parse_conditions("file", text);
    Event event;
    event.type = "custom.test";
    event.data = text;
    (void)validate(event);
    return 0;
}
