#include "runner/effects/file_roots.h"

#include <filesystem>
#include <system_error>

namespace sloth {

// A hook without permissions of its own has the service's. Relative paths are what they are to a
// command of exec.run: relative to the folder that the service was started in.
files::Roots roots_of(const EffectCall& /*call*/, const EffectWorld& /*world*/) {
    std::error_code failed;
    const std::string base = std::filesystem::current_path(failed).string();
    return files::Roots::everything(failed ? "/" : base);
}

}  // namespace sloth
