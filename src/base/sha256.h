// SHA-256 in hex, of a text or piece by piece. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sloth {

class Sha256 {
 public:
    Sha256();
    ~Sha256();
    void add(std::string_view bytes);
    std::string hex();  // ends it

 private:
    struct Context;
    std::unique_ptr<Context> context_;
};

std::string sha256_hex(std::string_view bytes);

}  // namespace sloth
