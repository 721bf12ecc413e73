// SPDX-License-Identifier: MIT
//
// A mixture kept in a file, and the same mixture, to the last bit, from the file.

#include <fstream>
#include <iostream>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/io/text.hpp>

#include "support/csv.hpp"
#include "support/places.hpp"

using Mixture = eigenmix::GaussianMixture<double>;

int main() try {
  const auto eruptions = csv::read(places::data("faithful.csv"));
  auto mixture = eigenmix::initialize<Mixture>(eruptions.samples, 2);
  mixture.fit(eruptions.samples);

  const auto path = places::output_directory() / "faithful.mixture";
  std::ofstream out(path);
  eigenmix::save(out, mixture);
  out.close();

  std::ifstream in(path);
  const auto again = eigenmix::load<Mixture>(in);
  std::cout << again << (again == mixture ? "the same to the last bit\n" : "another mixture\n")
            << "kept in " << path.string() << '\n';
  return again == mixture ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "11_save_and_load: " << error.what() << '\n';
  return 1;
}
