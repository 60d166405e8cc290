# Every outside library, each behind one target. Linked statically from Debian's archives: a command of
# 2 ms must not spend 12 ms on loading libraries, and an idle master must stay small.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(GTest REQUIRED)
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL REQUIRED)

function(add_static_library_target target header library)
  find_path(${target}_INCLUDE NAMES ${header} PATH_SUFFIXES lua5.4 REQUIRED)
  find_library(${target}_LIBRARY NAMES lib${library}.a REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  target_link_libraries(${target} INTERFACE ${${target}_LIBRARY} ${ARGN})
endfunction()

add_static_library_target(dep_sqlite sqlite3.h sqlite3 Threads::Threads m dl)
add_static_library_target(dep_lua lua.hpp lua5.4-c++ m dl)  # the C++ build: errors run destructors
add_static_library_target(dep_seccomp seccomp.h seccomp)
add_static_library_target(dep_yaml yaml-cpp/yaml.h yaml-cpp)
add_static_library_target(dep_re2 re2/re2.h re2 Threads::Threads)
add_static_library_target(dep_sodium sodium.h sodium Threads::Threads)
add_static_library_target(dep_crypt crypt.h crypt)

# Abseil's time zones; gRPC brings the same archives.
add_library(dep_absl_time INTERFACE)
foreach(lib time time_zone civil_time strings strings_internal int128 throw_delegate raw_logging_internal base
        spinlock_wait log_severity)
  find_library(absl_archive_${lib} NAMES libabsl_${lib}.a REQUIRED)
  target_link_libraries(dep_absl_time INTERFACE ${absl_archive_${lib}})
endforeach()
target_link_libraries(dep_absl_time INTERFACE Threads::Threads)

# Loaded when first used (base/shared_library.h): only the headers are needed here.
function(add_header_target target header)
  find_path(${target}_INCLUDE NAMES ${header} REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE})
endfunction()

add_header_target(dep_archive archive.h)
add_header_target(dep_curl curl/curl.h)
add_header_target(dep_systemd systemd/sd-bus.h)

# fmt has no static archive in Debian: src/base/fmt_instances.cc instantiates its non-inline half.
add_library(dep_fmt INTERFACE)
get_target_property(fmt_include fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
target_include_directories(dep_fmt SYSTEM INTERFACE ${fmt_include})
target_link_libraries(dep_fmt INTERFACE Threads::Threads nlohmann_json::nlohmann_json)

find_package(Boost 1.81 REQUIRED)
add_library(dep_asio INTERFACE)
target_link_libraries(dep_asio INTERFACE Boost::headers Threads::Threads)

if(NOT SLOTH_CORE_ONLY)
  find_package(CLI11 REQUIRED)
  # Only loopback and Unix sockets are spoken so far, so the build without TLS does.
  pkg_check_modules(GRPC REQUIRED grpc++_unsecure protobuf)
  add_library(dep_grpc INTERFACE)
  set(archives "")
  # The package's list leaves two of its own archives out.
  foreach(lib ${GRPC_STATIC_LIBRARIES} address_sorting upb)
    find_library(grpc_archive_${lib} NAMES lib${lib}.a)
    if(grpc_archive_${lib})
      list(APPEND archives ${grpc_archive_${lib}})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES archives)
  target_link_libraries(dep_grpc INTERFACE -Wl,--start-group ${archives} -Wl,--end-group z cares
                                             Threads::Threads dl rt m)
endif()
