#include <string>
#include <vector>

#include "app/roles.h"
#include "cli/cli.h"

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv + 1, argv + argc);
    return sloth::cli::run_cli(args, sloth::cli::standard_streams(), sloth::make_roles());
}
