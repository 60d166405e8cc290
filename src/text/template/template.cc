#include "text/template/template.h"

#include "text/template/parser.h"
#include "text/template/render.h"

namespace sloth::text {

Result<Template> Template::parse(std::string_view source) {
    if (source.size() > kMaxSource)
        return fail(Code::invalid, "template: the text has {} bytes, more than {}", source.size(),
                    kMaxSource);
    Parsed<Program> program = parse_template(source);
    if (!program) return fail_with(to_error(source, program.error()));
    return Template(std::make_shared<const Program>(std::move(*program)));
}

Result<std::string> Template::render(const Value& data, const TemplateLimits& limits) const {
    Parsed<std::string> out = Renderer(*program_, limits).run(data);
    if (!out) return fail_with(to_error(program_->source, out.error()));
    return std::move(*out);
}

}  // namespace sloth::text
