// A library that is loaded when it is first needed, so that a program that never needs it starts
// sooner and stays smaller, and runs where the library is not installed. Its symbols are seen by
// nobody else. Not shareable between threads while it is being opened; the functions are as
// thread-safe as the library's.
#pragma once

#include <string>

#include "base/result.h"

namespace sloth {

class SharedLibrary {
 public:
    // `file`: "libcurl.so.4". Code::failed says which package to install (`package`).
    static Result<SharedLibrary> open(const char* file, const char* package);
    SharedLibrary(SharedLibrary&& other) noexcept;
    SharedLibrary& operator=(SharedLibrary&&) = delete;
    ~SharedLibrary() = default;  // stays loaded: libraries with threads cannot be taken away safely

    // SLOTH_TRY_VOID(library.find("curl_multi_init", multi_init));
    template <class Function>
    Result<void> find(const char* name, Function*& out) const {
        void* symbol = nullptr;
        SLOTH_TRY(symbol, look_up(name));
        out = reinterpret_cast<Function*>(symbol);
        return {};
    }

 private:
    SharedLibrary(void* handle, std::string file) : handle_(handle), file_(std::move(file)) {}
    Result<void*> look_up(const char* name) const;

    void* handle_;
    std::string file_;
};

}  // namespace sloth
