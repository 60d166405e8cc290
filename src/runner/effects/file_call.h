// What the handlers of file effects share: the arguments of a call, the work given to the pool, and
// its outcome as scripts get it. Runner's thread; the work itself runs on one of the pool's.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "files/roots.h"
#include "runner/effects/effect.h"

namespace sloth {

// How a call that could not be done is answered: this value, and the message.
enum class Failed : uint8_t { nil, no, zero };

class FileCall {
 public:
    // `name` is how scripts call it.
    FileCall(EffectCall& call, EffectWorld& world, std::string_view name, Failed failed);

    // Argument `index`, as the bytes that the script gave. The worker has checked the arguments;
    // one that is none of these makes the call fail when it is started.
    std::string text(size_t index);
    std::optional<std::string> optional_text(size_t index);
    std::optional<unsigned> optional_mode(size_t index);
    bool flag(size_t index);

    const files::Roots& roots() const { return roots_; }

    // The values that the call returns, in an array; strings as byte text.
    using Work = std::move_only_function<Result<Json>(const files::Roots&, const std::stop_token&)>;

    // Looking leaves no doubt when it is cut off.
    Reply look(Work work);
    // `path` is named when it is cut off. `pretend`: what a dry run gives instead of doing it.
    Reply change(std::string_view path, Work work, std::string pretend = {});

 private:
    Reply start(std::string description, Work work);
    bool is_nothing(size_t index) const;
    std::optional<Answer> refusal() const;

    EffectCall& call_;
    EffectWorld& world_;
    std::string_view name_;
    Failed failed_;
    files::Roots roots_;
    bool readable_ = true;  // all arguments so far
};

}  // namespace sloth
