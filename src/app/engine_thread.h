// The engine's thread: step() in a loop, until told to end. Its owner starts and ends it.
#pragma once

#include <thread>

#include "base/thread_name.h"
#include "engine/engine.h"

namespace sloth {

class EngineThread {
 public:
    explicit EngineThread(Engine& engine)
        : thread_([&engine](const std::stop_token& stop) {
              name_this_thread("engine");
              while (!stop.stop_requested()) engine.step(50ms);
          }) {}

 private:
    std::jthread thread_;
};

}  // namespace sloth
