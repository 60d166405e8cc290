// What is done to the lines of a text: one is there or is not, a block between two markers is there
// or is not. Doing it again changes nothing. The text keeps its end: with a line break or without.
// Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth::files {

// Of a line without its end. What it fails with, the change fails with.
using LineTest = std::function<Result<bool>(std::string_view)>;

struct LineChange {
    std::string line;    // a line break at its end is no part of it; more than one line: see below
    LineTest fits;       // lines that it takes the place of; none: those that equal it
    LineTest after;      // where it goes if it is not there yet: behind the last of these
    LineTest before;     // or in front of the first of these; else at the end
    bool first = false;  // or before everything
};

// The new text; nothing if it is right already. Text of several lines is put in each time.
Result<std::optional<std::string>> with_line(std::string_view text, const LineChange& change);

// Removes every line that `fits`, or that equals `line`.
Result<std::optional<std::string>> without_line(std::string_view text, const LineChange& change);

struct Block {
    std::string text;
    std::string begin = "# BEGIN MANAGED BLOCK";
    std::string end = "# END MANAGED BLOCK";
};

// The block between its markers, which stand on lines of their own; at the end if it is new.
// Code::failed if one of the two markers is missing.
Result<std::optional<std::string>> with_block(std::string_view text, const Block& block);
Result<std::optional<std::string>> without_block(std::string_view text, const Block& block);

std::string_view without_line_end(std::string_view line);

}  // namespace sloth::files
