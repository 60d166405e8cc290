// Runs a template over data. A renderer is used once.
#pragma once

#include <string>
#include <vector>

#include "text/template/syntax.h"
#include "text/template/template.h"
#include "text/template/token.h"

namespace sloth::text {

class Renderer {
 public:
    Renderer(const Program& program, const TemplateLimits& limits)
        : program_(program), limits_(limits) {}

    Parsed<std::string> run(const Value& data);

 private:
    enum class Flow : uint8_t { next, break_loop, continue_loop };
    // The variables of one call of a template.
    struct Frame {
        std::vector<Ref> slots;
    };

    Parsed<void> call(const Definition& definition, Ref data);
    Parsed<Flow> walk(const std::vector<Node>& nodes, const Ref& dot, Frame& frame);
    Parsed<Flow> step(const Node& node, const Ref& dot, Frame& frame);
    Parsed<Flow> branch(const Node& node, const Ref& dot, Frame& frame);
    Parsed<Flow> range(const Node& node, const Ref& dot, Frame& frame);
    Parsed<bool> iterate(const Node& node, const Ref& key, const Ref& element, Frame& frame);
    Parsed<void> print(const Node& node, const Ref& value);

    Parsed<Ref> evaluate(const Pipeline& pipeline, const Ref& dot, Frame& frame);
    Parsed<Ref> evaluate(const Command& command, const Ref& dot, Frame& frame, const Ref* piped);
    Parsed<Ref> evaluate(const Operand& operand, const Ref& dot, Frame& frame);
    Parsed<Ref> apply(const Operand& function, std::vector<Ref> args);
    Parsed<Ref> decide(const Command& command, const Ref& dot, Frame& frame, const Ref* piped);

    Parsed<void> charge(size_t at, size_t steps);
    Parsed<void> enter(size_t at);
    void leave() { --depth_; }

    const Program& program_;
    const TemplateLimits& limits_;
    std::string out_;
    size_t steps_ = 0;
    int depth_ = 0;
};

}  // namespace sloth::text
