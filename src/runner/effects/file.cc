// The functions of the module `file`: one file, one folder, one name at a time.
#include "base/byte_text.h"
#include "base/json.h"
#include "files/content.h"
#include "files/copy.h"
#include "files/folders.h"
#include "files/glob.h"
#include "files/remove.h"
#include "files/status.h"
#include "files/temporary.h"
#include "runner/effects/file_call.h"

namespace sloth {
namespace {

using files::Roots;
using Stop = std::stop_token;

template <class T>
Result<Json> done(const Result<T>& result) {
    if (!result) return std::unexpected(result.error());
    return Json::array({true});
}

Result<Json> list_of(const Result<std::vector<std::string>>& names) {
    if (!names) return std::unexpected(names.error());
    Json list = Json::array();
    for (const std::string& name : *names) list.push_back(to_byte_text(name));
    Json values = Json::array();
    values.push_back(std::move(list));
    return values;
}

}  // namespace

Reply handle_file_read(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.read", Failed::nil);
    return file.look([path = file.text(0)](const Roots& roots, const Stop&) -> Result<Json> {
        SLOTH_TRY(const std::string content, files::read(roots, path));
        return Json::array({to_byte_text(content)});
    });
}

Reply handle_file_write(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.write", Failed::no);
    const std::string path = file.text(0);
    return file.change(path, [path, content = file.text(1), mode = file.optional_mode(2)](
                                 const Roots& roots, const Stop& stop) {
        return done(files::write(roots, path, content, {.mode = mode}, stop));
    });
}

Reply handle_file_append(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.append", Failed::no);
    const std::string path = file.text(0);
    return file.change(path, [path, content = file.text(1)](const Roots& roots, const Stop& stop) {
        return done(files::append(roots, path, content, stop));
    });
}

Reply handle_file_mkdir(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.mkdir", Failed::no);
    const std::string path = file.text(0);
    return file.change(path, [path](const Roots& roots, const Stop&) {
        return done(files::make_folder(roots, path));
    });
}

Reply handle_file_rm(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.rm", Failed::no);
    const std::string path = file.text(0);
    return file.change(
        path, [path](const Roots& roots, const Stop&) { return done(files::remove(roots, path)); });
}

Reply handle_file_rmr(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.rmr", Failed::no);
    const std::string path = file.text(0);
    return file.change(path, [path](const Roots& roots, const Stop& stop) {
        return done(files::remove_tree(roots, path, stop));
    });
}

Reply handle_file_copy(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.copy", Failed::no);
    const std::string to = file.text(1);
    return file.change(to, [from = file.text(0), to](const Roots& roots, const Stop& stop) {
        return done(files::copy(roots, from, to, {}, stop));
    });
}

Reply handle_file_move(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.move", Failed::no);
    const std::string to = file.text(1);
    return file.change(to, [from = file.text(0), to](const Roots& roots, const Stop& stop) {
        return done(files::move(roots, from, to, stop));
    });
}

Reply handle_file_exists(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.exists", Failed::no);
    return file.look([path = file.text(0)](const Roots& roots, const Stop&) -> Result<Json> {
        SLOTH_TRY(const bool there, files::exists(roots, path));
        return Json::array({there});
    });
}

Reply handle_file_ls(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.ls", Failed::nil);
    return file.look([path = file.text(0)](const Roots& roots, const Stop&) {
        return list_of(files::list(roots, path));
    });
}

Reply handle_file_glob(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.glob", Failed::nil);
    return file.look([pattern = file.text(0)](const Roots& roots, const Stop& stop) {
        return list_of(files::glob(roots, pattern, stop));
    });
}

Reply handle_file_size(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.size", Failed::zero);
    return file.look([path = file.text(0)](const Roots& roots, const Stop&) -> Result<Json> {
        SLOTH_TRY(const int64_t bytes, files::size(roots, path));
        return Json::array({bytes});
    });
}

Reply handle_file_tmpname(EffectCall& call, EffectWorld& world) {
    FileCall file(call, world, "file.tmpname", Failed::nil);
    return file.change(
        "in /tmp",
        [unique = world.ids.next(world.loop.clock().wall())](const Roots& roots,
                                                             const Stop&) -> Result<Json> {
            SLOTH_TRY(const std::string path, files::make_temporary(roots, "/tmp", unique));
            return Json::array({to_byte_text(path)});
        },
        R"(["/tmp/sloth-runner-dry-run"])");
}

}  // namespace sloth
