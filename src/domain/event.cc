#include "domain/event.h"

#include <array>

#include "base/json.h"
#include "domain/event_type.h"

namespace sloth {
namespace {

constexpr std::array<std::string_view, 4> kStatuses{"pending", "processing", "completed", "failed"};
constexpr size_t kMaxShortField = 256;

// Checks `data` in one pass without building it: an object at the top, depth, and the value of its
// "stack". The interface is the library's; returning false stops it.
class DataScan : public nlohmann::json_sax<Json> {
 public:
    std::string stack;
    std::string error;

    bool null() override { return scalar(); }
    bool boolean(bool) override { return scalar(); }
    bool number_integer(number_integer_t) override { return scalar(); }
    bool number_unsigned(number_unsigned_t) override { return scalar(); }
    bool number_float(number_float_t, const string_t&) override { return scalar(); }
    bool binary(binary_t&) override { return scalar(); }
    bool string(string_t& value) override {
        if (depth_ == 1 && at_stack_) stack = value;
        return scalar();
    }
    bool start_object(std::size_t) override { return open(); }
    bool start_array(std::size_t) override {
        if (depth_ == 0) return refuse("must be a JSON object, not an array");
        return open();
    }
    bool key(string_t& name) override {
        if (depth_ == 1) at_stack_ = name == "stack";
        return true;
    }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
        return refuse(fmt::format("is not valid JSON (near byte {})", position));
    }

 private:
    bool scalar() { return depth_ > 0 || refuse("must be a JSON object"); }
    bool open() {
        return ++depth_ <= kMaxJsonDepth ||
               refuse(fmt::format("is nested deeper than {} levels", kMaxJsonDepth));
    }
    bool close() {
        --depth_;
        return true;
    }
    bool refuse(std::string why) {
        if (error.empty()) error = std::move(why);
        return false;
    }

    int depth_ = 0;
    bool at_stack_ = false;
};

Result<void> check_short(std::string_view name, std::string_view value) {
    if (value.size() > kMaxShortField) {
        return fail(Code::invalid, "the event's {} is longer than {} bytes", name, kMaxShortField);
    }
    for (const unsigned char c : value) {
        if (c < ' ' || c == 0x7f)
            return fail(Code::invalid, "the event's {} holds a control character", name);
    }
    return {};
}

}  // namespace

std::string_view to_string(EventStatus status) { return kStatuses[static_cast<size_t>(status)]; }

Result<EventStatus> parse_event_status(std::string_view text) {
    for (size_t i = 0; i < kStatuses.size(); ++i) {
        if (kStatuses[i] == text) return static_cast<EventStatus>(i);
    }
    return fail_with({Code::invalid, fmt::format("'{}' is not an event status", text),
                      "use pending, processing, completed or failed"});
}

Result<void> validate(Event& event) {
    SLOTH_TRY_VOID(check_event_type(event.type));
    SLOTH_TRY_VOID(check_short("id", event.id));
    SLOTH_TRY_VOID(check_short("agent", event.agent));
    SLOTH_TRY_VOID(check_short("run_id", event.run_id));
    SLOTH_TRY_VOID(check_short("source", event.source));
    SLOTH_TRY_VOID(check_short("ordering_key", event.ordering_key));
    SLOTH_TRY_VOID(check_short("dedup_key", event.dedup_key));
    if (event.data.size() > kMaxEventBytes) {
        return fail(Code::invalid, "the event's data is {} bytes, the limit is {}",
                    event.data.size(), kMaxEventBytes);
    }
    DataScan scan;
    if (!Json::sax_parse(event.data, &scan)) {
        return fail(Code::invalid, "the event's data {}",
                    scan.error.empty() ? "is not valid JSON" : scan.error);
    }
    if (event.stack.empty()) event.stack = std::move(scan.stack);
    return check_short("stack", event.stack);
}

}  // namespace sloth
