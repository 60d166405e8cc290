// For tests: a folder of their own, gone with the test. One thread.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "files/roots.h"

namespace sloth::files {

class FolderTest : public testing::Test {
 public:
    FolderTest() {
        std::string pattern = testing::TempDir() + "files_test.XXXXXX";
        folder = std::filesystem::canonical(::mkdtemp(pattern.data())).string();
    }
    ~FolderTest() override { std::filesystem::remove_all(folder); }

    std::string at(const std::string& name) const { return folder + "/" + name; }

    std::string put(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
        std::ofstream(at(name)) << text;
        return at(name);
    }
    std::string text(const std::string& name) const {
        std::ifstream in(at(name));
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    void make(const std::string& name) const { std::filesystem::create_directories(at(name)); }
    void link(const std::string& target, const std::string& name) const {
        std::filesystem::create_symlink(target, at(name));
    }
    bool there(const std::string& name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(at(name)));
    }
    mode_t mode(const std::string& name) const {
        struct stat info{};
        ::stat(at(name).c_str(), &info);
        return info.st_mode & 07777;
    }
    // What is in the folder, beside itself; hidden names too.
    size_t count(const std::string& name) const {
        return static_cast<size_t>(
            std::distance(std::filesystem::directory_iterator(at(name)), {}));
    }
    Roots inside(const std::string& name) const { return Roots::below({at(name)}, folder); }
    Roots everything() const { return Roots::everything(folder); }

    std::string folder;
};

}  // namespace sloth::files
