// What a command may touch of the process around it: where it reads and writes, and what those ends
// are. A value, made once by main (or by a test). The files are borrowed.
#pragma once

#include <cstdio>
#include <string>

namespace sloth::cli {

struct Streams {
    int in = 0;  // a descriptor, since events are read as they come
    std::FILE* out = stdout;
    std::FILE* err = stderr;
    bool in_is_tty = false;
    bool out_is_tty = false;
    bool err_is_tty = false;
    int width = 80;         // columns of the terminal; meaningless without one
    bool no_color = false;  // NO_COLOR
    std::string cause;      // SLOTH_CAUSE: the run that started this command, if any
};

// The process's own.
Streams standard_streams();

}  // namespace sloth::cli
