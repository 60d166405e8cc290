#include "lua/lint/names.h"

#include <map>
#include <utility>

#include "lua/lint/lexer.h"

namespace sloth::lua {
namespace {

// What is known of an expression.
struct Value {
    std::string module;  // it is this module
    std::string text;    // it is this string, and nothing else
    bool is_text = false;
    bool joined = false;  // pieces put together: `..`, format
    int bare_use = -1;    // it is a global's name and nothing else: its place among the uses
};

class Walk {
 public:
    Walk(std::string_view text, bool (*is_module)(std::string_view))
        : lexer_(text), is_module_(is_module), token_(lexer_.next()), ahead_(lexer_.next()) {}

    std::vector<NameUse> run() {
        open();
        while (!at_end()) {
            const size_t before = taken_;
            block();
            if (taken_ == before) take();  // no block begins here: go on behind it
        }
        return std::move(uses_);
    }

 private:
    // Tokens.
    bool at_end() const { return token_.kind == Token::Kind::end; }
    bool at(std::string_view word) const { return token_.is(word); }
    Token take() {
        ++taken_;
        return std::exchange(token_, std::exchange(ahead_, lexer_.next()));
    }
    bool accept(std::string_view word) {
        if (!at(word)) return false;
        take();
        return true;
    }

    // Scopes: a local's name, and the module that it stands for.
    void open() { scopes_.emplace_back(); }
    void close() { scopes_.pop_back(); }
    void declare(const std::string& name, std::string module = "") {
        scopes_.back()[name] = std::move(module);
    }
    const std::string* find(const std::string& name) const {
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
            if (const auto found = scope->find(name); found != scope->end()) return &found->second;
        }
        return nullptr;
    }
    void use(NameUse::Kind kind, std::string name, std::string field, int line) {
        uses_.push_back({kind, std::move(name), std::move(field), line});
    }

    bool ends_block() const {
        return at_end() || at("end") || at("else") || at("elseif") || at("until");
    }
    void block() {
        while (!ends_block()) statement();
    }
    void scoped_block() {
        open();
        block();
        close();
    }
    void statement() {
        if (accept(";")) return;
        if (accept("if")) return if_statement();
        if (accept("while")) {
            expression();
            accept("do");
            scoped_block();
            accept("end");
        } else if (accept("do")) {
            scoped_block();
            accept("end");
        } else if (accept("for")) {
            for_statement();
        } else if (accept("repeat")) {
            open();
            block();
            accept("until");
            expression();  // sees the block's locals
            close();
        } else if (accept("function")) {
            function_statement();
        } else if (accept("local")) {
            local_statement();
        } else if (accept("return")) {
            if (!ends_block() && !at(";")) expression_list();
        } else if (accept("::")) {
            take();
            accept("::");
        } else if (accept("break")) {
            return;
        } else if (at("goto") && ahead_.kind == Token::Kind::name) {
            take();
            take();
        } else {
            expression_statement();
        }
    }
    void if_statement() {
        expression();
        accept("then");
        scoped_block();
        while (accept("elseif")) {
            expression();
            accept("then");
            scoped_block();
        }
        if (accept("else")) scoped_block();
        accept("end");
    }
    void for_statement() {
        std::vector<std::string> names{take().text};
        while (accept(",")) names.push_back(take().text);
        if (!accept("=")) accept("in");
        expression_list();
        open();
        for (const std::string& name : names) declare(name);
        accept("do");
        block();
        close();
        accept("end");
    }
    void function_statement() {
        const Token name = take();
        const bool is_field = at(".") || at(":");
        bool method = false;
        if (is_field) {
            name_value(name);
            while (at(".") || at(":")) {
                method = take().is(":");
                take();
            }
        } else if (find(name.text) == nullptr) {
            use(NameUse::Kind::write, name.text, "", name.line);
        }
        function_body(method);
    }
    void function_body(bool method) {
        open();
        if (method) declare("self");
        accept("(");
        while (!at_end() && !at(")")) declare(take().text);
        accept(")");
        block();
        accept("end");
        close();
    }
    void local_statement() {
        if (accept("function")) {
            declare(take().text);
            return function_body(false);
        }
        std::vector<std::string> names;
        do {
            names.push_back(take().text);
            if (accept("<")) {
                take();
                accept(">");
            }
        } while (accept(","));
        std::vector<Value> values;
        if (accept("=")) values = expression_list();
        for (size_t i = 0; i < names.size(); ++i)
            declare(names[i], i < values.size() ? values[i].module : "");
    }
    void expression_statement() {
        std::vector<Value> targets{suffixed()};
        while (accept(",")) targets.push_back(suffixed());
        if (!accept("=")) return;
        for (const Value& target : targets) {
            if (target.bare_use >= 0) uses_[size_t(target.bare_use)].kind = NameUse::Kind::write;
        }
        expression_list();
    }

