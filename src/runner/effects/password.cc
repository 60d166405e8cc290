// Slow hashes of passwords. A hash: [algorithm, password, cost, salt in hex] -> [hash]; a check:
// [algorithm, password, hash] -> [whether it fits]; both: or [null, message]. They are computed on
// the pool, never remembered, and nothing that is told of them holds the password.
#include "crypto/password.h"

#include "base/byte_text.h"
#include "base/hex.h"
#include "base/json.h"
#include "runner/effects/effect.h"

namespace sloth {
namespace {

Answer values(Json answer) { return {AnswerKind::values, dump_json(answer)}; }

Answer refused(const Error& error) { return values(Json::array({nullptr, error.message})); }

bool are_strings(const Json& args, std::initializer_list<size_t> places) {
    for (const size_t place : places)
        if (args.size() <= place || !args[place].is_string()) return false;
    return true;
}

std::string text_at(const Json& args, size_t place) {
    return from_byte_text(args[place].get_ref<const std::string&>());
}

Answer make_hash(bool bcrypt, const std::string& password, int cost, const std::string& salt) {
    const Result<std::string> hash = bcrypt ? crypto::bcrypt_hash(password, cost, salt)
                                            : crypto::scrypt_hash(password, cost, salt);
    return hash ? values(Json::array({*hash})) : refused(hash.error());
}

Answer check_hash(bool bcrypt, const std::string& password, const std::string& hash) {
    const Result<bool> fits =
        bcrypt ? crypto::bcrypt_check(password, hash) : crypto::scrypt_check(password, hash);
    return fits ? values(Json::array({*fits})) : refused(fits.error());
}

Reply start(EffectCall& call, EffectWorld& world, std::move_only_function<Answer()> work) {
    Reply reply;
    reply.ongoing = world.pool.start(
        {},
        [work = std::move(work)](const std::stop_token& stop) mutable {
            return stop.stop_requested() ? Answer{} : work();
        },
        std::move(call.finished));
    return reply;
}

}  // namespace

Reply handle_password_hash(EffectCall& call, EffectWorld& world) {
    const Json& args = call.args;
    const bool known = are_strings(args, {0, 1, 3}) && args[2].is_number_integer();
    const Result<std::string> salt = from_hex(known ? text_at(args, 3) : "");
    if (!salt || salt->size() != crypto::kPasswordSalt)
        return answer_raise("the hash of a password needs an algorithm, a cost and a salt");
    return start(
        call, world,
        [bcrypt = args[0] == "bcrypt", password = text_at(args, 1), cost = args[2].get<int>(),
         salt = *salt] { return make_hash(bcrypt, password, cost, salt); });
}

Reply handle_password_check(EffectCall& call, EffectWorld& world) {
    const Json& args = call.args;
    if (!are_strings(args, {0, 1, 2}))
        return answer_raise("the check of a password needs an algorithm and a hash");
    return start(call, world,
                 [bcrypt = args[0] == "bcrypt", password = text_at(args, 1),
                  hash = text_at(args, 2)] { return check_hash(bcrypt, password, hash); });
}

}  // namespace sloth
