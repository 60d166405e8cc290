// SIGTERM and SIGINT as values: blocked in every thread that is started after this is made, and
// taken here. Main thread.
#pragma once

#include <signal.h>

#include "base/time.h"

namespace sloth {

class Signals {
 public:
    Signals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        ::signal(SIGPIPE, SIG_IGN);
    }

    // Whether one came within `patience`.
    bool wait(Micros patience) {
        const timespec limit{patience.count() / 1'000'000, patience.count() % 1'000'000 * 1000};
        return sigtimedwait(&set_, nullptr, &limit) > 0;
    }

 private:
    sigset_t set_{};
};

}  // namespace sloth
