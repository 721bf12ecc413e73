# SPDX-License-Identifier: MIT
# cmake -P check.cmake <source> <compiler> <option>...
# Compiles the source and wants it refused with the sentence after its "// expect: ", shortly; then
# compiles it with EIGENMIX_MENDED defined, which wants no complaint. Where it has a line
# "// flags: ", it is these that are refused, by the first error, and without them there is none.
cmake_minimum_required(VERSION 3.21)

set(command "")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE 4 ${last})
  list(APPEND command "${CMAKE_ARGV${i}}")
endforeach()
set(source "${CMAKE_ARGV3}")

file(STRINGS "${source}" expected REGEX "^// expect: " LIMIT_COUNT 1)
string(REPLACE "// expect: " "" expected "${expected}")
if(expected STREQUAL "")
  message(FATAL_ERROR "${source} has no line '// expect: '")
endif()

file(STRINGS "${source}" flags REGEX "^// flags: " LIMIT_COUNT 1)
string(REPLACE "// flags: " "" flags "${flags}")
separate_arguments(flags)

execute_process(
  COMMAND ${command} -fno-diagnostics-color ${flags} -fsyntax-only "${source}"
  RESULT_VARIABLE status
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output)
string(REGEX MATCHALL "\n" lines "${output}")
list(LENGTH lines line_count)
message(STATUS "${line_count} lines:\n${output}")
if(status EQUAL 0)
  message(FATAL_ERROR "it was accepted")
endif()
string(FIND "${output}" "${expected}" position)
if(position EQUAL -1)
  message(FATAL_ERROR "the message lacks: ${expected}")
endif()
string(REGEX MATCHALL "error:" errors "${output}")
list(LENGTH errors error_count)
if(flags)
  string(REGEX MATCH "error: [^\n]*" first "${output}")
  string(FIND "${first}" "${expected}" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "the first error is another: ${first}")
  endif()
elseif(NOT error_count EQUAL 1)
  message(FATAL_ERROR "${error_count} errors instead of one")
endif()
# A sentence, where it was met, and the calls that led there; what exceeds this is inside Eigen.
if(line_count GREATER 40 AND NOT flags)
  message(FATAL_ERROR "the message has ${line_count} lines, more than 40")
endif()

execute_process(
  COMMAND ${command} -DEIGENMIX_MENDED -fsyntax-only "${source}"
  RESULT_VARIABLE status
  ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "it is refused when mended:\n${output}")
endif()
