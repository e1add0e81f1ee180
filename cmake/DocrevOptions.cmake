# Flags of docrev's own code (third-party code is built without them) and the room() helper.

add_library(docrev_options INTERFACE)
target_compile_options(docrev_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wvla -Wstrict-prototypes
    -Wmissing-prototypes -Wundef -Wformat=2 -Werror)
# The standard library's POSIX part is wanted on the host only; firmware rooms do not use it.
if(NOT CMAKE_CROSSCOMPILING)
    target_compile_definitions(docrev_options INTERFACE _GNU_SOURCE)
    if(DOCREV_SANITIZE)
        add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
        add_link_options(-fsanitize=address,undefined)
    endif()
    if(DOCREV_FUZZ)
        add_compile_options(-fsanitize=fuzzer-no-link)
    endif()
endif()

# room(name DEPENDS...): every .c file of the folder becomes library dr_<name>; DEPENDS are rooms of floors below.
function(room name)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c)
    string(REPLACE "-" "_" target dr_${name})
    if(NOT sources)
        add_library(${target} INTERFACE)
        set(scope INTERFACE)
    else()
        add_library(${target} STATIC ${sources})
        set(scope PUBLIC)
        target_link_libraries(${target} PRIVATE docrev_options)
    endif()
    target_include_directories(${target} ${scope} ${CMAKE_CURRENT_SOURCE_DIR})
    foreach(below IN LISTS ARGN)
        target_link_libraries(${target} ${scope} ${below})
    endforeach()
endfunction()
