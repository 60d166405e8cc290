// The channel on which an agent reaches its master.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace sloth {

// `address` as check_master_address() takes it. Connects when it is first used. When to call again
// is the agent's to decide (agent/reconnect.h): the channel itself hardly waits between attempts.
std::shared_ptr<grpc::Channel> make_agent_channel(const std::string& address);

}  // namespace sloth
