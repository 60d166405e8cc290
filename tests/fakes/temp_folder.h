// A folder of the test's own, gone with it. One thread.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace sloth {

class TempFolder {
 public:
    TempFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sloth-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string path(const std::string& name) const { return (path_ / name).string(); }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    void remove(const std::string& name) { std::filesystem::remove_all(path_ / name); }
    void make(const std::string& name) { std::filesystem::create_directories(path_ / name); }
    void rename(const std::string& from, const std::string& to) {
        std::filesystem::rename(path_ / from, path_ / to);
    }
    // Another time of change, the same content.
    void touch(const std::string& name) {
        const timespec times[2] = {{1'000'000'000 + ++touched_, 0}, {1'000'000'000 + touched_, 0}};
        ::utimensat(AT_FDCWD, path(name).c_str(), times, 0);
    }

 private:
    std::filesystem::path path_;
    long touched_ = 0;
};

}  // namespace sloth
