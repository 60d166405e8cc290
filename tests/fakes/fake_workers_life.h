// What the threads of fake_workers.h do; included by it only.
#pragma once

namespace sloth {

inline void FakeWorkers::live(Worker& worker) {
    std::string ready;
    FrameWriter out(ready);
    out.begin(FrameKind::ready, 0);
    out.str("a fake has no lockdown");
    out.end();
    send(worker, ready);
    std::string buffer;
    std::string chunk(64 << 10, '\0');
    while (true) {
        const ssize_t n = ::recv(worker.socket, chunk.data(), chunk.size(), 0);
        if (n <= 0) return;
        buffer.append(chunk.data(), static_cast<size_t>(n));
        size_t pos = 0;
        FrameView frame;
        while (cut_frame(buffer, pos, frame) == FrameCut::frame) on_frame(worker, frame);
        buffer.erase(0, pos);
    }
}

inline void FakeWorkers::on_frame(Worker& worker, const FrameView& frame) {
    FrameReader in(frame.body);
    if (frame.kind == FrameKind::hook) {
        const uint64_t key = in.u64();
        in.str();
        worker.hooks[key] = std::string(in.str());
    } else if (frame.kind == FrameKind::run) {
        const RunFrame run_frame = read_run(in);
        Program program;
        program.attempt = run_frame.attempt;
        std::istringstream lines(worker.hooks.at(run_frame.hook_key));
        for (std::string line; std::getline(lines, line);) program.steps.push_back(line);
        worker.runs[frame.run] = std::move(program);
        run(worker, frame.run);
    } else if (frame.kind == FrameKind::cancel) {
        worker.runs.erase(frame.run);
    } else if (frame.kind == FrameKind::answer && worker.runs.contains(frame.run)) {
        const AnswerFrame answer = read_answer(in);
        worker.runs[frame.run].output +=
            (answer.kind == AnswerKind::raise ? "raised " : "") + std::string(answer.payload);
        run(worker, frame.run);
    } else if (frame.kind == FrameKind::load) {
        in.str();
        const std::string source(in.str());
        std::string bytes;
        FrameWriter out(bytes);
        out.begin(FrameKind::loaded, frame.run);
        out.u8(source == "good");
        out.str(source == "good" ? "{\"form\":\"on_event\"}" : "x.lua:1: no hook");
        out.end();
        if (source != "hang") send(worker, bytes);
    }
}

inline void FakeWorkers::run(Worker& worker, uint64_t wire) {
    while (true) {
        Program& program = worker.runs[wire];
        if (program.next == program.steps.size()) return finish(worker, wire, 0, "");
        const std::string line = program.steps[program.next++];
        if (!step(worker, wire, program, line)) return;
    }
}

// False: it waits, or is over.
inline bool FakeWorkers::step(Worker& worker, uint64_t wire, Program& program,
                              const std::string& line) {
    std::istringstream words(line);
    std::string word;
    uint32_t number = 0;
    words >> word;
    if (word == "effect") {
        words >> number >> std::ws;
        std::string args;
        std::getline(words, args);
        std::string bytes;
        FrameWriter out(bytes);
        write(out, wire, EffectFrame{++program.effects, static_cast<uint8_t>(number), args});
        send(worker, bytes);
        return false;
    }
    if (word == "die" || word == "memory") {
        words >> number;
        if (program.attempt > number) return true;
        if (word == "die") {
            worker.page->run = wire;
            end(worker);
        } else {
            finish(worker, wire, 3, "no memory");
        }
        return false;
    }
    if (word == "stall") {
        worker.page->slice_began_ns = now_ns();
        worker.page->run = wire;
        stalls_.wait_for(
            std::chrono::seconds(20), [&](const int& n) { return n > 0 || worker.ended; },
            [](const int&) {});
        worker.page->run = 0;
        return !worker.ended;
    }
    if (word == "fail") {
        finish(worker, wire, 1, line.substr(5));
        return false;
    }
    return word != "hang";
}

inline void FakeWorkers::finish(Worker& worker, uint64_t wire, int status,
                                const std::string& error) {
    const std::string output = worker.runs[wire].output;
    worker.runs.erase(wire);
    DoneFrame done;
    done.status = static_cast<uint8_t>(status);
    done.started_ns = done.ended_ns = now_ns();
    done.output = output;
    done.error = error;
    std::string bytes;
    FrameWriter out(bytes);
    write(out, wire, done);
    send(worker, bytes);
}

}  // namespace sloth
