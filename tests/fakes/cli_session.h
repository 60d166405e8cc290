// Runs whole commands against FakeAdmin in this process and keeps what they wrote. One thread.
#pragma once

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "cli/cli.h"
#include "tests/fakes/fake_admin.h"

namespace sloth::testing {

struct Ran {
    int exit = 0;
    std::string out;
    std::string err;
};

class CliSession {
 public:
    enum class Master { runs, none, unreachable };

    CliSession() {
        grpc::ServerBuilder builder;
        builder.RegisterService(&admin);
        server_ = builder.BuildAndStart();
        roles.now = fake_now;
        roles.version = "0.1.0";
        roles.connect = [this](const cli::GlobalOptions& options, cli::Need need) {
            return connect(options, need);
        };
        roles.run_up = [this](const cli::GlobalOptions& options, const cli::UpOptions& up) {
            role = fmt::format("up {} {}", options.data_dir, up.listen);
            return 0;
        };
        roles.run_master = [this](const cli::GlobalOptions&, const cli::MasterOptions& master) {
            role = fmt::format("master {}", master.listen);
            return 5;
        };
        roles.run_agent = [this](const cli::GlobalOptions& options,
                                 const cli::AgentOptions& agent) {
            role = fmt::format("agent {} {} {}", agent.name, options.master, agent.tags.size());
            return 0;
        };
        roles.run_bench = [this](const cli::GlobalOptions&, const cli::BenchOptions& bench) {
            role = fmt::format("bench {} {} {} {} {}", bench.events, bench.hooks, bench.rate,
                               bench.payload, bench.format == cli::Format::json);
            return 0;
        };
        roles.config =
            [](const cli::GlobalOptions& options) -> Result<std::vector<cli::ConfigRow>> {
            const bool set = !options.settings.empty();
            return std::vector<cli::ConfigRow>{
                {"max_in_flight", "100", "default", "100", "SLOTH_RUNNER_MAX_IN_FLIGHT",
                 "the specification's hundred workers"},
                {"workers", set ? options.settings[0].second : "2", set ? "flag --set" : "default",
                 "2", "SLOTH_RUNNER_WORKERS", "one a core"}};
        };
    }
    ~CliSession() { server_->Shutdown(); }

    Ran run(const std::vector<std::string>& args) {
        char* text[2] = {nullptr, nullptr};
        size_t size[2] = {0, 0};
        streams.out = open_memstream(&text[0], &size[0]);
        streams.err = open_memstream(&text[1], &size[1]);
        std::FILE* input = std::tmpfile();
        std::fputs(input_text.c_str(), input);
        std::rewind(input);
        if (streams.in == 0) streams.in = fileno(input);
        Ran ran;
        ran.exit = run_cli(args, streams, roles);
        std::fclose(streams.out);
        std::fclose(streams.err);
        if (streams.in == fileno(input)) streams.in = 0;
        std::fclose(input);
        ran.out.assign(text[0], size[0]);
        ran.err.assign(text[1], size[1]);
        std::free(text[0]);
        std::free(text[1]);
        return ran;
    }

    FakeAdmin admin;
    cli::Roles roles;
    cli::Streams streams;  // without a terminal; `in` 0 is `input_text`
    std::string input_text;
    Master master = Master::runs;
    std::string role;  // what was started

 private:
    class Channel final : public cli::Connection {
     public:
        Channel(grpc::Server& server, bool in_process)
            : stub_(v1::Admin::NewStub(server.InProcessChannel({}))), in_process_(in_process) {}
        v1::Admin::StubInterface& admin() override { return *stub_; }
        bool in_process() const override { return in_process_; }

     private:
        std::unique_ptr<v1::Admin::Stub> stub_;
        bool in_process_;
    };

    Result<std::unique_ptr<cli::Connection>> connect(const cli::GlobalOptions&, cli::Need need) {
        if (master == Master::unreachable ||
            (master == Master::none && need == cli::Need::running)) {
            return fail_with({Code::unreachable, "no master runs on the data folder /srv/data",
                              "`sloth-runner up` starts one"});
        }
        return std::make_unique<Channel>(*server_, master == Master::none);
    }

    std::unique_ptr<grpc::Server> server_;
};

}  // namespace sloth::testing
