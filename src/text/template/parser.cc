#include "text/template/parser.h"

#include <fmt/format.h>

#include <map>

#include "text/template/expression_parser.h"
#include "text/template/go_literal.h"

namespace sloth::text {
namespace {

using Piece = Token::Kind;

constexpr int kMaxBlocks = 100;

// What ended a list of nodes.
struct ListEnd {
    bool is_else = false;
    size_t at = 0;
};

class Parser {
 public:
    Parser(std::string_view source, std::vector<Token> tokens)
        : cursor_(std::move(tokens)), program_{std::string(source), {{}}, {}} {}

    Parsed<Program> run() {
        std::vector<Node> body;
        while (cursor_.peek().kind != Piece::end) {
            if (at_action("define")) {
                SLOTH_TRY_VOID(define());
                continue;
            }
            SLOTH_TRY_VOID(node(body));
        }
        program_.definitions[0].body = std::move(body);
        program_.definitions[0].slots = scope_.most();
        SLOTH_TRY_VOID(resolve_calls());
        return std::move(program_);
    }

 private:
    struct PendingCall {
        std::string name;
        size_t at = 0;
    };

    bool at_action(std::string_view word) const {
        return cursor_.peek().kind == Piece::open && cursor_.peek(1).kind == Piece::word &&
               cursor_.peek(1).text == word;
    }

    ExpressionParser expression() { return {cursor_, scope_}; }

    Parsed<void> node(std::vector<Node>& out) {
        const Token first = cursor_.take();
        if (first.kind == Piece::text) {
            out.push_back(
                {.kind = Node::Kind::text, .at = first.at, .text = std::string(first.text)});
            return {};
        }
        const Token word = cursor_.peek();  // behind {{
        if (word.kind == Piece::word) {
            if (word.text == "if" || word.text == "with" || word.text == "range")
                return control(out);
            if (word.text == "template") return call(out);
            if (word.text == "block") return block(out);
            if (word.text == "break" || word.text == "continue") return jump(out);
            if (word.text == "define")
                return wrong(word.at, "a template is defined outside of every other");
            if (word.text == "else" || word.text == "end")
                return wrong(word.at, fmt::format("nothing is open that {} belongs to", word.text));
        }
        const size_t at = word.at;
        SLOTH_TRY(Pipeline pipeline, expression().pipeline(Targets::one, "the action"));
        out.push_back({.kind = Node::Kind::print, .at = at, .pipeline = std::move(pipeline)});
        return {};
    }

    // Up to {{end}} or {{else, whose word has been taken.
    Parsed<ListEnd> list(std::vector<Node>& out, const Token& opened) {
        for (;;) {
            if (cursor_.peek().kind == Piece::end)
                return wrong(opened.at, fmt::format("{} has no {{{{end}}}}", opened.text));
            if (at_action("end")) {
                cursor_.take();
                cursor_.take();
                SLOTH_TRY_VOID(close("end"));
                return ListEnd{};
            }
            if (at_action("else")) {
                cursor_.take();
                return ListEnd{true, cursor_.take().at};
            }
            SLOTH_TRY_VOID(node(out));
        }
    }

    Parsed<void> close(std::string_view word) {
        if (cursor_.take_if(Piece::close)) return {};
        return wrong(cursor_.peek().at, fmt::format("}}}} must follow {}", word));
    }

    // if, with, range; also behind {{else, where it shares the outer {{end}}.
    Parsed<void> control(std::vector<Node>& out) {
        const Token word = cursor_.take();
        if (++blocks_ > kMaxBlocks)
            return wrong(word.at,
                         fmt::format("more than {} blocks inside one another", kMaxBlocks));
        const bool is_range = word.text == "range";
        const size_t outer = scope_.mark();
        Node made{.kind = is_range ? Node::Kind::range : Node::Kind::branch, .at = word.at};
        made.sets_dot = word.text == "with";
        SLOTH_TRY(made.pipeline,
                  expression().pipeline(is_range ? Targets::two : Targets::one, word.text));
        const size_t inner = scope_.mark();
        loops_ += is_range ? 1 : 0;
        SLOTH_TRY(const ListEnd end, list(made.body, word));
        loops_ -= is_range ? 1 : 0;
        scope_.leave(inner);
        if (end.is_else) SLOTH_TRY_VOID(otherwise(made, word));
        scope_.leave(outer);
        --blocks_;
        out.push_back(std::move(made));
        return {};
    }

