// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_GNUPLOT_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_GNUPLOT_HPP

// Pictures through the program gnuplot. Without it an example says so and goes on.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include <Eigen/Core>

#include "places.hpp"

namespace gnuplot {

#if defined(_WIN32)
inline constexpr const char* silently = " > NUL 2>&1";
#else
inline constexpr const char* silently = " > /dev/null 2>&1";
#endif

inline bool is_installed() {
  static const bool found = std::system((std::string("gnuplot --version") + silently).c_str()) == 0;
  return found;
}

/// Any text as a string of gnuplot's language.
inline std::string quoted(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("''") : std::string(1, c);
  return word + "'";
}

/// One picture: a script that carries its data, NAME.gp, and what gnuplot makes of it, NAME.png.
class Figure {
 public:
  explicit Figure(std::string name, int width = 1000, int height = 720) : name_(std::move(name)) {
    script_.precision(10);  // resolves every colour and far more than a pixel
    script_ << "set terminal pngcairo noenhanced size " << width << "," << height
            << " font 'DejaVu Sans,16' linewidth 2 background '#ffffff'\n"
            << "set output '" << name_ << ".png'\n"
            << "set border 3 linecolor '#4a5568' linewidth 0.6\n"
            << "set tics nomirror out scale 0.6 textcolor '#2d3748'\n"
            << "set grid linecolor '#e2e8f0' linetype 1 linewidth 0.5\n"
            << "set format '%g'\n"
            << "set key below center horizontal Left reverse font ',14' height 0.6 samplen 1.6 "
               "textcolor '#2d3748'\n";
  }

  /// The script, to be added to.
  std::ostream& script() { return script_; }

  /// Makes a matrix known to the script as $name, one line per column of the matrix.
  void add_data(const std::string& name, const Eigen::MatrixXd& columns) {
    script_ << '$' << name << " << END\n";
    for (Eigen::Index n = 0; n < columns.cols(); ++n) script_ << columns.col(n).transpose() << '\n';
    script_ << "END\n";
  }

  /// Writes the script, runs it, and says on standard output what there is now.
  void draw() const {
    const std::filesystem::path directory = places::output_directory();
    const std::filesystem::path script = directory / (name_ + ".gp");
    if (!(std::ofstream(script) << script_.str() << std::flush)) {
      throw std::runtime_error(script.string() + ": cannot be written");
    }
    if (!is_installed()) {
      std::cout << "no picture: gnuplot is not installed; its script is " << script.string()
                << '\n';
      return;
    }
    const std::string command = "cd " + shell_word(directory) + " && gnuplot " + name_ + ".gp";
    if (std::system(command.c_str()) != 0) {
      std::cout << "no picture: gnuplot failed on " << script.string() << '\n';
    } else {
      std::cout << "picture: " << (directory / (name_ + ".png")).string() << '\n';
    }
  }

 private:
  /// The path as one word for the shell, whatever is in it.
  static std::string shell_word(const std::filesystem::path& path) {
#if defined(_WIN32)
    return '"' + path.string() + '"';
#else
    std::string word = "'";
    for (const char c : path.string()) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
#endif
  }

  std::string name_;
  std::ostringstream script_;
};

}  // namespace gnuplot

#endif  // EIGENMIX_EXAMPLES_SUPPORT_GNUPLOT_HPP
