// Templates in the language of Go's text/template, over plain values instead of Go's types. All of
// the language is there but what needs methods or functions in the data (`call` is refused);
// besides its functions there are some of the widespread Sprig set, with the piped value last.
//
// Differences: whole and other numbers compare with one another and take each other's verbs; null
// is a missing value, and a field of a missing value is missing too; an undefined template is found
// when the text is read.
//
// A template is immutable and may be shared; rendering has no effects, and its length in steps,
// bytes and nesting is bounded. Errors name line and column.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/value.h"

namespace sloth::text {

struct Program;

struct TemplateLimits {
    size_t max_steps = 1'000'000;  // a hundred milliseconds or so
    size_t max_output = 4 << 20;   // bytes, also of any text made on the way
    int max_depth = 400;           // of templates, blocks and brackets inside one another
};

class Template {
 public:
    static constexpr size_t kMaxSource = 256 << 10;

    // Code::invalid with "template: line 3, column 7: ...".
    static Result<Template> parse(std::string_view source);

    // Code::invalid where the data does not fit, Code::exhausted at a limit.
    Result<std::string> render(const Value& data, const TemplateLimits& limits = {}) const;

 private:
    explicit Template(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

    std::shared_ptr<const Program> program_;
};

}  // namespace sloth::text
