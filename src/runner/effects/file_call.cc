#include "runner/effects/file_call.h"

#include <utility>

#include "base/byte_text.h"
#include "base/json.h"
#include "runner/effects/file_roots.h"
#include "runner/rights.h"

namespace sloth {
namespace {

constexpr size_t kMaxAnswer = kMaxFrame - (64 << 10);  // leaves room for the frame around it

Json value_of(Failed failed) {
    switch (failed) {
        case Failed::nil:
            return nullptr;
        case Failed::no:
            return false;
        case Failed::zero:
            return 0;
    }
    return nullptr;
}

std::string message_of(const Error& error) {
    return error.hint.empty() ? error.message : error.message + "; " + error.hint;
}

// A place that the hook may not reach is a mistake of the hook, which must not go by unnoticed.
Answer refuse(std::string_view name, Failed failed, const Error& error) {
    const std::string message = message_of(error);
    if (error.code == Code::refused) return raise(fmt::format("{}: {}", name, message));
    return {AnswerKind::values, dump_json(Json::array({value_of(failed), to_byte_text(message)}))};
}

Answer answer_of(std::string_view name, Failed failed, const Result<Json>& values) {
    if (!values) return refuse(name, failed, values.error());
    std::string text = dump_json(*values);
    if (text.size() <= kMaxAnswer) return {AnswerKind::values, std::move(text)};
    return refuse(
        name, failed,
        {Code::exhausted,
         fmt::format("{}: what it gives takes {} bytes on the way to the script, more than {}",
                     name, text.size(), kMaxAnswer),
         {}});
}

}  // namespace

FileCall::FileCall(EffectCall& call, EffectWorld& world, std::string_view name, Failed failed)
    : call_(call), world_(world), name_(name), failed_(failed), roots_(roots_of(call, world)) {}

bool FileCall::is_nothing(size_t index) const {
    return index < call_.args.size() && call_.args[index].is_null();
}

std::string FileCall::text(size_t index) {
    if (index < call_.args.size() && call_.args[index].is_string()) {
        return from_byte_text(call_.args[index].get_ref<const std::string&>());
    }
    readable_ = false;
    return {};
}

std::optional<std::string> FileCall::optional_text(size_t index) {
    if (is_nothing(index)) return std::nullopt;
    return text(index);
}

std::optional<unsigned> FileCall::optional_mode(size_t index) {
    constexpr int64_t kMost = 0777;
    if (is_nothing(index)) return std::nullopt;
    if (index < call_.args.size() && call_.args[index].is_number_integer()) {
        const auto mode = call_.args[index].get<int64_t>();
        if (mode >= 0 && mode <= kMost) return static_cast<unsigned>(mode);
    }
    readable_ = false;
    return std::nullopt;
}

bool FileCall::flag(size_t index) {
    if (index < call_.args.size() && call_.args[index].is_boolean()) {
        return call_.args[index].get<bool>();
    }
    readable_ = false;
    return false;
}

std::optional<Answer> FileCall::refusal() const {
    if (auto ok = Rights(*call_.request.hook).may_use_files(); !ok)
        return raise(fmt::format("{}: {}", name_, ok.error().message));
    if (!readable_) return raise(fmt::format("{}: arguments that cannot be read", name_));
    return std::nullopt;
}

Reply FileCall::look(Work work) { return start({}, std::move(work)); }

Reply FileCall::change(std::string_view path, Work work, std::string pretend) {
    if (call_.dry_run && !refusal()) {
        if (!pretend.empty()) return answer_dry(std::move(pretend));
        return answer_dry(failed_ == Failed::no ? "[true]" : R"([true,{"changed":true}])");
    }
    return start(fmt::format("{} {}", name_, path), std::move(work));
}

Reply FileCall::start(std::string description, Work work) {
    Reply reply;
    if ((reply.answer = refusal())) return reply;
    reply.ongoing = world_.pool.start(
        std::move(description),
        [name = name_, failed = failed_, roots = std::move(roots_),
         work = std::move(work)](const std::stop_token& stop) mutable {
            return answer_of(name, failed, work(roots, stop));
        },
        std::move(call_.finished));
    return reply;
}

}  // namespace sloth
