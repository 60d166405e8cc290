// What a command is: its words, its flags, what to say about it, and the function that runs it.
// Commands live in sorted constexpr tables, one for each group; parsing, help and completion read
// the same tables. Values; any thread.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sloth::cli {

class Session;

struct Flag {
    std::string_view name;     // without the dashes
    char letter = 0;           // "-n", if any
    std::string_view value;    // what to call its value in help; "" is a switch
    std::string_view choices;  // "a|b|c": nothing else is taken; "" is anything
    bool repeats = false;      // may be given more than once
    std::string_view help;
};

// What was typed, by the flags' names.
class Arguments {
 public:
    std::vector<std::string> operands;
    std::map<std::string, std::vector<std::string>, std::less<>> values;  // switches: "true"

    bool has(std::string_view flag) const { return values.contains(flag); }
    std::string text(std::string_view flag, std::string_view otherwise = "") const;
    std::vector<std::string> list(std::string_view flag) const;  // commas split, too

    // Code::invalid names the flag and what it takes.
    Result<int64_t> number(std::string_view flag, int64_t otherwise, int64_t least) const;
    Result<std::optional<Micros>> duration(std::string_view flag) const;
};

// An exit code, or an error that has not been said yet.
using Handler = Result<int> (*)(Session&, const Arguments&);

struct Command {
    std::string_view name;      // its last word
    std::string_view aliases;   // "ls list-all": words apart
    std::string_view operands;  // "<name> [file]": required and optional ones
    std::string_view summary;   // one sentence
    std::string_view details;   // more, if needed; "" is none
    std::string_view examples;  // lines without the program's name
    std::span<const Flag> flags;
    Handler run = nullptr;
    bool prints_data = true;  // takes -o
    bool hidden = false;
};

// For the tables of flags and of commands.
template <class Row, size_t count>
constexpr bool sorted_by_name(const std::array<Row, count>& rows) {
    for (size_t i = 1; i < count; ++i) {
        if (rows[i - 1].name >= rows[i].name) return false;
    }
    return true;
}

// A group of commands, or (`single`) one command without a group.
struct Group {
    std::string_view name;  // "hook", "agent watcher"
    std::string_view aliases;
    std::string_view summary;
    std::span<const Command> (*commands)() = nullptr;
    bool single = false;
};

// All of them, sorted by name.
std::span<const Group> groups();

// The flags that every command takes.
std::span<const Flag> global_flags();

// "sloth-runner hook add", without the first word.
std::string full_name(const Group& group, const Command& command);

// The words of a space-separated list in a table.
std::vector<std::string_view> words_of(std::string_view list, char separator = ' ');

}  // namespace sloth::cli
