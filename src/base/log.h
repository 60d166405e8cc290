// The log: a line is a stable event name and fields, never a sentence with values inside, so that
// it can be searched and counted. Goes to stderr. Built once in main and lent to whoever speaks;
// any thread. Never log payloads, hook output, secrets or anything else that a user owns.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { text, json };

Result<LogLevel> parse_log_level(std::string_view text);

struct LogField {
    std::string_view key;
    std::string value;

    LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
    LogField(std::string_view k, const char* v) : key(k), value(v) {}
    LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
    template <class T>
    LogField(std::string_view k, const T& v) : key(k), value(fmt::format("{}", v)) {}
};

class Log {
 public:
    struct Options {
        LogLevel level = LogLevel::info;
        LogFormat format = LogFormat::text;
    };

    explicit Log(Options options);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    using Fields = std::initializer_list<LogField>;
    void debug(std::string_view event, Fields fields = {}) {
        write(LogLevel::debug, event, fields);
    }
    void info(std::string_view event, Fields fields = {}) { write(LogLevel::info, event, fields); }
    void warn(std::string_view event, Fields fields = {}) { write(LogLevel::warn, event, fields); }
    void error(std::string_view event, Fields fields = {}) {
        write(LogLevel::error, event, fields);
    }

    bool enabled(LogLevel level) const { return level >= options_.level; }

 private:
    void write(LogLevel level, std::string_view event, Fields fields);

    Options options_;
    struct Sink;
    std::unique_ptr<Sink> sink_;
};

}  // namespace sloth
