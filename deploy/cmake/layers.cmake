# A layer is one static library whose headers are seen as <layer>/name.h by those who link it and
# by nobody else: build/include/<layer>/<prefix> is a link to the layer's folder.
#
#   aktenwerk_layer(NAME storage PREFIX storage SOURCES ${sources} LINK RocksDB::rocksdb)
#
# PUBLIC_LINK names what the layer's headers show; LINK what only its sources use. A layer without
# sources shows headers only.
function(aktenwerk_layer)
  cmake_parse_arguments(LAYER "" "NAME;PREFIX" "SOURCES;PUBLIC_LINK;LINK" ${ARGN})
  set(root ${CMAKE_BINARY_DIR}/include/${LAYER_NAME})
  get_filename_component(parent ${root}/${LAYER_PREFIX} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${LAYER_PREFIX} SYMBOLIC)
  if(LAYER_SOURCES)
    add_library(aktenwerk_${LAYER_NAME} STATIC ${LAYER_SOURCES})
    target_include_directories(aktenwerk_${LAYER_NAME} PUBLIC ${root})
    target_link_libraries(aktenwerk_${LAYER_NAME}
      PUBLIC ${LAYER_PUBLIC_LINK} PRIVATE ${LAYER_LINK})
  else()
    add_library(aktenwerk_${LAYER_NAME} INTERFACE)
    target_include_directories(aktenwerk_${LAYER_NAME} INTERFACE ${root})
    target_link_libraries(aktenwerk_${LAYER_NAME} INTERFACE ${LAYER_PUBLIC_LINK})
  endif()
endfunction()

# add_subdirectory for a folder of the source tree, where it has a CMakeLists.txt.
function(aktenwerk_add_existing folder)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
    add_subdirectory(${folder})
  endif()
endfunction()
