// Reads what stands inside an action: pipelines, commands, operands. It knows which variables are
// in scope. Used by the parser alone.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "text/template/syntax.h"
#include "text/template/token.h"

namespace sloth::text {

class TokenCursor {
 public:
    explicit TokenCursor(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    const Token& peek(size_t ahead = 0) const {
        return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
    }
    Token take() {
        Token token = peek();
        if (next_ + 1 < tokens_.size()) ++next_;
        return token;
    }
    bool take_if(Token::Kind kind) {
        if (peek().kind != kind) return false;
        take();
        return true;
    }

 private:
    std::vector<Token> tokens_;
    size_t next_ = 0;
};

// The variables that can be named, innermost last; slot 0 is $.
class Scope {
 public:
    size_t mark() const { return names_.size(); }
    void leave(size_t mark) { names_.resize(mark); }
    size_t add(std::string_view name) {
        names_.emplace_back(name);
        most_ = std::max(most_, names_.size());
        return names_.size() - 1;
    }
    size_t most() const { return most_; }
    std::optional<size_t> find(std::string_view name) const {
        for (size_t i = names_.size(); i > 0; --i)
            if (names_[i - 1] == name) return i - 1;
        return std::nullopt;
    }

 private:
    std::vector<std::string> names_{"$"};
    size_t most_ = 1;
};

enum class Targets : uint8_t { one, two };  // two: `$i, $x := ...` of a range

class ExpressionParser {
 public:
    ExpressionParser(TokenCursor& cursor, Scope& scope) : cursor_(cursor), scope_(scope) {}

    // Up to the }} that closes the action, which is taken. `what` is named if there is nothing.
    Parsed<Pipeline> pipeline(Targets targets, std::string_view what);

 private:
    Parsed<std::vector<Token>> targets(Pipeline& out, Targets most);
    Parsed<void> commands(Pipeline& out, Token::Kind end, std::string_view what);
    Parsed<Command> command(bool gets_value);
    Parsed<Operand> operand();
    Parsed<Operand> word(const Token& token);
    Parsed<Operand> round(const Token& token);
    Parsed<void> fields(Operand& operand);

    static constexpr int kMaxRounds = 100;

    TokenCursor& cursor_;
    Scope& scope_;
    int rounds_ = 0;
};

}  // namespace sloth::text