    std::vector<Value> expression_list() {
        std::vector<Value> out{expression()};
        while (accept(",")) out.push_back(expression());
        return out;
    }
    bool accept_operator() {
        static constexpr std::string_view kOperators[] = {
            "+",  "-",  "*",  "/",  "%", "^",  "//", "&",  "|",   "~",
            "<<", ">>", "==", "~=", "<", "<=", ">",  ">=", "and", "or"};
        for (const std::string_view symbol : kOperators) {
            if (accept(symbol)) return true;
        }
        return false;
    }
    Value expression() {
        Value out = operand();
        for (;;) {
            const bool joins = at("..");
            if (!joins && !accept_operator()) return out;
            if (joins) take();
            const Value right = operand();
            out = {.joined = out.joined || right.joined || joins};
        }
    }
    Value operand() {
        while (accept("not") || accept("-") || accept("#") || accept("~")) {
        }
        if (token_.kind == Token::Kind::string) {
            Value out{.text = take().text, .is_text = true};
            return out;
        }
        if (token_.kind == Token::Kind::number || at("nil") || at("true") || at("false") ||
            at("...")) {
            take();
            return {};
        }
        if (at("{")) return table(), Value{};
        if (accept("function")) return function_body(false), Value{};
        return suffixed();
    }
    void table() {
        accept("{");
        while (!at_end() && !at("}")) {
            if (accept("[")) {
                expression();
                accept("]");
                accept("=");
            } else if (token_.kind == Token::Kind::name && ahead_.is("=")) {
                take();
                take();
            }
            const size_t before = taken_;
            expression();
            if (!accept(",") && !accept(";") && taken_ == before) take();
        }
        accept("}");
    }
    Value name_value(const Token& name) {
        if (const std::string* module = find(name.text)) return {.module = *module};
        use(NameUse::Kind::read, name.text, "", name.line);
        Value out{.bare_use = static_cast<int>(uses_.size()) - 1};
        if (is_module_(name.text)) out.module = name.text;
        if (name.text == "require") out.module = "require";
        return out;
    }
    Value suffixed() {
        Value out;
        if (accept("(")) {
            out = expression();
            out.bare_use = -1;
            accept(")");
        } else if (token_.kind == Token::Kind::name) {
            out = name_value(take());
        } else {
            take();  // no expression begins here
            return out;
        }
        std::string field;  // of out.module, as "exec.run"
        for (;;) {
            if (accept(".")) {
                const Token name = take();
                field = out.module.empty() ? "" : out.module + "." + name.text;
                if (!out.module.empty() && out.module != "require")
                    use(NameUse::Kind::field, out.module, name.text, name.line);
                out = {.module = !field.empty() && is_module_(field) ? field : ""};
            } else if (accept("[")) {
                expression();
                accept("]");
                field.clear();
                out = {};
            } else if (accept(":")) {
                const Token name = take();
                const bool formats = name.text == "format";
                arguments("");
                field.clear();
                out = {.joined = formats};
            } else if (at("(") || at("{") || token_.kind == Token::Kind::string) {
                out = arguments(out.module == "require" ? "require" : field);
                field.clear();
            } else {
                return out;
            }
        }
    }
    // The arguments of a call of `function` ("exec.run"); what the call gives.
    Value arguments(const std::string& function) {
        const int line = token_.line;
        std::vector<Value> values;
        if (accept("(")) {
            if (!at(")")) values = expression_list();
            accept(")");
        } else {
            values.push_back(operand());
        }
        if (values.empty()) return {};
        if (function == "require" && values[0].is_text) {
            use(NameUse::Kind::require, values[0].text, "", line);
            return {.module = values[0].text};
        }
        if (function == "exec.run" && values[0].joined)
            use(NameUse::Kind::command, "exec", "run", line);
        return {.joined = function == "string.format"};
    }

    Lexer lexer_;
    bool (*is_module_)(std::string_view);
    Token token_;
    Token ahead_;
    size_t taken_ = 0;
    std::vector<std::map<std::string, std::string>> scopes_;
    std::vector<NameUse> uses_;
};

}  // namespace

std::vector<NameUse> names_in(std::string_view text, bool (*is_module)(std::string_view)) {
    return Walk(text, is_module).run();
}

}  // namespace sloth::lua
