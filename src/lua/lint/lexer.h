// Lua's tokens, for the linter. The text has been compiled before, so what is wrong with it is not
// told here: it becomes some token, and the end comes in any case. Pure.
#pragma once

#include <string>
#include <string_view>

namespace sloth::lua {

struct Token {
    enum class Kind : uint8_t { end, name, string, number, symbol };
    Kind kind = Kind::end;
    std::string text;  // keywords are names; of a string what stands between its quotes, raw
    int line = 1;

    bool is(std::string_view word) const { return kind != Kind::string && text == word; }
};

class Lexer {
 public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Token next();

 private:
    char at(size_t offset = 0) const {
        return at_ + offset < text_.size() ? text_[at_ + offset] : '\0';
    }
    bool skip_comment();
    void skip_blanks();
    // The text between long brackets that begin here, or nothing ("[[", "[==[").
    bool long_bracket(std::string& out);
    Token quoted(char quote);

    std::string_view text_;
    size_t at_ = 0;
    int line_ = 1;
};

}  // namespace sloth::lua
