// Fills in what the command line asks of the program: the one place where `sloth-runner WORD` meets
// the parts. Called by main.
#pragma once

#include "cli/roles.h"

namespace sloth {

cli::Roles make_roles();

}  // namespace sloth
