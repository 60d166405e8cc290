#include "runner/effects/file_roots.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

namespace sloth {
namespace {

constexpr const char* kHookFiles = "hook-files";

// Made when it is first needed; that it cannot be made is told by what is then done in it.
std::string own_folder(const EffectWorld& world, const std::string& hook) {
    const std::string all = world.options.data_dir + "/" + kHookFiles;
    ::mkdir(all.c_str(), 0700);
    std::string own = all + "/" + hook;
    ::mkdir(own.c_str(), 0700);
    return own;
}

}  // namespace

// Relative paths are what they are to a command of exec.run: relative to the folder that the
// service was started in. A hook without the service's rights has a folder of its own instead.
files::Roots roots_of(const EffectCall& call, const EffectWorld& world) {
    const RunnableHook& hook = *call.request.hook;
    if (hook.profile != Profile::service) {
        std::string own = own_folder(world, hook.name);
        return files::Roots::below({own}, own);
    }
    std::error_code failed;
    std::string base = std::filesystem::current_path(failed).string();
    if (failed) base = "/";
    const Grant& granted = hook.permissions.files;
    if (!hook.permissions.listed || granted.all) return files::Roots::everything(base);
    return files::Roots::below(granted.names, base);
}

}  // namespace sloth
