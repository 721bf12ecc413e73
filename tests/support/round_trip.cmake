# SPDX-License-Identifier: MIT
# cmake -P round_trip.cmake <05_fit_csv> <folder> <file> <other file> <argument of fit>...
# Fits and saves, loads and scores the other file, which has the same samples: the log-likelihood must
# be the fit's to the ten digits printed. Then draws samples, which must be scored as well.
cmake_minimum_required(VERSION 3.21)

set(program "${CMAKE_ARGV3}")
set(folder "${CMAKE_ARGV4}")
set(model "${folder}/model.txt")
set(arguments "")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE 7 ${last})
  list(APPEND arguments "${CMAKE_ARGV${i}}")
endforeach()

# run(<variable for what it says> <argument>...)
function(run result)
  execute_process(
    COMMAND "${program}" ${ARGN} --output "${folder}"
    OUTPUT_VARIABLE output
    RESULT_VARIABLE status)
  message(STATUS "${output}")
  if(NOT status STREQUAL "0")
    message(FATAL_ERROR "exit code ${status} of ${ARGN}")
  endif()
  set(${result}
      "${output}"
      PARENT_SCOPE)
endfunction()

# Of a fit in other units the last is the one in those of the file.
function(log_likelihood result output)
  string(REGEX MATCHALL "log-likelihood[a-z :]* (-?[0-9.]+)" all "${output}")
  list(POP_BACK all found)
  string(REGEX REPLACE ".* " "" found "${found}")
  set(${result}
      "${found}"
      PARENT_SCOPE)
endfunction()

file(MAKE_DIRECTORY "${folder}")
run(fit "${CMAKE_ARGV5}" ${arguments} --save "${model}")
run(score score "${CMAKE_ARGV6}" --load "${model}")
log_likelihood(of_fit "${fit}")
log_likelihood(of_score "${score}")
if(of_fit STREQUAL "" OR NOT of_fit STREQUAL of_score)
  message(FATAL_ERROR "log-likelihood of the fit: ${of_fit}, of the mixture loaded: ${of_score}")
endif()

run(classify classify "${CMAKE_ARGV6}" --load "${model}")
run(sample sample 123 --load "${model}" --seed 7)
run(score score "${folder}/samples.csv" --load "${model}")
if(NOT score MATCHES "^123 rows")
  message(FATAL_ERROR "123 samples were drawn")
endif()
