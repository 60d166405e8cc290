#include "text/template/render.h"

#include <fmt/format.h>

#include "text/template/go_format.h"

namespace sloth::text {
namespace {

constexpr size_t kBytesPerStep = 64;

std::unexpected<TemplateError> exhausted(size_t at, std::string why) {
    return std::unexpected(TemplateError{at, std::move(why), Code::exhausted});
}

size_t text_size(const Ref& value) {
    return kind_of(value) == Kind::string ? value->string()->size() : 0;
}

}  // namespace

Parsed<std::string> Renderer::run(const Value& data) {
    SLOTH_TRY_VOID(call(program_.definitions[0], Ref(Ref(), &data)));
    return std::move(out_);
}

Parsed<void> Renderer::charge(size_t at, size_t steps) {
    steps_ += steps;
    if (steps_ <= limits_.max_steps) return {};
    return exhausted(at, fmt::format("the template takes more than {} steps", limits_.max_steps));
}

Parsed<void> Renderer::enter(size_t at) {
    if (++depth_ <= limits_.max_depth) return {};
    return exhausted(at,
                     fmt::format("more than {} templates, blocks and brackets inside one another",
                                 limits_.max_depth));
}

Parsed<void> Renderer::call(const Definition& definition, Ref data) {
    Frame frame{std::vector<Ref>(definition.slots)};
    frame.slots[0] = data;
    SLOTH_TRY([[maybe_unused]] const Flow flow, walk(definition.body, data, frame));
    return {};
}

Parsed<Renderer::Flow> Renderer::walk(const std::vector<Node>& nodes, const Ref& dot,
                                      Frame& frame) {
    for (const Node& node : nodes) {
        SLOTH_TRY_VOID(charge(node.at, 1));
        SLOTH_TRY(const Flow flow, step(node, dot, frame));
        if (flow != Flow::next) return flow;
    }
    return Flow::next;
}

Parsed<Renderer::Flow> Renderer::step(const Node& node, const Ref& dot, Frame& frame) {
    switch (node.kind) {
        case Node::Kind::text:
            SLOTH_TRY_VOID(charge(node.at, node.text.size() / kBytesPerStep));
            out_ += node.text;
            break;
        case Node::Kind::print: {
            SLOTH_TRY(const Ref value, evaluate(node.pipeline, dot, frame));
            if (node.pipeline.targets.empty()) SLOTH_TRY_VOID(print(node, value));
            break;
        }
        case Node::Kind::branch:
            return branch(node, dot, frame);
        case Node::Kind::range:
            return range(node, dot, frame);
        case Node::Kind::call: {
            Ref data;
            if (!node.pipeline.commands.empty()) {
                SLOTH_TRY(data, evaluate(node.pipeline, dot, frame));
            }
            SLOTH_TRY_VOID(enter(node.at));
            SLOTH_TRY_VOID(call(program_.definitions[program_.callees[node.call]], data));
            leave();
            break;
        }
        case Node::Kind::break_loop:
            return Flow::break_loop;
        case Node::Kind::continue_loop:
            return Flow::continue_loop;
    }
    if (out_.size() <= limits_.max_output) return Flow::next;
    return exhausted(node.at, fmt::format("the text grows over {} bytes", limits_.max_output));
}

Parsed<void> Renderer::print(const Node& node, const Ref& value) {
    const size_t before = out_.size();
    if (is_missing(value)) {
        out_ += "<no value>";
    } else if (const std::string* text = value->string()) {
        out_ += *text;
    } else {
        append_sprint(out_, {&value, 1}, limits_.max_output);
    }
    return charge(node.at, (out_.size() - before) / kBytesPerStep);
}

Parsed<Renderer::Flow> Renderer::branch(const Node& node, const Ref& dot, Frame& frame) {
    SLOTH_TRY(const Ref value, evaluate(node.pipeline, dot, frame));
    SLOTH_TRY_VOID(enter(node.at));
    const bool chosen = is_true(value);
    const Ref& inner = chosen && node.sets_dot ? value : dot;
    SLOTH_TRY(const Flow flow, walk(chosen ? node.body : node.otherwise, inner, frame));
    leave();
    return flow;
}

// True: go on.
Parsed<bool> Renderer::iterate(const Node& node, const Ref& key, const Ref& element, Frame& frame) {
    const std::vector<size_t>& targets = node.pipeline.targets;
    if (!targets.empty()) frame.slots[targets.back()] = element;
    if (targets.size() == 2) frame.slots[targets.front()] = key;
    SLOTH_TRY_VOID(charge(node.at, 1));
    SLOTH_TRY(const Flow flow, walk(node.body, element, frame));
    return flow != Flow::break_loop;
}

Parsed<Renderer::Flow> Renderer::range(const Node& node, const Ref& dot, Frame& frame) {
    SLOTH_TRY(const Ref over, evaluate(node.pipeline, dot, frame));
    SLOTH_TRY_VOID(enter(node.at));
    bool going = true;
    bool any = false;
    if (kind_of(over) == Kind::array) {
        const Value::Array& array = *over->array();
        for (size_t i = 0; i < array.size() && going; ++i, any = true) {
            SLOTH_TRY(going, iterate(node, make_ref(i), Ref(over, &array[i]), frame));
        }
    } else if (kind_of(over) == Kind::object) {
        for (const auto& [name, field] : *over->object()) {
            SLOTH_TRY(going, iterate(node, make_ref(name), Ref(over, &field), frame));
            any = true;
            if (!going) break;
        }
    } else if (kind_of(over) == Kind::integer && node.pipeline.targets.size() < 2) {
        for (int64_t i = 0; i < *over->integer() && going; ++i, any = true) {
            SLOTH_TRY(going, iterate(node, nullptr, make_ref(i), frame));
        }
    } else if (!is_missing(over)) {
        return wrong(node.pipeline.at,
                     fmt::format("range cannot go over {}{}", describe(over),
                                 kind_of(over) == Kind::integer ? " with two variables" : ""));
    }
    Flow flow = Flow::next;
    if (!any) {
        SLOTH_TRY(flow, walk(node.otherwise, dot, frame));
    }
    leave();
    return flow;
}

Parsed<Ref> Renderer::evaluate(const Pipeline& pipeline, const Ref& dot, Frame& frame) {
    Ref value;
    for (const Command& command : pipeline.commands) {
        const bool first = &command == &pipeline.commands.front();
        SLOTH_TRY(value, evaluate(command, dot, frame, first ? nullptr : &value));
    }
    // In a range the targets get the elements, one by one.
    if (pipeline.targets.size() == 1) frame.slots[pipeline.targets.front()] = value;
    return value;
}

Parsed<Ref> Renderer::evaluate(const Command& command, const Ref& dot, Frame& frame,
                               const Ref* piped) {
    const Operand& first = command.words.front();
    if (first.kind != Operand::Kind::function) return evaluate(first, dot, frame);
    if (first.function->body == nullptr) return decide(command, dot, frame, piped);
    std::vector<Ref> args;
    args.reserve(command.words.size());
    for (size_t i = 1; i < command.words.size(); ++i) {
        SLOTH_TRY(Ref arg, evaluate(command.words[i], dot, frame));
        args.push_back(std::move(arg));
    }
    if (piped != nullptr) args.push_back(*piped);
    return apply(first, std::move(args));
}

Parsed<Ref> Renderer::evaluate(const Operand& operand, const Ref& dot, Frame& frame) {
    Ref value;
    switch (operand.kind) {
        case Operand::Kind::constant:
            return operand.constant;
        case Operand::Kind::function:
            return apply(operand, {});
        case Operand::Kind::dot:
            value = dot;
            break;
        case Operand::Kind::variable:
            value = frame.slots[operand.slot];
            break;
        case Operand::Kind::pipeline: {
            SLOTH_TRY_VOID(enter(operand.at));
            SLOTH_TRY(value, evaluate(*operand.pipeline, dot, frame));
            leave();
            break;
        }
    }
    SLOTH_TRY_VOID(charge(operand.at, 1 + operand.fields.size()));
    for (const std::string& name : operand.fields) {
        if (is_missing(value)) return Ref();
        if (value->object() == nullptr)
            return wrong(operand.at, fmt::format("{} has no field .{}", describe(value), name));
        const Value* field = value->find(name);
        value = field == nullptr ? Ref() : Ref(value, field);
    }
    return value;
}

Parsed<Ref> Renderer::apply(const Operand& operand, std::vector<Ref> args) {
    const TemplateFunction& function = *operand.function;
    const auto count = static_cast<int>(args.size());
    if (count < function.least || (function.most >= 0 && count > function.most))
        return wrong(
            operand.at,
            fmt::format("{} takes {}{} argument{}, not {}", function.name,
                        function.most == function.least ? ""
                        : count < function.least        ? "at least "
                                                        : "at most ",
                        count < function.least ? function.least : function.most,
                        (count < function.least ? function.least : function.most) == 1 ? "" : "s",
                        count));
    size_t work = 1;
    size_t bytes = 0;
    for (const Ref& arg : args) bytes += text_size(arg);
    Result<Ref> value = function.body({args, limits_.max_output, work});
    if (!value)
        return std::unexpected(
            TemplateError{operand.at, fmt::format("{}: {}", function.name, value.error().message),
                          value.error().code});
    bytes += text_size(*value);
    SLOTH_TRY_VOID(charge(operand.at, work + bytes / kBytesPerStep));
    if (text_size(*value) <= limits_.max_output) return std::move(*value);
    return exhausted(operand.at, fmt::format("{}: the text grows over {} bytes", function.name,
                                             limits_.max_output));
}

// and, or: the first argument that decides, else the last; those behind are not looked at.
Parsed<Ref> Renderer::decide(const Command& command, const Ref& dot, Frame& frame,
                             const Ref* piped) {
    const Operand& function = command.words.front();
    const bool deciding = function.function->name == "or";
    if (command.words.size() == 1 && piped == nullptr)
        return wrong(function.at,
                     fmt::format("{} takes at least 1 argument, not 0", function.function->name));
    Ref value;
    for (size_t i = 1; i < command.words.size(); ++i) {
        SLOTH_TRY(value, evaluate(command.words[i], dot, frame));
        if (is_true(value) == deciding) return value;
    }
    return piped != nullptr ? *piped : value;
}

}  // namespace sloth::text
