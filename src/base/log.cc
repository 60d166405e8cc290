#include "base/log.h"

#define SPDLOG_FMT_EXTERNAL
#define SPDLOG_HEADER_ONLY
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

#include "base/json.h"

namespace sloth {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};
constexpr std::array<spdlog::level::level_enum, 4> kSpdLevels{
    spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};

bool is_plain(std::string_view value) {
    if (value.empty()) return false;
    for (const unsigned char c : value) {
        if (c <= ' ' || c == '"' || c == '=' || c == 0x7f) return false;
    }
    return true;
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view text) {
    for (size_t i = 0; i < kLevels.size(); ++i) {
        if (kLevels[i] == text) return static_cast<LogLevel>(i);
    }
    return fail_with({Code::invalid, fmt::format("'{}' is not a log level", text),
                      "use debug, info, warn or error"});
}

struct Log::Sink {
    spdlog::logger logger{"sloth", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(Options options) : options_(options), sink_(std::make_unique<Sink>()) {
    sink_->logger.set_level(spdlog::level::debug);
    sink_->logger.set_pattern(options.format == LogFormat::text ? "%Y-%m-%dT%H:%M:%S.%e%z %l %v"
                                                                : "%v");
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view event, Fields fields) {
    if (!enabled(level)) return;
    const auto spd_level = kSpdLevels[static_cast<size_t>(level)];
    if (options_.format == LogFormat::json) {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        Json line;
        line["time_us"] = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
        line["level"] = kLevels[static_cast<size_t>(level)];
        line["event"] = event;
        for (const LogField& field : fields) line[std::string(field.key)] = field.value;
        sink_->logger.log(spd_level, dump_json(line));
        return;
    }
    std::string line(event);
    for (const LogField& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        line += is_plain(field.value) ? field.value : dump_json(Json(field.value));
    }
    sink_->logger.log(spd_level, line);
}

}  // namespace sloth
