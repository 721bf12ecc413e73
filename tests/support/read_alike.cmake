# SPDX-License-Identifier: MIT
# cmake -P read_alike.cmake <05_fit_csv> <folder> <file> <other file> <argument for the other>...
# Both must be read as the same table: one component fitted has the same parameters.csv.
cmake_minimum_required(VERSION 3.21)

set(arguments "")
math(EXPR last "${CMAKE_ARGC} - 1")
if(last GREATER 6)
  foreach(i RANGE 7 ${last})
    list(APPEND arguments "${CMAKE_ARGV${i}}")
  endforeach()
endif()

set(one --components 1 --output)
execute_process(COMMAND "${CMAKE_ARGV3}" "${CMAKE_ARGV5}" ${one} "${CMAKE_ARGV4}/plain"
                        COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_ARGV3}" "${CMAKE_ARGV6}" ${one} "${CMAKE_ARGV4}/other" ${arguments}
                        COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files "${CMAKE_ARGV4}/plain/parameters.csv"
                        "${CMAKE_ARGV4}/other/parameters.csv" COMMAND_ERROR_IS_FATAL ANY)
