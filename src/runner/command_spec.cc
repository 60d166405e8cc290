#include "runner/command_spec.h"

#include "lua/frames.h"

namespace sloth {
namespace {

void put(FrameWriter& out, const std::vector<std::string>& words) {
    out.u32(static_cast<uint32_t>(words.size()));
    for (const std::string& word : words) out.str(word);
}

std::vector<std::string> words(FrameReader& in) {
    std::vector<std::string> out;
    for (uint32_t left = in.u32(); left > 0 && in.ok(); --left) out.emplace_back(in.str());
    return out;
}

}  // namespace

std::string encode(const CommandSpec& spec) {
    std::string bytes;
    FrameWriter out(bytes);
    put(out, spec.argv);
    put(out, spec.environment);
    out.str(spec.workdir);
    out.str(spec.user);
    out.u32(spec.limits.processes);
    out.i64(spec.limits.memory);
    out.i64(spec.limits.cpu_seconds);
    return bytes;
}

Result<CommandSpec> decode_command(std::string_view bytes) {
    FrameReader in(bytes);
    CommandSpec spec;
    spec.argv = words(in);
    spec.environment = words(in);
    spec.workdir = in.str();
    spec.user = in.str();
    spec.limits.processes = in.u32();
    spec.limits.memory = in.i64();
    spec.limits.cpu_seconds = in.i64();
    if (!in.ok() || !in.at_end() || spec.argv.empty())
        return fail(Code::invalid, "a command that cannot be read");
    return spec;
}

}  // namespace sloth
