// Which addresses master and agent may speak over as long as agents cannot prove who they are: what
// does not leave the machine. Pure.
#pragma once

#include <string_view>

#include "base/result.h"

namespace sloth {

// Takes "unix:PATH" and HOST:PORT with a HOST of the loopback: 127.0.0.0/8, [::1], localhost.
// Code::refused for any other host, Code::invalid for what is no address. Port 0 is allowed: a
// listener then gets a free one.
Result<void> check_master_address(std::string_view address);

}  // namespace sloth
