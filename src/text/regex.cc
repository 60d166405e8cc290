#include "text/regex.h"

#include <re2/re2.h>

#include <charconv>

#include "base/utf8.h"

namespace sloth::text {
namespace {

constexpr int64_t kMaxMemory = 1 << 20;  // of an expression: its program and what it caches
// Bytes of text times instructions of the pattern: usually a tenth of a nanosecond each, forty at
// worst.
constexpr size_t kMaxWork = 400'000'000;

re2::StringPiece to_piece(std::string_view text) { return {text.data(), text.size()}; }

RE2::Options options() {
    RE2::Options out(RE2::Quiet);
    out.set_max_mem(kMaxMemory);
    return out;
}

// `why` without the piece of the pattern that RE2 puts behind it.
std::string_view reason(const RE2& expression) {
    std::string_view why = expression.error();
    const size_t end = why.find(": ");
    return expression.error_arg().empty() ? why : why.substr(0, end);
}

// A replacement, taken apart: literal text, then a group, and so on.
struct Piece {
    std::string text;
    std::optional<size_t> group;
};

}  // namespace

struct Regex::Compiled {
    explicit Compiled(std::string_view pattern) : expression(to_piece(pattern), options()) {}

    Result<std::vector<Piece>> take_apart(std::string_view replacement) const;
    Result<size_t> group_of(std::string_view name) const;

