#include "text/template/expression_parser.h"

#include <fmt/format.h>

#include "text/template/go_literal.h"

namespace sloth::text {
namespace {

using Piece = Token::Kind;

bool begins_operand(Piece kind) {
    return kind == Piece::word || kind == Piece::field || kind == Piece::variable ||
           kind == Piece::dot || kind == Piece::number || kind == Piece::quoted ||
           kind == Piece::open_round;
}

// Words that only begin an action.
bool is_keyword(std::string_view word) {
    for (const std::string_view keyword :
         {"block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"})
        if (word == keyword) return true;
    return false;
}

Parsed<Operand> constant(const Token& token, Result<Value> value) {
    if (!value) return wrong(token.at, value.error().message);
    Operand out;
    out.at = token.at;
    out.constant = make_ref(std::move(*value));
    return out;
}

}  // namespace

Parsed<Pipeline> ExpressionParser::pipeline(Targets most, std::string_view what) {
    Pipeline out;
    out.at = cursor_.peek().at;
    SLOTH_TRY(const std::vector<Token> declared, targets(out, most));
    SLOTH_TRY_VOID(commands(out, Piece::close, what));
    // Only now: in `$x := f $x` the second one is an older variable of that name.
    for (const Token& name : declared) out.targets.push_back(scope_.add(name.text));
    return out;
}

// `$x :=`, `$x =`, `$i, $x :=`. Gives the names that are to be declared.
Parsed<std::vector<Token>> ExpressionParser::targets(Pipeline& out, Targets most) {
    std::vector<Token> names;
    if (cursor_.peek().kind != Piece::variable) return names;
    const bool pair = cursor_.peek(1).kind == Piece::comma;
    const Piece sign = cursor_.peek(pair ? 3 : 1).kind;
    if (pair && (most != Targets::two || cursor_.peek(2).kind != Piece::variable))
        return wrong(cursor_.peek(1).at, "a comma stands only in {{range $i, $x := ...}}");
    out.declares = sign == Piece::declare;
    if (!out.declares && sign != Piece::assign) {
        if (pair) return wrong(cursor_.peek(3).at, ":= or = must follow the variables of a range");
        return names;
    }
    names.push_back(cursor_.take());
    if (pair) {
        cursor_.take();
        names.push_back(cursor_.take());
    }
    cursor_.take();
    if (out.declares) return names;
    for (const Token& name : names) {
        const auto slot = scope_.find(name.text);
        if (!slot) return wrong(name.at, fmt::format("there is no variable {}", name.text));
        out.targets.push_back(*slot);
    }
    return std::vector<Token>();
}

Parsed<void> ExpressionParser::commands(Pipeline& out, Piece end, std::string_view what) {
    for (;;) {
        const Token& next = cursor_.peek();
        if (!begins_operand(next.kind)) {
            if (next.kind == end && out.commands.empty())
                return wrong(next.at, fmt::format("{} has no value", what));
            if (next.kind == end) return wrong(next.at, "a value must stand before this");
            return wrong(next.at,
                         fmt::format("{} does not fit here",
                                     next.kind == Piece::end ? "the end of the text" : next.text));
        }
        SLOTH_TRY(Command command, this->command(!out.commands.empty()));
        out.commands.push_back(std::move(command));
        if (cursor_.take_if(end)) return {};
        if (!cursor_.take_if(Piece::pipe)) {
            const Token& rest = cursor_.peek();
            return wrong(rest.at, fmt::format("{} does not fit here", rest.text));
        }
    }
}

Parsed<Command> ExpressionParser::command(bool gets_value) {
    Command out;
    while (begins_operand(cursor_.peek().kind)) {
        const Token& next = cursor_.peek();
        if (!out.words.empty() && !next.spaced)
            return wrong(next.at,
                         fmt::format("{} must stand apart from what is before", next.text));
        SLOTH_TRY(Operand operand, this->operand());
        out.words.push_back(std::move(operand));
    }
    const Operand& first = out.words.front();
    const bool is_call = first.kind == Operand::Kind::function && first.fields.empty();
    if (!is_call && (out.words.size() > 1 || gets_value))
        return wrong(first.at, "only a function takes arguments");
    if (first.kind == Operand::Kind::constant && first.constant == nullptr)
        return wrong(first.at, "nil is no value by itself");
    return out;
}

Parsed<Operand> ExpressionParser::operand() {
    const Token token = cursor_.take();
    Operand out;
    out.at = token.at;
    switch (token.kind) {
        case Piece::number: {
            SLOTH_TRY(out, constant(token, parse_go_number(token.text)));
            break;
        }
        case Piece::quoted: {
            SLOTH_TRY(out, constant(token, parse_go_quoted(token.text)));
            break;
        }
        case Piece::word: {
            SLOTH_TRY(out, word(token));
            break;
        }
        case Piece::open_round: {
            SLOTH_TRY(out, round(token));
            break;
        }
        case Piece::variable: {
            const auto slot = scope_.find(token.text);
            if (!slot) return wrong(token.at, fmt::format("there is no variable {}", token.text));
            out.kind = Operand::Kind::variable;
            out.slot = *slot;
            break;
        }
        case Piece::field:
            out.fields.emplace_back(token.text);
            [[fallthrough]];
        default:
            out.kind = Operand::Kind::dot;
    }
    SLOTH_TRY_VOID(fields(out));
    return out;
}

Parsed<Operand> ExpressionParser::word(const Token& token) {
    if (token.text == "true" || token.text == "false")
        return constant(token, Value(token.text == "true"));
    Operand out;
    out.at = token.at;
    if (token.text == "nil") return out;
    if (is_keyword(token.text))
        return wrong(token.at, fmt::format("{} does not fit here", token.text));
    out.kind = Operand::Kind::function;
    out.function = find_template_function(token.text);
    if (out.function != nullptr) return out;
    if (token.text == "call") return wrong(token.at, "call: there are no functions in data");
    return wrong(token.at, fmt::format("there is no function {}{}", token.text,
                                       similar_function(token.text)));
}

Parsed<Operand> ExpressionParser::round(const Token& token) {
    if (++rounds_ > kMaxRounds)
        return wrong(token.at, fmt::format("more than {} brackets inside one another", kMaxRounds));
    Pipeline inner;
    inner.at = token.at;
    SLOTH_TRY_VOID(commands(inner, Piece::close_round, "()"));
    --rounds_;
    Operand out;
    out.at = token.at;
    out.kind = Operand::Kind::pipeline;
    out.pipeline = std::make_shared<const Pipeline>(std::move(inner));
    return out;
}

// `.a.b` behind the operand, without blanks between.
Parsed<void> ExpressionParser::fields(Operand& operand) {
    while (!cursor_.peek().spaced) {
        const Token& next = cursor_.peek();
        if (next.kind == Piece::dot) return wrong(next.at, "a name must follow the dot");
        if (next.kind != Piece::field) return {};
        if (operand.kind == Operand::Kind::constant || operand.kind == Operand::Kind::function)
            return wrong(next.at, fmt::format(".{} follows what has no fields: put it in brackets",
                                              next.text));
        operand.fields.emplace_back(cursor_.take().text);
    }
    return {};
}

}  // namespace sloth::text
