// A reading that all watchers of one pass share: taken when the first asks, dropped when the time
// has moved on. One thread.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

template <class T>
class OncePerPass {
 public:
    // `read` is called if nothing was read at exactly this moment: a pass has one.
    template <class Read>
    const Result<T>& get(MonoTime now, Read&& read) {
        if (!reading_ || at_ != now) {
            reading_ = read();
            at_ = now;
        }
        return *reading_;
    }

 private:
    MonoTime at_{};
    std::optional<Result<T>> reading_;
};

}  // namespace sloth
