#include "app/admin_server.h"

#include <grpc/grpc.h>
#include <sys/stat.h>

namespace sloth {
namespace {

constexpr int kMaxReceive =
    64 << 20;  // a batch of events of up to 1 MiB each; the sender cuts far below

// Never undone: the last grpc_shutdown() of a process joins a poller of gRPC's own that may be
// asleep for ten seconds, and at a process's end there is nothing to clean up.
void keep_grpc() { grpc_init(); }

void configure(grpc::ServerBuilder& builder) {
    keep_grpc();
    // Few calls at a time, most of the day none: small pools that grow on demand.
    builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 2);
    builder.SetMaxReceiveMessageSize(kMaxReceive);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

grpc::ChannelArguments client_arguments() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    return arguments;
}

}  // namespace

Result<std::unique_ptr<grpc::Server>> serve_socket(const std::filesystem::path& socket,
                                                   std::vector<grpc::Service*> services) {
    grpc::ServerBuilder builder;
    configure(builder);
    for (grpc::Service* service : services) builder.RegisterService(service);
    if (socket.empty()) {
        auto server = builder.BuildAndStart();
        if (!server) return fail(Code::failed, "start the service in this process");
        return server;
    }
    std::error_code ignored;
    std::filesystem::remove(socket, ignored);
    builder.AddListeningPort("unix:" + socket.string(), grpc::InsecureServerCredentials());
    const mode_t before =
        ::umask(0177);  // before bind: nobody else may connect, not even for a moment
    auto server = builder.BuildAndStart();
    ::umask(before);
    if (!server) {
        return fail_with({Code::failed, fmt::format("listen on the socket '{}'", socket.string()),
                          "the folder must be on a file system that has sockets, and writable"});
    }
    return server;
}

Result<TcpServer> serve_tcp(const std::string& address, std::vector<grpc::Service*> services) {
    grpc::ServerBuilder builder;
    configure(builder);
    for (grpc::Service* service : services) builder.RegisterService(service);
    int port = 0;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
    TcpServer out;
    out.server = builder.BuildAndStart();
    if (!out.server || port == 0) {
        return fail_with({Code::conflict,
                          fmt::format("listen on '{}': the port cannot be had", address),
                          "choose another port; 0 takes any free one"});
    }
    out.address = address.substr(0, address.rfind(':')) + ':' + std::to_string(port);
    return out;
}

std::shared_ptr<grpc::Channel> in_process(grpc::Server& server) {
    return server.InProcessChannel(client_arguments());
}

std::shared_ptr<grpc::Channel> dial(const std::string& address) {
    return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                     client_arguments());
}

}  // namespace sloth
