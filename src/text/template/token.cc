#include "text/template/token.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace sloth::text {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

bool is_blank(char c) { return kBlank.find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Letters of other scripts count as letters: a name may hold any character beyond ASCII.
bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::string_view without_blanks_behind(std::string_view text) {
    const size_t last = text.find_last_not_of(kBlank);
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class Tokenizer {
 public:
    explicit Tokenizer(std::string_view source) : source_(source) {}

    Parsed<std::vector<Token>> run() {
        while (pos_ < source_.size()) {
            SLOTH_TRY_VOID(text());
        }
        add(Token::Kind::end, 0);
        return std::move(tokens_);
    }

 private:
    using Kind = Token::Kind;

    std::string_view rest() const { return source_.substr(pos_); }
    bool at(std::string_view text) const { return rest().starts_with(text); }
    void skip_blanks() {
        while (pos_ < source_.size() && is_blank(source_[pos_])) ++pos_;
    }
    void add(Kind kind, size_t size, bool spaced = false) {
        tokens_.push_back({kind, source_.substr(pos_, size), pos_, spaced});
        pos_ += size;
    }

    // Literal text, then the action or the comment behind it.
    Parsed<void> text() {
        const size_t open = std::min(source_.find(kOpen, pos_), source_.size());
        std::string_view literal = source_.substr(pos_, open - pos_);
        const std::string_view marker = source_.substr(std::min(open + 2, source_.size()), 2);
        const bool trim = marker.size() == 2 && marker[0] == '-' && is_blank(marker[1]);
        if (trim) literal = without_blanks_behind(literal);
        if (!literal.empty()) tokens_.push_back({Kind::text, literal, pos_, false});
        pos_ = open;
        if (open == source_.size()) return {};
        const size_t delimiter = kOpen.size() + (trim ? 2 : 0);
        if (source_.substr(open + delimiter).starts_with("/*")) return comment(delimiter);
        opened_at_ = open;
        add(Kind::open, kOpen.size());
        pos_ = open + delimiter;
        while (tokens_.back().kind != Kind::close) SLOTH_TRY_VOID(word());
        return {};
    }

    Parsed<void> comment(size_t delimiter) {
        const size_t begin = pos_;
        const size_t end = source_.find("*/", pos_ + delimiter + 2);
        if (end == std::string_view::npos) return wrong(begin, "the comment has no end: */}}");
        pos_ = end + 2;
        if (!close()) return wrong(begin, "a comment must end in */}} or */ -}}");
        return {};
    }

    // Takes `}}`, or ` -}}` and the blanks behind it.
    bool close() {
        if (at(kClose)) {
            pos_ += kClose.size();
            return true;
        }
        const std::string_view text = rest();
        const bool trim = !text.empty() && is_blank(text[0]) && text.substr(1).starts_with("-}}");
        if (!trim) return false;
        pos_ += 4;
        skip_blanks();
        return true;
    }

    Parsed<void> word() {
        const size_t before = pos_;
        if (close()) {
            tokens_.push_back({Kind::close, kClose, before, false});
            return {};
        }
        if (!rest().empty() && is_blank(rest().front())) {
            // One blank at a time: the last one may belong to ` -}}`.
            ++pos_;
            spaced_ = true;
            return {};
        }
        const bool spaced = std::exchange(spaced_, false);
        if (rest().empty()) return wrong(opened_at_, "the action has no end: }}");
        const char c = rest().front();
        if (c == '"' || c == '\'' || c == '`') return quoted(c, spaced);
        if (c == '.' || c == '$') return name_behind(c, spaced);
        if (is_digit(c) || c == '+' || c == '-') return number(spaced);
        if (is_name(c)) {
            add(Kind::word, name_size(0), spaced);
            return must_end();
        }
        return sign(spaced);
    }

    size_t name_size(size_t from) const {
        size_t size = from;
        while (size < rest().size() && is_name(rest()[size])) ++size;
        return size;
    }

    Parsed<void> quoted(char quote, bool spaced) {
        size_t size = 1;
        for (;; ++size) {
            if (size >= rest().size() || (quote != '`' && rest()[size] == '\n'))
                return wrong(pos_, fmt::format("the {}text{} has no end", quote, quote));
            if (rest()[size] == quote) break;
            if (rest()[size] == '\\' && quote != '`') ++size;
        }
        add(Kind::quoted, size + 1, spaced);
        return {};
    }

    // `.name` and `$name`; a dot before a digit begins a number.
    Parsed<void> name_behind(char c, bool spaced) {
        if (c == '.' && rest().size() > 1 && is_digit(rest()[1])) return number(spaced);
        const size_t size = name_size(1);
        if (c == '$') {
            add(Kind::variable, size, spaced);
        } else {
            add(size == 1 ? Kind::dot : Kind::field, size, spaced);
            if (size > 1) tokens_.back().text.remove_prefix(1);
        }
        return must_end();
    }

    Parsed<void> number(bool spaced) {
        size_t size = 1;
        const auto exponent = [&](char c) { return (c | 0x20) == 'e' || (c | 0x20) == 'p'; };
        while (size < rest().size()) {
            const char c = rest()[size];
            const bool sign = (c == '+' || c == '-') && exponent(rest()[size - 1]) &&
                              !(rest().starts_with("0x") && (rest()[size - 1] | 0x20) == 'e');
            if (!is_name(c) && c != '.' && !sign) break;
            ++size;
        }
        add(Kind::number, size, spaced);
        return {};
    }

    Parsed<void> sign(bool spaced) {
        switch (rest().front()) {
            case '(':
                add(Kind::open_round, 1, spaced);
                return {};
            case ')':
                add(Kind::close_round, 1, spaced);
                return {};
            case '|':
                add(Kind::pipe, 1, spaced);
                return {};
            case ',':
                add(Kind::comma, 1, spaced);
                return {};
            case '=':
                add(Kind::assign, 1, spaced);
                return {};
            default:
                break;
        }
        if (!at(":=")) return bad_character();
        add(Kind::declare, 2, spaced);
        return {};
    }

    // A name runs up to a blank or one of the signs.
    Parsed<void> must_end() {
        if (rest().empty() || is_blank(rest().front()) || at(kClose)) return {};
        constexpr std::string_view kSigns = ".,|:=()";
        if (kSigns.find(rest().front()) != std::string_view::npos) return {};
        return bad_character();
    }

    Parsed<void> bad_character() {
        std::string_view text = rest();
        std::string shown;
        append_utf8(shown, take_code_point(text).value);
        return wrong(pos_, fmt::format("the character {} does not fit here", shown));
    }

    std::string_view source_;
    size_t pos_ = 0;
    size_t opened_at_ = 0;
    bool spaced_ = false;
    std::vector<Token> tokens_;
};

}  // namespace

std::unexpected<TemplateError> wrong(size_t at, std::string why) {
    return std::unexpected(TemplateError{at, std::move(why), Code::invalid});
}

Parsed<std::vector<Token>> tokenize(std::string_view source) { return Tokenizer(source).run(); }

Error to_error(std::string_view source, const TemplateError& error) {
    const std::string_view before = source.substr(0, error.at);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
    return {
        error.code,
        fmt::format("template: line {}, column {}: {}", line, before.size() - begin + 1, error.why),
        {}};
}

}  // namespace sloth::text
