#include "lua/lint/lexer.h"

#include <algorithm>
#include <array>

namespace sloth::lua {
namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// In the order in which they are tried: longer ones first.
constexpr std::array<std::string_view, 13> kSymbols{"...", "..", "==", "~=", "<=", ">=", "//",
                                                    "::",  "<<", ">>", "->", "!=", "&&"};

}  // namespace

bool Lexer::long_bracket(std::string& out) {
    if (at() != '[') return false;
    size_t level = 0;
    while (at(1 + level) == '=') ++level;
    if (at(1 + level) != '[') return false;
    const std::string close = "]" + std::string(level, '=') + "]";
    const size_t begin = at_ + level + 2;
    const size_t end = std::min(text_.find(close, begin), text_.size());
    out = text_.substr(begin, end - begin);
    for (const char c : out) line_ += c == '\n' ? 1 : 0;
    at_ = std::min(end + close.size(), text_.size());
    return true;
}

bool Lexer::skip_comment() {
    if (at() != '-' || at(1) != '-') return false;
    at_ += 2;
    std::string ignored;
    if (long_bracket(ignored)) return true;
    while (at_ < text_.size() && at() != '\n') ++at_;
    return true;
}

void Lexer::skip_blanks() {
    if (at_ == 0 && at() == '#') {  // a first line for the shell
        while (at_ < text_.size() && at() != '\n') ++at_;
    }
    for (;;) {
        while (at_ < text_.size() && static_cast<unsigned char>(at()) <= ' ') {
            line_ += at() == '\n' ? 1 : 0;
            ++at_;
        }
        if (!skip_comment()) return;
    }
}

Token Lexer::quoted(char quote) {
    Token out{Token::Kind::string, "", line_};
    ++at_;
    while (at_ < text_.size() && at() != quote && at() != '\n') {
        if (at() == '\\') {
            out.text += at();
            ++at_;
            line_ += at() == '\n' ? 1 : 0;
        }
        if (at_ < text_.size()) out.text += text_[at_++];
    }
    if (at_ < text_.size() && at() == quote) ++at_;
    return out;
}

Token Lexer::next() {
    skip_blanks();
    Token out{Token::Kind::end, "", line_};
    if (at_ >= text_.size()) return out;
    const size_t begin = at_;
    if (is_name_start(at())) {
        while (is_name_start(at()) || is_digit(at())) ++at_;
        out.kind = Token::Kind::name;
    } else if (is_digit(at()) || (at() == '.' && is_digit(at(1)))) {
        // "0x1p-4", "1e+5": a sign belongs to the number behind its exponent.
        while (is_name_start(at()) || is_digit(at()) || at() == '.' ||
               ((at() == '-' || at() == '+') &&
                std::string_view("eEpP").find(text_[at_ - 1]) != std::string_view::npos))
            ++at_;
        out.kind = Token::Kind::number;
    } else if (at() == '"' || at() == '\'') {
        return quoted(at());
    } else if (std::string text; long_bracket(text)) {
        return {Token::Kind::string, std::move(text), out.line};
    } else {
        out.kind = Token::Kind::symbol;
        size_t size = 1;
        for (const std::string_view symbol : kSymbols) {
            if (text_.substr(at_).starts_with(symbol)) {
                size = symbol.size();
                break;
            }
        }
        at_ += size;
    }
    out.text = text_.substr(begin, at_ - begin);
    return out;
}

}  // namespace sloth::lua
