// What watchers read: the kernel's text files, in which processes and mounts put names of their
// own, and where a log was left.
#include "fuzz/fuzz.h"
#include "watch/log_reader.h"
#include "watch/proc_text.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace sloth;
    const std::string_view text = as_text(data, size);
    (void)parse_cpu(text, text);
    (void)parse_memory(text);
    (void)parse_pressure(text);
    (void)parse_mounts(text);
    if (auto process = parse_process(text, 4096)) put_command(text, *process);
    std::vector<Listener> listeners;
    for (const bool v6 : {false, true}) parse_listeners(text, v6, v6, listeners);
    (void)parse_user_id(text, "root");
    if (const Result<LogPosition> position = parse_log_position(text)) {
        const Result<LogPosition> again = parse_log_position(to_json(*position));
        CHECK(again && *again == *position);
    }
    return 0;
}
