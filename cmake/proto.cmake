# proto/**.proto -> the library dep_proto, headers under "sloth/v1/".
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
set(generated ${CMAKE_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${generated})
file(GLOB_RECURSE protos CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/proto/*.proto)
set(proto_sources "")
foreach(proto ${protos})
  file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR}/proto ${proto})
  string(REGEX REPLACE "\\.proto$" "" stem ${relative})
  set(outputs ${generated}/${stem}.pb.cc ${generated}/${stem}.grpc.pb.cc)
  add_custom_command(
    OUTPUT ${outputs} ${generated}/${stem}.pb.h ${generated}/${stem}.grpc.pb.h
    COMMAND ${PROTOC} -I${CMAKE_SOURCE_DIR}/proto --cpp_out=${generated} --grpc_out=${generated}
            --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} ${proto}
    DEPENDS ${protos}
    VERBATIM)
  list(APPEND proto_sources ${outputs})
endforeach()
add_library(dep_proto STATIC ${proto_sources})
target_include_directories(dep_proto SYSTEM PUBLIC ${generated})
target_link_libraries(dep_proto PUBLIC dep_grpc)
