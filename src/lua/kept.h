// What a module keeps in C++ from one call to the next, for the length of its run: compiled
// expressions, a generator. Scripts never hold it: there is nothing to destroy when they let go.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "lua/context.h"

namespace sloth::lua {

template <class T>
inline constexpr char kKeptTag = 0;  // its address names the type

// The run's own T, a Kept, made at the first call from `args`.
template <class T, class... Args>
T& kept(Context& run, Args&&... args) {
    const void* tag = &kKeptTag<T>;
    for (const auto& [key, object] : run.kept)
        if (key == tag) return static_cast<T&>(*object);
    run.kept.emplace_back(tag, std::make_unique<T>(std::forward<Args>(args)...));
    return static_cast<T&>(*run.kept.back().second);
}

// The last few results of work on a text, so that a loop does it once.
template <class T>
class KeptCache final : public Kept {
 public:
    static constexpr size_t kMost = 16;
    static constexpr size_t kMostBytes =
        256 << 10;  // of the texts: what they make is some 50 times larger

    const T* find(std::string_view text) const {
        const auto found = made_.find(text);
        return found == made_.end() ? nullptr : &found->second;
    }
    // Forgets all others when there are too many.
    const T& add(std::string_view text, T made) {
        if (made_.size() >= kMost || bytes_ + text.size() > kMostBytes) {
            made_.clear();
            bytes_ = 0;
        }
        bytes_ += text.size();
        return made_.emplace(text, std::move(made)).first->second;
    }

 private:
    std::map<std::string, T, std::less<>> made_;
    size_t bytes_ = 0;
};

}  // namespace sloth::lua
