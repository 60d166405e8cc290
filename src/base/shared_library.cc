#include "base/shared_library.h"

#include <dlfcn.h>

#include <utility>

namespace sloth {

SharedLibrary::SharedLibrary(SharedLibrary&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), file_(std::move(other.file_)) {}

Result<SharedLibrary> SharedLibrary::open(const char* file, const char* package) {
    void* handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        const char* why = ::dlerror();
        return fail_with(
            {Code::failed,
             fmt::format("load {}: {}", file, why != nullptr ? why : "no reason given"),
             fmt::format("install the package {}", package)});
    }
    return SharedLibrary(handle, file);
}

Result<void*> SharedLibrary::look_up(const char* name) const {
    void* symbol = ::dlsym(handle_, name);
    if (symbol != nullptr) return symbol;
    return fail(Code::failed, "{} has no function {}", file_, name);
}

}  // namespace sloth
