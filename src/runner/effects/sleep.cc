// sleep: [seconds] -> []. It keeps its wake-up time when the attempt is started anew.
#include <cmath>

#include "base/json.h"
#include "runner/effects/effect.h"

namespace sloth {
namespace {

constexpr double kMaxSeconds = 366.0 * 24 * 3600;  // over any deadline; keeps the sum in range

class Sleep final : public Ongoing {
 public:
    Sleep(Loop& loop, MonoTime until, Finished finished) : finished_(std::move(finished)) {
        timer_.bind<&Sleep::wake>(this);
        loop.set_timer(timer_, until);
    }
    std::string describe() const override { return {}; }

 private:
    void wake() {
        Finished finished = std::move(finished_);
        finished(Answer{});
    }
    Timer timer_;
    Finished finished_;
};

}  // namespace

Reply handle_sleep(EffectCall& call, EffectWorld& world) {
    if (call.args.empty() || !call.args[0].is_number()) {
        return answer_raise("sleep needs a number of seconds");
    }
    const double seconds = call.args[0].get<double>();
    if (!(seconds >= 0))
        return answer_raise("sleep needs a number of seconds that is not negative");
    const Micros length(std::llround(std::min(seconds, kMaxSeconds) * 1e6));
    Reply reply;
    reply.ongoing =
        std::make_shared<Sleep>(world.loop, world.loop.now() + length, std::move(call.finished));
    return reply;
}

}  // namespace sloth
