#include "wire/convert.h"

#include <array>

#include "base/utf8.h"

namespace sloth::wire {
namespace {

AgentStatus agent_status(std::string_view text) {
    for (const AgentStatus status : {AgentStatus::disconnected, AgentStatus::lost}) {
        if (to_string(status) == text) return status;
    }
    return AgentStatus::connected;
}

Code code_of(std::string_view text) {
    for (int i = 0; i <= static_cast<int>(Code::corrupt); ++i) {
        if (to_string(static_cast<Code>(i)) == text) return static_cast<Code>(i);
    }
    return Code::failed;
}

}  // namespace

Event to_domain(const v1::Event& m) {
    Event event;
    event.seq = m.seq();
    event.id = m.id();
    event.type = m.type();
    event.stack = m.stack();
    event.agent = m.agent();
    event.run_id = m.run_id();
    event.source = m.source();
    event.ordering_key = m.ordering_key();
    event.dedup_key = m.dedup_key();
    event.data = m.data().empty() ? "{}" : m.data();
    event.timestamp = from_micros(m.timestamp());
    event.created_at = from_micros(m.created_at());
    event.status = parse_event_status(m.status()).value_or(EventStatus::pending);
    event.error = m.error();
    if (m.has_processed_at()) event.processed_at = from_micros(m.processed_at());
    event.root_id = m.root_id();
    event.parent_id = m.parent_id();
    event.depth = m.depth();
    event.hook_generation = m.hook_generation();
    event.recoveries = m.recoveries();
    return event;
}

void to_proto(const Event& event, v1::Event* m) {
    m->set_seq(event.seq);
    m->set_id(event.id);
    m->set_type(event.type);
    m->set_stack(event.stack);
    m->set_agent(event.agent);
    m->set_run_id(event.run_id);
    m->set_source(event.source);
    m->set_ordering_key(event.ordering_key);
    m->set_dedup_key(event.dedup_key);
    m->set_data(event.data);
    m->set_timestamp(to_micros(event.timestamp));
    m->set_created_at(to_micros(event.created_at));
    m->set_status(std::string(to_string(event.status)));
    m->set_error(valid_utf8(event.error));
    if (event.processed_at) m->set_processed_at(to_micros(*event.processed_at));
    m->set_root_id(event.root_id);
    m->set_parent_id(event.parent_id);
    m->set_depth(event.depth);
    m->set_hook_generation(event.hook_generation);
    m->set_recoveries(event.recoveries);
}

Hook to_domain(const v1::Hook& m) {
    Hook hook;
    hook.id = m.id();
    hook.name = m.name();
    hook.description = m.description();
    hook.event_types.assign(m.event_types().begin(), m.event_types().end());
    hook.file_path = m.file_path();
    hook.stack = m.stack();
    hook.enabled = m.enabled();
    hook.limits.timeout = Micros(m.timeout_us());
    hook.limits.memory = m.memory();
    hook.limits.output = m.output();
    hook.version = m.version();
    hook.content_hash = m.content_hash();
    hook.last_error = m.last_error();
    hook.created_at = from_micros(m.created_at());
    hook.updated_at = from_micros(m.updated_at());
    if (m.has_last_run()) hook.last_run = from_micros(m.last_run());
    hook.run_count = m.run_count();
    if (m.has_removed_at()) hook.removed_at = from_micros(m.removed_at());
    hook.limits.max_effects_in_flight = m.max_effects_in_flight();
    hook.limits.max_concurrency = m.max_concurrency();
    hook.profile = parse_profile(m.profile()).value_or(Profile::pure);
    if (!m.permissions().empty()) hook.permissions = permissions_of(m.permissions());
    hook.pending_hash = m.pending_hash();
    return hook;
}

void to_proto(const Hook& hook, v1::Hook* m) {
    m->set_id(hook.id);
    m->set_name(hook.name);
    m->set_description(valid_utf8(hook.description));
    m->mutable_event_types()->Assign(hook.event_types.begin(), hook.event_types.end());
    m->set_file_path(valid_utf8(hook.file_path));
    m->set_stack(hook.stack);
    m->set_enabled(hook.enabled);
    m->set_timeout_us(hook.limits.timeout.count());
    m->set_memory(hook.limits.memory);
    m->set_output(hook.limits.output);
    m->set_version(hook.version);
    m->set_content_hash(hook.content_hash);
    m->set_last_error(valid_utf8(hook.last_error));
    m->set_created_at(to_micros(hook.created_at));
    m->set_updated_at(to_micros(hook.updated_at));
    if (hook.last_run) m->set_last_run(to_micros(*hook.last_run));
    m->set_run_count(hook.run_count);
    if (hook.removed_at) m->set_removed_at(to_micros(*hook.removed_at));
    m->set_max_effects_in_flight(hook.limits.max_effects_in_flight);
    m->set_max_concurrency(hook.limits.max_concurrency);
    m->set_profile(std::string(to_string(hook.profile)));
    m->set_permissions(valid_utf8(to_json(hook.permissions)));
    m->set_pending_hash(hook.pending_hash);
}

HookVersion to_domain(const v1::HookVersion& m) {
    return {m.version(), m.content_hash(), m.source(), from_micros(m.created_at())};
}

void to_proto(const HookVersion& version, v1::HookVersion* m) {
    m->set_version(version.version);
    m->set_content_hash(version.content_hash);
    m->set_created_at(to_micros(version.created_at));
    m->set_source(valid_utf8(version.source));
}

Execution to_domain(const v1::Execution& m) {
    Execution execution;
    execution.id = m.id();
    execution.event_id = m.event_id();
    execution.event_type = m.event_type();
    execution.hook_id = m.hook_id();
    execution.hook_name = m.hook_name();
    execution.status = parse_run_status(m.status()).value_or(RunStatus::success);
    execution.output = m.output();
    execution.error = m.error();
    execution.duration = Micros(m.duration_us());
    execution.executed_at = from_micros(m.executed_at());
    execution.attempt = m.attempt();
    execution.delivery_id = m.delivery_id();
    execution.hook_version = m.hook_version();
    execution.agent = m.agent();
    return execution;
}

void to_proto(const Execution& execution, v1::Execution* m) {
    m->set_id(execution.id);
    m->set_event_id(execution.event_id);
    m->set_event_type(execution.event_type);
    m->set_hook_id(execution.hook_id);
    m->set_hook_name(execution.hook_name);
    m->set_status(std::string(to_string(execution.status)));
    m->set_output(valid_utf8(execution.output));
    m->set_error(valid_utf8(execution.error));
    m->set_duration_us(execution.duration.count());
    m->set_executed_at(to_micros(execution.executed_at));
    m->set_attempt(execution.attempt);
    m->set_delivery_id(execution.delivery_id);
    m->set_hook_version(execution.hook_version);
    m->set_agent(execution.agent);
}

Agent to_domain(const v1::Agent& m) {
    Agent agent;
    agent.name = m.name();
    agent.address = m.address();
    agent.status = agent_status(m.status());
    agent.version = m.version();
    agent.tags.assign(m.tags().begin(), m.tags().end());
    agent.system_info = m.system_info().empty() ? "{}" : m.system_info();
    agent.registered_at = from_micros(m.registered_at());
    if (m.has_last_heartbeat()) agent.last_heartbeat = from_micros(m.last_heartbeat());
    return agent;
}

void to_proto(const Agent& agent, v1::Agent* m) {
    m->set_name(agent.name);
    m->set_address(agent.address);
    m->set_status(std::string(to_string(agent.status)));
    m->set_version(valid_utf8(agent.version));
    for (const std::string& tag : agent.tags) m->add_tags(valid_utf8(tag));
    m->set_system_info(valid_utf8(agent.system_info));
    m->set_registered_at(to_micros(agent.registered_at));
    if (agent.last_heartbeat) m->set_last_heartbeat(to_micros(*agent.last_heartbeat));
}

Error to_domain(const v1::Error& m) { return {code_of(m.code()), m.message(), m.hint()}; }

void to_proto(const Error& error, v1::Error* m) {
    m->set_code(std::string(to_string(error.code)));
    m->set_message(valid_utf8(error.message));
    m->set_hint(valid_utf8(error.hint));
}

}  // namespace sloth::wire
