#include "files/lines.h"

#include <algorithm>

namespace sloth::files {
namespace {

// The lines of a text, one after the other.
class Lines {
 public:
    explicit Lines(std::string_view text) : rest_(text) {}

    bool next() {
        if (rest_.empty()) return false;
        const size_t size = std::min(rest_.find('\n'), rest_.size() - 1) + 1;
        whole_ = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return true;
    }
    std::string_view whole() const { return whole_; }  // with its end, which the last may not have
    std::string_view line() const { return without_line_end(whole_); }
    std::string_view end() const { return whole_.substr(line().size()); }
    size_t start_in(std::string_view text) const {
        return static_cast<size_t>(whole_.data() - text.data());
    }
    size_t end_in(std::string_view text) const { return start_in(text) + whole_.size(); }

 private:
    std::string_view rest_;
    std::string_view whole_;
};

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view kBlanks = " \t\r";
    const size_t start = line.find_first_not_of(kBlanks);
    if (start == line.npos) return {};
    return line.substr(start, line.find_last_not_of(kBlanks) - start + 1);
}

// `lines` is without a break at its end.
std::string insert_lines(std::string_view text, size_t at, std::string_view lines) {
    std::string out(text.substr(0, at));
    if (!out.empty() && !out.ends_with('\n')) out += '\n';
    out.append(lines).append("\n").append(text.substr(at));
    return out;
}

Result<bool> fits(const LineTest& test, std::string_view line) {
    return test ? test(line) : Result<bool>(false);
}

Result<size_t> place_for(std::string_view text, const LineChange& change) {
    if (change.first) return 0;
    size_t at = text.size();
    for (Lines lines(text); lines.next();) {
        SLOTH_TRY(const bool before, fits(change.before, lines.line()));
        if (before) return lines.start_in(text);
        SLOTH_TRY(const bool after, fits(change.after, lines.line()));
        if (after) at = lines.end_in(text);
    }
    return at;
}

struct Span {
    size_t begin = 0;
    size_t end = 0;
};

// From the first marker's line to the second's, both included; nothing if there is none.
Result<std::optional<Span>> find_block(std::string_view text, const Block& block) {
    std::optional<Span> found;
    for (Lines lines(text); lines.next();) {
        const std::string_view line = trimmed(lines.line());
        if (!found && line == trimmed(block.begin)) {
            found = Span{lines.start_in(text), 0};
        } else if (line == trimmed(block.end)) {
            if (!found)
                return fail(Code::failed, "'{}' stands in it without '{}' before it", block.end,
                            block.begin);
            found->end = lines.end_in(text);
            return found;
        }
    }
    if (found)
        return fail(Code::failed, "'{}' stands in it without '{}' after it", block.begin,
                    block.end);
    return found;
}

}  // namespace

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    return line;
}

Result<std::optional<std::string>> with_line(std::string_view text, const LineChange& change) {
    const std::string_view wanted = without_line_end(change.line);
    bool found = false;
    bool changed = false;
    std::string out;
    for (Lines lines(text); lines.next();) {
        const bool same = lines.line() == wanted;
        SLOTH_TRY(const bool replaced,
                  same ? Result<bool>(false) : fits(change.fits, lines.line()));
        found = found || same || replaced;
        changed = changed || replaced;
        out.append(replaced ? wanted : lines.line()).append(lines.end());
    }
    if (!found) {
        SLOTH_TRY(const size_t at, place_for(text, change));
        return insert_lines(text, at, wanted);
    }
    if (!changed) return std::nullopt;
    return out;
}

Result<std::optional<std::string>> without_line(std::string_view text, const LineChange& change) {
    const std::string_view unwanted = without_line_end(change.line);
    std::string out;
    for (Lines lines(text); lines.next();) {
        const bool same = lines.line() == unwanted;
        SLOTH_TRY(const bool removed, change.fits ? change.fits(lines.line()) : Result<bool>(same));
        if (!removed) out.append(lines.whole());
    }
    if (out.size() == text.size()) return std::nullopt;
    return out;
}

Result<std::optional<std::string>> with_block(std::string_view text, const Block& block) {
    SLOTH_TRY(const std::optional<Span> old, find_block(text, block));
    std::string lines = block.begin + "\n";
    if (!block.text.empty()) lines.append(without_line_end(block.text)).append("\n");
    lines += block.end;
    if (!old) return insert_lines(text, text.size(), lines);
    const std::string_view was = text.substr(old->begin, old->end - old->begin);
    if (without_line_end(was) == lines) return std::nullopt;
    std::string out(text.substr(0, old->begin));
    out.append(lines);
    if (was.ends_with('\n')) out += '\n';
    return out.append(text.substr(old->end));
}

Result<std::optional<std::string>> without_block(std::string_view text, const Block& block) {
    SLOTH_TRY(const std::optional<Span> old, find_block(text, block));
    if (!old) return std::nullopt;
    return std::string(text.substr(0, old->begin)).append(text.substr(old->end));
}

}  // namespace sloth::files
