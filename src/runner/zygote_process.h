// The zygote's own life: wait for requests, fork workers, report their deaths. Entered in the
// zygote's process by Zygote::start; never returns. Single-threaded and small: it holds no gRPC,
// no store, no Lua state.
#pragma once

#include "base/file.h"

namespace sloth {

[[noreturn]] void zygote_process(Fd socket, int parent);

}  // namespace sloth
