// gRPC servers: the admin service (with the agents' link beside it) on the data folder's Unix
// socket or inside this process, and the agents' link alone on loopback TCP. Why the admin service
// has no TCP port: docs/decisions/001.
#pragma once

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"

namespace sloth {

// `socket` empty: no socket, only in_process(). The services outlive the server. The socket is
// created with mode 0600 and takes the place of one that nobody serves: the caller holds the data
// folder's lock.
Result<std::unique_ptr<grpc::Server>> serve_socket(const std::filesystem::path& socket,
                                                   std::vector<grpc::Service*> services);

struct TcpServer {
    std::unique_ptr<grpc::Server> server;
    std::string address;  // with the real port, where 0 was asked for
};
Result<TcpServer> serve_tcp(const std::string& address, std::vector<grpc::Service*> services);

std::shared_ptr<grpc::Channel> in_process(grpc::Server& server);
std::shared_ptr<grpc::Channel> dial(const std::string& address);

}  // namespace sloth
