// What a template is made of, once it has been read. Names are resolved: a variable is a slot of
// its template's frame, a function a row of the table, a template an index.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "text/template/function.h"

namespace sloth::text {

struct Pipeline;

// What a word of a command stands for, before the fields behind it are taken.
struct Operand {
    enum class Kind : uint8_t { constant, dot, variable, function, pipeline };
    Kind kind = Kind::constant;
    size_t at = 0;
    Ref constant;  // null: nil
    size_t slot = 0;
    const TemplateFunction* function = nullptr;
    std::shared_ptr<const Pipeline> pipeline;
    std::vector<std::string> fields;
};

// A function and its arguments, or one operand alone.
struct Command {
    std::vector<Operand> words;
};

struct Pipeline {
    size_t at = 0;
    std::vector<size_t> targets;  // slots that get the value; two only in `range`
    bool declares = false;        // `:=`: the value is not printed, as with `=`
    std::vector<Command> commands;
};

struct Node {
    enum class Kind : uint8_t {
        text,
        print,   // {{pipeline}}
        branch,  // if, or with: the value becomes dot
        range,
        call,  // {{template "name" pipeline}}
        break_loop,
        continue_loop,
    };
    Kind kind = Kind::text;
    size_t at = 0;
    std::string text;
    Pipeline pipeline;      // no commands: there is none
    bool sets_dot = false;  // of a branch
    size_t call = 0;        // its number, of a call
    std::vector<Node> body;
    std::vector<Node> otherwise;
};

struct Definition {
    std::string name;
    std::vector<Node> body;
    size_t slots = 1;  // variables at once; slot 0 is $
};

// The first definition is the template itself.
struct Program {
    std::string source;
    std::vector<Definition> definitions;
    std::vector<size_t> callees;  // which definition each call means
};

}  // namespace sloth::text
