// What a run printed and logged: lines up to a limit, then a mark that says where it was cut.
// Belongs to one run; single-threaded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sloth::lua {

class Output {
 public:
    explicit Output(uint32_t limit) : limit_(limit) {}

    void line(std::string_view text);
    // A line that is also the reason if the hook then returns false without one.
    void error_line(std::string_view text, std::string_view message);

    std::string take();  // without a final line break
    const std::string& errors() const { return errors_; }

 private:
    uint32_t limit_;
    bool cut_ = false;
    std::string text_;
    std::string errors_;
};

}  // namespace sloth::lua
