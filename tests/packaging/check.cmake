# SPDX-License-Identifier: MIT
# cmake -D CASE=<case> -D <variable>=<value>... -P check.cmake: one way to get hold of the library,
# tried out in WORK_DIR/<case>.
cmake_minimum_required(VERSION 3.21)

set(here "${WORK_DIR}/${CASE}")
set(prefix "${WORK_DIR}/installed")
set(consumer_dir "${CMAKE_CURRENT_LIST_DIR}/consumer")
separate_arguments(flags NATIVE_COMMAND "${CXX_FLAGS}")
list(APPEND flags -std=c++${CXX_STANDARD})
list(GET EIGEN_INCLUDE_DIR 0 eigen_include_dir)
file(REMOVE_RECURSE "${here}")
file(MAKE_DIRECTORY "${here}")

# Runs a command; anything but success ends the test.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Runs a command that must fail and say `text`.
function(run_refused text)
  execute_process(
    COMMAND ${ARGN} COMMAND_ECHO STDOUT
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  message(STATUS "${output}")
  if(status EQUAL 0)
    message(FATAL_ERROR "this should have been refused")
  endif()
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  string(FIND "${output}" "${text}" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "the message lacks: ${text}")
  endif()
endfunction()

# An Eigen package of a given version in `dir`, with the headers of the one at hand. Like Eigen's
# own it takes a wanted version of its major number only.
function(write_eigen_package version dir)
  string(REGEX MATCH "^[0-9]+" major "${version}")
  file(WRITE "${dir}/Eigen3Config.cmake" "
add_library(Eigen3::Eigen INTERFACE IMPORTED)
target_include_directories(Eigen3::Eigen INTERFACE \"${eigen_include_dir}\")
")
  file(WRITE "${dir}/Eigen3ConfigVersion.cmake" "
set(PACKAGE_VERSION ${version})
if(NOT PACKAGE_FIND_VERSION OR PACKAGE_FIND_VERSION_MAJOR EQUAL ${major})
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
")
endfunction()

if(NOT EIGEN_DIR)  # the Eigen at hand was downloaded
  set(EIGEN_DIR "${here}/eigen-3.4")
  write_eigen_package(3.4.0 "${EIGEN_DIR}")
endif()
set(configure "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}"
              "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}")
set(with_eigen "-DEigen3_DIR=${EIGEN_DIR}")
set(configure_consumer ${configure} -S "${consumer_dir}")
set(from_source "-DEIGENMIX_SOURCE_DIR=${SOURCE_DIR}" -DHOW=add_subdirectory)
set(from_installed "-Deigenmix_DIR=${prefix}/share/cmake/eigenmix" -DHOW=find_package
                   -DWANTED_VERSION=0.2)

# Configures, builds and runs the consumer in `here`/<name>.
function(use name)
  run(${configure_consumer} -B "${here}/${name}" ${ARGN})
  run("${CMAKE_COMMAND}" --build "${here}/${name}" --config Debug)
  find_program(consumer consumer PATHS "${here}/${name}" "${here}/${name}/Debug"
               NO_DEFAULT_PATH NO_CACHE REQUIRED)
  run("${consumer}")
endfunction()

# Compiles one file with the compiler alone and runs it.
function(compile_and_run source)
  run("${CXX}" ${flags} ${ARGN} "${source}" -o "${here}/program")
  execute_process(COMMAND "${here}/program" WORKING_DIRECTORY "${here}"
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Installs into `to`, which is not the prefix it was configured for: an installed tree can be moved.
function(install_to to)
  run(${configure} -S "${SOURCE_DIR}" -B "${here}/build" ${with_eigen} ${ARGN}
      "-DCMAKE_INSTALL_PREFIX=${here}/elsewhere" -DEIGENMIX_BUILD_TESTS=OFF
      -DEIGENMIX_BUILD_EXAMPLES=OFF)
  file(REMOVE_RECURSE "${to}")
  run("${CMAKE_COMMAND}" --install "${here}/build" --prefix "${to}")
endfunction()

if(CASE STREQUAL "add_subdirectory")
  use(consumer ${with_eigen} ${from_source})
elseif(CASE STREQUAL "fetch_content")
  use(consumer ${with_eigen} -DHOW=fetch_content
      "-DFETCHCONTENT_SOURCE_DIR_EIGENMIX=${SOURCE_DIR}")
elseif(CASE STREQUAL "install")
  install_to("${prefix}")
elseif(CASE STREQUAL "find_package")
  use(consumer ${with_eigen} ${from_installed})
elseif(CASE STREQUAL "refused_version")
  foreach(version IN ITEMS 0.1 0.3 1.0)
    run_refused("compatible with requested version \"${version}\"" ${configure_consumer} -B
                "${here}/${version}" ${with_eigen} ${from_installed} -DWANTED_VERSION=${version})
  endforeach()
elseif(CASE STREQUAL "absolute_includedir")
  # Below the prefix it is configured for: elsewhere CMake refuses an include directory that lies in
  # the source tree, as this one does with a build directory there.
  set(includedir "${here}/elsewhere/headers of all")
  install_to("${here}/prefix" "-DCMAKE_INSTALL_INCLUDEDIR=${includedir}")
  file(READ "${here}/prefix/share/pkgconfig/eigenmix.pc" pc)
  string(FIND "${pc}" "\nincludedir=${includedir}\n" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "eigenmix.pc lost the absolute include directory:\n${pc}")
  endif()
  set(prefix "${here}/prefix")
  use(consumer ${with_eigen} ${from_installed}
      "-Deigenmix_DIR=${prefix}/share/cmake/eigenmix")
elseif(CASE STREQUAL "eigen_5")
  write_eigen_package(5.0.1 "${here}/eigen")
  foreach(how IN ITEMS from_source from_installed)
    use(${how} "-DEigen3_DIR=${here}/eigen" ${${how}})
    # A package that is not wanted is passed over for another on the machine.
    file(STRINGS "${here}/${how}/CMakeCache.txt" eigen_used REGEX "^Eigen3_DIR:")
    if(NOT eigen_used MATCHES "=${here}/eigen$")
      message(FATAL_ERROR "Eigen 5 was not used but ${eigen_used}")
    endif()
  endforeach()
elseif(CASE STREQUAL "eigen_3_3")
  write_eigen_package(3.3.9 "${here}/eigen")
  foreach(how IN ITEMS from_source from_installed)
    run_refused("eigenmix needs Eigen 3.4 or newer; found 3.3.9 in ${here}/eigen"
                ${configure_consumer} -B "${here}/${how}" "-DEigen3_DIR=${here}/eigen" ${${how}})
  endforeach()
elseif(CASE STREQUAL "eigen_downloaded")
  # The download itself is left out: its result is put where it would be.
  use(consumer ${from_source} -DCMAKE_DISABLE_FIND_PACKAGE_Eigen3=ON
      "-DFETCHCONTENT_SOURCE_DIR_EIGEN3=${eigen_include_dir}")
elseif(CASE STREQUAL "include_path")
  compile_and_run("${consumer_dir}/main.cpp" "-I${SOURCE_DIR}/include" "-I${eigen_include_dir}")
elseif(CASE STREQUAL "instantiated")
  # The engine comes from mixtures.cpp alone: without it main.cpp, which only declares it, is short
  # of it.
  set(program "${CMAKE_CURRENT_LIST_DIR}/instantiated")
  set(paths "-I${SOURCE_DIR}/include" "-I${eigen_include_dir}")
  run_refused("run_em" "${CXX}" ${flags} ${paths} "${program}/main.cpp" -o "${here}/short")
  compile_and_run("${program}/main.cpp" ${paths} "${program}/mixtures.cpp")
elseif(CASE STREQUAL "pkg_config")
  set(pkg_config "${CMAKE_COMMAND}" -E env "PKG_CONFIG_PATH=${prefix}/share/pkgconfig"
                 "${PKG_CONFIG}")
  run(${pkg_config} --exact-version=${VERSION} eigenmix)
  execute_process(COMMAND ${pkg_config} --cflags eigenmix OUTPUT_VARIABLE cflags
                  COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(cflags NATIVE_COMMAND "${cflags}")
  compile_and_run("${consumer_dir}/main.cpp" ${cflags})
elseif(CASE STREQUAL "readme")
  # The first program of the README, as it stands; examples/readme.cpp is the same.
  file(READ "${SOURCE_DIR}/README.md" text)
  set(fence "\n```cpp")
  string(FIND "${text}" "${fence}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "README.md has no C++ block")
  endif()
  string(LENGTH "${fence}" length)
  math(EXPR begin "${begin} + ${length}")
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "\n```" end)
  string(SUBSTRING "${text}" 0 ${end} text)
  if(NOT text MATCHES "int main")
    message(FATAL_ERROR "the first C++ block of README.md is no program:\n${text}")
  endif()
  string(STRIP "${text}" text)
  file(READ "${SOURCE_DIR}/examples/readme.cpp" example)
  string(FIND "${example}" "${text}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "the first C++ block of README.md is not the text of examples/readme.cpp")
  endif()
  file(WRITE "${here}/readme.cpp" "${text}\n")
  compile_and_run("${here}/readme.cpp" "-I${SOURCE_DIR}/include" "-I${eigen_include_dir}")
else()
  message(FATAL_ERROR "unknown case ${CASE}")
endif()
