// SPDX-License-Identifier: MIT

// NumPy's files, as NumPy wrote them (data/make_npy.py), and what is no such file.

#include <string>

#include <sys/stat.h>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/temporary_folder.hpp>

#include <eigenmix/out_of_core/files.hpp>

namespace {

using eigenmix::Index;
using eigenmix_tests::bytes_of;
using eigenmix_tests::Matrix;
using eigenmix_tests::TemporaryFolder;
using eigenmix_tests::write_bytes;
namespace out_of_core = eigenmix::out_of_core;

std::string data(const std::string& name) {
  return EIGENMIX_TESTS_DIR "/data/npy_" + name + ".npy";
}

/// All samples, since they are few.
template <class Scalar>
Matrix<Scalar> all_of(const out_of_core::Source<Scalar>& source) {
  return source.template stand_in<Scalar, Eigen::Dynamic>("test").x;
}

template <class Scalar>
Matrix<Scalar> expected() {
  Matrix<Scalar> x(3, 5);
  for (Index n = 0; n < 5; ++n) {
    for (Index i = 0; i < 3; ++i) x(i, n) = Scalar(n) + Scalar(i) / 8;
  }
  return x;
}

/// What is thrown when a file of these bytes is opened, or "" if nothing is.
template <class Scalar = double>
std::string fault_of(const std::string& path) {
  try {
    out_of_core::npy_file<Scalar>(path);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

/// A file of version 1.0 with such a header.
std::string file_of(const std::string& header, Index numbers = 0) {
  std::string bytes = "\x93NUMPY";
  bytes += {1, 0, static_cast<char>(header.size()), 0};
  return bytes + header + std::string(static_cast<std::size_t>(numbers * 8), '\0');
}

}  // namespace

TEST_CASE("every way that NumPy writes floating-point numbers is read", "[npy]") {
  for (const char* name : {"v1", "v2", "v3", "c_little_4", "c_little_8", "c_big_4", "c_big_8",
                           "f_little_4", "f_little_8", "f_big_4", "f_big_8"}) {
    CAPTURE(name);
    const auto source = out_of_core::npy_file<double>(data(name));
    CHECK(source.dimension() == 3);
    CHECK(source.count() == 5);
    CHECK(all_of(source) == expected<double>());
  }
  for (const char* name : {"c_little_4", "c_big_4", "f_little_4", "f_big_4"}) {
    CAPTURE(name);
    CHECK(all_of(out_of_core::npy_file<float>(data(name))) == expected<float>());
  }
  CHECK(all_of(out_of_core::npy_file<long double>(data("f_big_8"))) == expected<long double>());
  CHECK(out_of_core::npy_file<double>(data("none")).count() == 0);
}

TEST_CASE("blocks of an array of Fortran's order are its samples, too", "[npy]") {
  for (const char* name : {"v1", "f_big_4"}) {
    const auto source = out_of_core::npy_file<double>(data(name)).read_by({48, true});
    CHECK(all_of(source) == expected<double>());
  }
}

TEST_CASE("headers as other programs write them are read", "[npy]") {
  const TemporaryFolder folder;
  for (const char* header :
       {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)}",
        "{\"shape\":(2,3),\"descr\":\"<f8\",\"fortran_order\":False}",
        "{'shape': (2L, 3L), 'fortran_order': False, 'descr': '=f8',   } \n",
        "  {\n'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , }\n"}) {
    CAPTURE(header);
    write_bytes(folder / "x.npy", file_of(header, 6));
    CHECK(fault_of(folder / "x.npy").empty());
  }
}

TEST_CASE("arrays of another type or shape are refused by name and place", "[npy]") {
  struct Case {
    const char *name, *at, *what;
  };
  for (const Case& c :
       {Case{"whole", "byte 20", "type of the numbers, got '<i4', need '<f4', '<f8'"},
        Case{"half", "byte 20", "type of the numbers, got '<f2'"},
        Case{"record", "byte 20", "type of the numbers, got '[('a', '<f8'), ('b', '<f8')]'"},
        Case{"flat", "byte 60", "dimensions of the array, got 1, need two"},
        Case{"cube", "byte 60", "dimensions of the array, got 3, need two"},
        Case{"thin", "byte 60", "shape, got 5 x 0, need at least one dimension"}}) {
    const std::string text = fault_of(data(c.name));
    CAPTURE(c.name, text);
    CHECK(text.rfind("out_of_core: '" + data(c.name) + "' at " + c.at + ": " + c.what, 0) == 0);
  }
  const std::string wide = fault_of<float>(data("v1"));
  CAPTURE(wide);
  CHECK(wide.find("at byte 20: type of the numbers, got '<f8', need '<f4' or '>f4'") !=
        std::string::npos);
}

