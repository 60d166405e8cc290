// Names the calling thread, as `top -H`, gdb and docs/threads.md show it. At most 15 characters.
#pragma once

#include <pthread.h>

namespace sloth {

inline void name_this_thread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace sloth