    Parsed<void> otherwise(Node& made, const Token& word) {
        const Token next = cursor_.peek();
        if (next.kind == Piece::word && next.text == word.text && word.text != "range")
            return control(made.otherwise);
        SLOTH_TRY_VOID(close("else"));
        SLOTH_TRY(const ListEnd end, list(made.otherwise, word));
        if (end.is_else) return wrong(end.at, fmt::format("{} has an else already", word.text));
        return {};
    }

    Parsed<void> jump(std::vector<Node>& out) {
        const Token word = cursor_.take();
        if (loops_ == 0)
            return wrong(word.at, fmt::format("{} stands outside of every range", word.text));
        SLOTH_TRY_VOID(close(word.text));
        const bool breaks = word.text == "break";
        out.push_back(
            {.kind = breaks ? Node::Kind::break_loop : Node::Kind::continue_loop, .at = word.at});
        return {};
    }

    Parsed<std::string> name_of(const Token& word) {
        const Token token = cursor_.take();
        if (token.kind != Piece::quoted || token.text.front() == '\'')
            return wrong(token.at, fmt::format("the name of a template, in quotes, must follow {}",
                                               word.text));
        const Result<Value> name = parse_go_quoted(token.text);
        if (!name) return wrong(token.at, name.error().message);
        return *name->string();
    }

    Parsed<void> call(std::vector<Node>& out) {
        const Token word = cursor_.take();
        SLOTH_TRY(std::string name, name_of(word));
        Node made{.kind = Node::Kind::call, .at = word.at};
        if (!cursor_.take_if(Piece::close)) {
            SLOTH_TRY(made.pipeline, expression().pipeline(Targets::one, word.text));
        }
        made.call = calls_.size();
        calls_.push_back({std::move(name), word.at});
        out.push_back(std::move(made));
        return {};
    }

    // {{block "name" pipeline}} defines a template and calls it.
    Parsed<void> block(std::vector<Node>& out) {
        const Token word = cursor_.take();
        SLOTH_TRY(std::string name, name_of(word));
        Node made{.kind = Node::Kind::call, .at = word.at};
        SLOTH_TRY(made.pipeline, expression().pipeline(Targets::one, word.text));
        made.call = calls_.size();
        calls_.push_back({name, word.at});
        SLOTH_TRY_VOID(definition(std::move(name), word));
        out.push_back(std::move(made));
        return {};
    }

    Parsed<void> define() {
        cursor_.take();
        const Token word = cursor_.take();
        SLOTH_TRY(std::string name, name_of(word));
        SLOTH_TRY_VOID(close("the name of a template"));
        return definition(std::move(name), word);
    }

    // The body, with variables of its own.
    Parsed<void> definition(std::string name, const Token& word) {
        if (++blocks_ > kMaxBlocks)
            return wrong(word.at,
                         fmt::format("more than {} blocks inside one another", kMaxBlocks));
        const size_t index = program_.definitions.size();
        if (!indexes_.emplace(name, index).second)
            return wrong(word.at, fmt::format("the template \"{}\" is there twice", name));
        program_.definitions.push_back({.name = std::move(name)});
        const Scope outer = std::exchange(scope_, Scope());
        const int loops = std::exchange(loops_, 0);
        std::vector<Node> body;
        SLOTH_TRY(const ListEnd end, list(body, word));
        if (end.is_else) return wrong(end.at, fmt::format("{} has no else", word.text));
        program_.definitions[index].body = std::move(body);
        program_.definitions[index].slots = scope_.most();
        scope_ = outer;
        loops_ = loops;
        --blocks_;
        return {};
    }

    // From the numbers of calls to those of definitions.
    Parsed<void> resolve_calls() {
        for (const PendingCall& call : calls_) {
            const auto found = indexes_.find(call.name);
            if (found == indexes_.end())
                return wrong(call.at, fmt::format("there is no template \"{}\"", call.name));
            program_.callees.push_back(found->second);
        }
        return {};
    }

    TokenCursor cursor_;
    Scope scope_;
    int loops_ = 0;
    int blocks_ = 0;
    Program program_;
    std::vector<PendingCall> calls_;
    std::map<std::string, size_t> indexes_;  // of definitions, by name
};

}  // namespace

Parsed<Program> parse_template(std::string_view source) {
    SLOTH_TRY(std::vector<Token> tokens, tokenize(source));
    return Parser(source, std::move(tokens)).run();
}

}  // namespace sloth::text
