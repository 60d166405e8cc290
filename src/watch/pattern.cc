#include "watch/pattern.h"

#include <re2/re2.h>

#include <array>

namespace sloth {
namespace {

constexpr int64_t kMaxProgram = 1 << 20;  // bytes of a compiled expression and its automata
constexpr int kMaxGroups = 16;

re2::RE2::Options options_for(bool fixed) {
    re2::RE2::Options options;
    options.set_literal(fixed);
    options.set_log_errors(false);
    options.set_max_mem(kMaxProgram);
    // Logs hold any bytes: taken as UTF-8, a stray one would match nothing.
    options.set_encoding(re2::RE2::Options::EncodingLatin1);
    return options;
}

}  // namespace

struct Pattern::Program {
    Program(std::string_view text, bool fixed)
        : regex(re2::StringPiece(text.data(), text.size()), options_for(fixed)) {}

    re2::RE2 regex;
};

Pattern::Pattern(std::unique_ptr<const Program> program) : program_(std::move(program)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view text, bool fixed) {
    auto program = std::make_unique<const Program>(text, fixed);
    if (!program->regex.ok()) {
        return fail_with({Code::invalid,
                          fmt::format("the pattern '{}' is no regular expression: {}", text,
                                      program->regex.error()),
                          "mend it, or say --fixed if it is meant as plain text"});
    }
    return Pattern(std::move(program));
}

bool Pattern::matches(std::string_view line) const {
    return re2::RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), program_->regex);
}

std::vector<std::string> Pattern::find(std::string_view line) const {
    std::array<re2::StringPiece, kMaxGroups + 1> groups;
    const int count = std::min(program_->regex.NumberOfCapturingGroups(), kMaxGroups) + 1;
    const re2::StringPiece text(line.data(), line.size());
    if (!program_->regex.Match(text, 0, text.size(), re2::RE2::UNANCHORED, groups.data(), count)) {
        return {};
    }
    std::vector<std::string> found;
    for (int i = 0; i < count; ++i)
        found.emplace_back(groups[size_t(i)].data(), groups[size_t(i)].size());
    return found;
}

}  // namespace sloth