    RE2 expression;
    std::vector<std::string> names;
};

Result<size_t> Regex::Compiled::group_of(std::string_view name) const {
    size_t number = 0;
    const char* end = name.data() + name.size();
    const auto [stop, problem] = std::from_chars(name.data(), end, number);
    if (problem == std::errc() && stop == end && number <= names.size()) return number;
    for (size_t i = 0; i < names.size(); ++i)
        if (!name.empty() && names[i] == name) return i + 1;
    return fail(Code::invalid, "the pattern has no group ${{{}}}; $$ is a dollar", name);
}

Result<std::vector<Piece>> Regex::Compiled::take_apart(std::string_view rest) const {
    std::vector<Piece> out;
    std::string literal;
    while (!rest.empty()) {
        const size_t dollar = std::min(rest.find('$'), rest.size());
        literal.append(rest.substr(0, dollar));
        rest.remove_prefix(dollar);
        if (rest.size() < 2) break;
        size_t size = 1;
        std::string_view name;
        if (rest[1] == '{') {
            const size_t end = rest.find('}');
            if (end == std::string_view::npos)
                return fail(Code::invalid, "${{ in the replacement has no }}");
            name = rest.substr(2, end - 2);
            size = end + 1;
        } else {
            while (size < rest.size() && rest[size] >= '0' && rest[size] <= '9') ++size;
            name = rest.substr(1, size - 1);
        }
        if (name.empty() && rest[1] != '{') {
            literal += '$';
            rest.remove_prefix(rest[1] == '$' ? 2 : 1);
            continue;
        }
        SLOTH_TRY(const size_t group, group_of(name));
        out.push_back({std::exchange(literal, {}), group});
        rest.remove_prefix(size);
    }
    literal.append(rest);
    out.push_back({std::move(literal), std::nullopt});
    return out;
}

Regex::Regex(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

const std::vector<std::string>& Regex::names() const { return compiled_->names; }

Result<Regex> Regex::compile(std::string_view pattern) {
    if (pattern.size() > kMaxPattern)
        return fail(Code::invalid, "the pattern has {} bytes, more than {}", pattern.size(),
                    kMaxPattern);
    auto compiled = std::make_unique<Compiled>(pattern);
    const RE2& expression = compiled->expression;
    if (!expression.ok()) {
        const std::string& piece = expression.error_arg();
        const size_t at = piece.empty() ? std::string_view::npos : pattern.find(piece);
        if (at == std::string_view::npos)
            return fail(Code::invalid, "the pattern is wrong: {}", reason(expression));
        return fail(Code::invalid, "the pattern is wrong at character {}, '{:.40}': {}", at + 1,
                    piece, reason(expression));
    }
    compiled->names.resize(static_cast<size_t>(expression.NumberOfCapturingGroups()));
    for (const auto& [number, name] : expression.CapturingGroupNames())
        compiled->names[static_cast<size_t>(number) - 1] = name;
    return Regex(std::move(compiled));
}

Result<std::optional<Regex::Match>> Regex::find(std::string_view text, size_t from) const {
    const RE2& expression = compiled_->expression;
    const auto size = static_cast<size_t>(expression.ProgramSize());
    if (from > text.size()) return std::nullopt;
    if ((text.size() - from) > kMaxWork / size)
        return fail(Code::exhausted,
                    "{} bytes of text are too many for a pattern of {} steps: cut the text into "
                    "lines, or make the pattern simpler",
                    text.size() - from, size);
    std::vector<re2::StringPiece> pieces(names().size() + 1);
    if (!expression.Match(to_piece(text), from, text.size(), RE2::UNANCHORED, pieces.data(),
                          static_cast<int>(pieces.size())))
        return std::nullopt;
    Match match;
    match.reserve(pieces.size());
    for (const re2::StringPiece& piece : pieces) {
        if (piece.data() == nullptr) {
            match.emplace_back();
            continue;
        }
        const auto begin = static_cast<size_t>(piece.data() - text.data());
        match.push_back(Span{begin, begin + piece.size()});
    }
    return match;
}

Result<std::vector<Regex::Match>> Regex::find_all(std::string_view text, size_t wanted,
                                                  const RegexLimits& limits) const {
    std::vector<Match> out;
    size_t from = 0;
    std::optional<size_t> last_end;
    while (out.size() < wanted && from <= text.size()) {
        SLOTH_TRY(std::optional<Match> match, find(text, from));
        if (!match) break;
        const Span whole = *match->front();
        const bool empty = whole.begin == whole.end;
        if (!(empty && last_end == whole.begin)) {
            const size_t most = limits.max_matches / (1 + match->size() / 4);
            if (out.size() >= most) return fail(Code::exhausted, "more than {} matches", most);
            out.push_back(std::move(*match));
        }
        last_end = from = whole.end;
        if (empty) {
            std::string_view rest = text.substr(from);
            if (rest.empty()) break;
            take_code_point(rest);
            from = text.size() - rest.size();
        }
        if (!limits.go_on()) return fail(Code::timed_out, "it took too long");
    }
    return out;
}

Result<std::string> Regex::replace(std::string_view text, std::string_view replacement, size_t most,
                                   const RegexLimits& limits) const {
    SLOTH_TRY(const std::vector<Piece> pieces, compiled_->take_apart(replacement));
    SLOTH_TRY(const std::vector<Match> matches, find_all(text, most, limits));
    std::string out;
    size_t copied = 0;
    for (const Match& match : matches) {
        out.append(text.substr(copied, match.front()->begin - copied));
        copied = match.front()->end;
        for (const Piece& piece : pieces) {
            out += piece.text;
            if (!piece.group || !match[*piece.group]) continue;
            const Span span = *match[*piece.group];
            out.append(text.substr(span.begin, span.end - span.begin));
        }
        if (out.size() > limits.max_bytes)
            return fail(Code::exhausted, "the text grows over {} bytes", limits.max_bytes);
    }
    out.append(text.substr(copied));
    return out;
}

Result<std::vector<std::string_view>> Regex::split(std::string_view text, size_t most,
                                                   const RegexLimits& limits) const {
    SLOTH_TRY(const std::vector<Match> matches, find_all(text, std::string_view::npos, limits));
    std::vector<std::string_view> out;
    size_t begin = 0;
    for (const Match& match : matches) {
        const Span whole = *match.front();
        if (out.size() + 1 >= most) break;
        // An empty match at an end separates nothing.
        if (whole.end == 0 || whole.begin == text.size()) {
            if (whole.begin == whole.end) continue;
        }
        out.push_back(text.substr(begin, whole.begin - begin));
        begin = whole.end;
    }
    out.push_back(text.substr(begin));
    return out;
}

std::string quote_regex(std::string_view text) { return RE2::QuoteMeta(to_piece(text)); }

}  // namespace sloth::text
