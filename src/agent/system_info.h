// What an agent tells of its machine when it says hello.
#pragma once

#include <string>

namespace sloth {

// JSON object: os, arch, cpu_cores, memory_gb, hostname. Reads the running system.
std::string system_info();

}  // namespace sloth