TEST_CASE("a file that was cut, or is longer than it says, is refused", "[npy]") {
  const TemporaryFolder folder;
  const std::string whole = bytes_of(data("v1"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_bytes(folder / "x.npy", whole.substr(0, size));
    CAPTURE(size);
    CHECK(fault_of(folder / "x.npy").rfind("out_of_core: '" + folder / "x.npy", 0) == 0);
  }
  write_bytes(folder / "x.npy", whole.substr(0, 200));
  CHECK(fault_of(folder / "x.npy")
            .find("at byte 128: bytes of numbers, got 72, need those of 5 x "
                  "3 numbers of 8") != std::string::npos);
  write_bytes(folder / "x.npy", whole + "more");
  CHECK(fault_of(folder / "x.npy").find("at byte 128: bytes of numbers, got 124") !=
        std::string::npos);
}

TEST_CASE("a header that would fill the memory is not read", "[npy]") {
  const TemporaryFolder folder;
  std::string bytes = "\x93NUMPY";
  bytes += {2, 0, 0, 0, 0, static_cast<char>(0xF0)};  // 15 * 2^28 bytes, of a file with a hole
  write_bytes(folder / "x.npy", bytes);
  std::filesystem::resize_file(folder / "x.npy", std::uintmax_t(1) << 32);
  CHECK(fault_of(folder / "x.npy") ==
        "out_of_core: '" + folder / "x.npy" +
            "' at byte 8: length of the header, got 4026531840, need 1048576 bytes at most, of "
            "which an array of numbers has some hundred");
}

TEST_CASE("what is no file of NumPy's is refused where it ceases to be one", "[npy]") {
  struct Case {
    std::string bytes;
    const char* what;
  };
  std::string of_version_4 = file_of("{}");
  of_version_4[6] = 4;
  const TemporaryFolder folder;
  const std::string head = "{'descr': '<f8', 'fortran_order': False, ";
  for (const Case& c :
       {Case{"not an array at all", "byte 0: first bytes, got 'not an'"},
        Case{of_version_4, "byte 6: version of .npy, got 4.0, need 1.0, 2.0 or 3.0"},
        Case{file_of(""), "byte 10: header of .npy, got the end of the header"},
        Case{file_of("{}"), "byte 12: header of .npy, got a header that lacks one"},
        Case{file_of("{'descr' '<f8'"), "byte 19: header of .npy, got ''<f8'', need a colon"},
        Case{file_of("{'descr: 1}"), "byte 11: header of .npy, got ''descr: 1}', need a word"},
        Case{file_of("{'colour': 1}"), "header of .npy, got 'colour', need 'descr'"},
        Case{file_of("{'descr': [('a', '<f8'"), "need a type of numbers"},
        Case{file_of("{'fortran_order': 1}"), "got '1}', need True or False"},
        Case{file_of(head + "'shape': (2, x)}"), "got 'x)}', need a number to count with"},
        Case{file_of(head + "'shape': (2, -3)}"), "got '-3)}', need a number to count with"},
        Case{file_of(head + "'shape': (99999999999999999999, 3)}"), "need a number to count with"},
        Case{file_of(head + "'shape': (9223372036854775807, 9223372036854775807)}"),
             "bytes of numbers, got 0"},
        Case{file_of(head + "'shape': (0, 2305843009213693952)}"),
             "shape, got 0 x 2305843009213693952, need at least one dimension, and 2^31 at most"},
        Case{file_of(head + "'shape': (2 3)}"), "got '3)}', need a comma or closing parenthesis"},
        Case{file_of(head + "'shape': (2, 3)"), "need a comma or closing brace"}}) {
    write_bytes(folder / "x.npy", c.bytes);
    const std::string text = fault_of(folder / "x.npy");
    CAPTURE(c.bytes, text);
    CHECK(text.rfind("out_of_core: '" + folder / "x.npy" + "' at byte ", 0) == 0);
    CHECK(text.find(c.what) != std::string::npos);
  }
}

TEST_CASE("a file that cannot be opened is refused by name", "[npy]") {
  const TemporaryFolder folder;
  CHECK(fault_of(folder / "none.npy") ==
        "out_of_core: '" + folder / "none.npy" +
            "': file, got No such file or directory, need one that can be opened");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(fault_of(folder / "pipe") == "out_of_core: '" + folder / "pipe" +
                                         "': file, got a directory, pipe or device, need a plain "
                                         "file");
  CHECK(fault_of(folder.path()) ==
        "out_of_core: '" + folder.path() +
            "': file, got a directory, pipe or device, need a plain file");
}
