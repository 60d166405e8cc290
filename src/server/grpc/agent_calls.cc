#include "server/grpc/agent_calls.h"

#include <vector>

namespace sloth {

AgentCalls::Call AgentCalls::begin(const void* stream) {
    auto slot = std::make_shared<Slot>();
    const uint64_t number = state_.with([&](State& s) {
        s.waiting[++s.last] = {stream, slot};
        return s.last;
    });
    return {number, std::move(slot)};
}

Result<std::string> AgentCalls::wait(const Call& call, Micros limit) {
    auto result = call.slot->answer.wait_for(
        limit, [](const auto& answer) { return answer.has_value(); },
        [](auto& answer) { return std::move(answer); });
    state_.with([&](State& s) { s.waiting.erase(call.number); });
    if (result) return std::move(*result);
    return fail(Code::timed_out, "the agent did not answer within {}", format_duration(limit));
}

void AgentCalls::answer(const void* stream, uint64_t number, Result<std::string> result) {
    const std::shared_ptr<Slot> slot = state_.with([&](State& s) -> std::shared_ptr<Slot> {
        const auto it = s.waiting.find(number);
        if (it == s.waiting.end() || it->second.stream != stream) return nullptr;
        return it->second.slot;
    });
    if (slot) slot->answer.update([&](auto& answer) { answer = std::move(result); });
}

void AgentCalls::stream_ended(const void* stream, const Error& error) {
    std::vector<std::shared_ptr<Slot>> slots = state_.with([&](State& s) {
        std::vector<std::shared_ptr<Slot>> found;
        for (const auto& [_, waiting] : s.waiting) {
            if (waiting.stream == stream) found.push_back(waiting.slot);
        }
        return found;
    });
    for (const auto& slot : slots) {
        slot->answer.update([&](auto& answer) {
            if (!answer) answer = std::unexpected(error);
        });
    }
}

}  // namespace sloth
