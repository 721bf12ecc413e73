# SPDX-License-Identifier: MIT
# cmake -P expect_failure.cmake <exit code> <text> <program> <argument>...
# Runs the program and wants this exit code, and this text on its error stream.
cmake_minimum_required(VERSION 3.21)

set(command "")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE 5 ${last})
  list(APPEND command "${CMAKE_ARGV${i}}")
endforeach()
execute_process(
  COMMAND ${command}
  RESULT_VARIABLE status
  ERROR_VARIABLE errors)
message(STATUS "exit code ${status}\n${errors}")
string(FIND "${errors}" "${CMAKE_ARGV4}" position)
if(NOT status STREQUAL "${CMAKE_ARGV3}" OR position EQUAL -1)
  message(FATAL_ERROR "needed exit code ${CMAKE_ARGV3} and: ${CMAKE_ARGV4}")
endif()
