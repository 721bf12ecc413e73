// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_OPENCV_HPP
#define EIGENMIX_IO_OPENCV_HPP

#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include <eigenmix/io/dense_components.hpp>
#include <eigenmix/io/file_storage.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What OpenCV's cv::ml::EM keeps (versions 3 and 4).
///
/// Of spherical covariances its predict2 does not give the log density of the numbers it stores: it
/// takes the logarithm of the variance once, not for each dimension (decomposeCovs in
/// modules/ml/src/em.cpp), so that a component's density is too large by variance^((D - 1) / 2);
/// posteriors, and EM itself, go by that. A mixture that is made of them has the right densities.
struct OpencvArrays {
  enum class Type { spherical, diagonal, generic };  ///< its COV_MAT_...

  Type type = Type::generic;
  Eigen::VectorXd weights;  ///< [K]
  Eigen::MatrixXd means;    ///< [K x D]
  Eigen::MatrixXd covs;     ///< [D x D K] dense whatever the type, side by side
};

/// How cv::FileStorage writes a file.
enum class OpencvFormat { yaml, json };

namespace detail {

inline constexpr const char* opencv_types[] = {"spherical", "diagonal", "generic"};

/// The parts of the node that an EM is stored in.
class OpencvNodes {
 public:
  explicit OpencvNodes(std::istream& in) : root_(StorageReader(where, in).read()) {
    const StoredNode* named = root_.find("opencv_ml_em");
    em_ = named != nullptr ? named : &root_;
  }

  OpencvArrays arrays() const {
    OpencvArrays result;
    result.weights = matrix(part(*em_, "weights")).reshaped();
    result.means = matrix(part(*em_, "means"));
    const std::string& type = part(part(*em_, "training_params"), "cov_mat_type").text;
    result.type = type_of(type, part(*em_, "training_params").line);
    const StoredNode& covs = part(*em_, "covs");
    const Index d = result.means.cols(), count = static_cast<Index>(covs.members.size());
    const Index components = result.weights.size();
    check(result.means.rows() == components, part(*em_, "means").line, "rows of means",
          text(result.means.rows()), text(components));
    check(count == components, covs.line, "number of covs", text(count), text(components));
    std::vector<Eigen::MatrixXd> read;
    for (const StoredNode& member : covs.members) {
      read.push_back(matrix(member));
      check(read.back().rows() == d && read.back().cols() == d, member.line, "covs",
            text(Shape{read.back().rows(), read.back().cols()}), text(Shape{d, d}));
    }
    result.covs.resize(d, d * count);
    for (Index k = 0; k < count; ++k) {
      result.covs.middleCols(k * d, d) = read[static_cast<std::size_t>(k)];
    }
    return result;
  }

 private:
  static constexpr const char* where = "read_opencv";

  static void check(bool holds, Index line, const char* what, const std::string& got,
                    const std::string& need) {
    if (!holds) refuse(std::string(where) + ": line " + text(line), what, got, need);
  }

  static const StoredNode& part(const StoredNode& node, const char* name) {
    const StoredNode* found = node.find(name);
    check(found != nullptr, node.line, name, "none", "that of a trained cv::ml::EM");
    return *found;
  }

  static OpencvArrays::Type type_of(const std::string& name, Index line) {
    for (int i = 0; i < 3; ++i) {
      if (name == opencv_types[i]) return static_cast<OpencvArrays::Type>(i);
    }
    refuse(std::string(where) + ": line " + text(line), "cov_mat_type", in_quotes(name),
           "spherical, diagonal or generic");
  }

  static Index count(const StoredNode& node, const char* name) {
    const StoredNode& child = part(node, name);
    Index result = 0;
    check(parse_count(child.text, result), child.line, name, in_quotes(child.text),
          "a number to count with");
    return result;
  }

  /// A cv::Mat of one channel, row by row.
  static Eigen::MatrixXd matrix(const StoredNode& node) {
    const Index rows = count(node, "rows"), cols = count(node, "cols");
    const std::string& kind = part(node, "dt").text;
    check(kind == "d" || kind == "f", node.line, "dt", in_quotes(kind), "d or f");
    const StoredNode& data = part(node, "data");
    const Index size = static_cast<Index>(data.members.size());
    check(rows > 0 && cols > 0 && size % rows == 0 && size / rows == cols, data.line,
          "numbers of the data", text(size), text(Shape{rows, cols}));
    Eigen::MatrixXd result(rows, cols);
    for (Index i = 0; i < size; ++i) {
      const StoredNode& number = data.members[static_cast<std::size_t>(i)];
      check(parse_number(number.text, result(i / cols, i % cols)), number.line, "data",
            in_quotes(number.text), "a finite number");
    }
    return result;
  }

  StoredNode root_;
  const StoredNode* em_;
};

/// Writes the nodes of an EM.
class OpencvWriter {
 public:
  explicit OpencvWriter(OpencvFormat format) : is_json_(format == OpencvFormat::json) {}

  std::string text_of(const OpencvArrays& arrays) {
    const Index d = arrays.means.cols(), components = arrays.weights.size();
    const std::string type = opencv_types[static_cast<std::size_t>(arrays.type)];
    open("opencv_ml_em", "{");
    put("format", "3");
    open("training_params", "{");
    put("nclusters", text(components));
    put("cov_mat_type", is_json_ ? '"' + type + '"' : type);
    put("epsilon", "1e-06");  // its defaults, for a fit that goes on
    put("iterations", "100");
    close("}");
    put_matrix("weights", arrays.weights.transpose());
    put_matrix("means", arrays.means);
    open("covs", "[");
    for (Index k = 0; k < components; ++k) put_matrix("", arrays.covs.middleCols(k * d, d));
    close("]");
    close("}");
    return is_json_ ? "{" + out_ + "\n}\n" : "%YAML:1.0\n---" + out_ + '\n';
  }

 private:
  /// Begins an entry, of a sequence if it has no name.
  void begin(const std::string& name) {
    const std::size_t step = is_json_ ? 4 : 3;
    if (is_json_ && !is_first_) out_ += ',';
    out_ += '\n' + std::string(step * (depth_ + (is_json_ ? 1 : 0)), ' ');
    if (is_json_) {
      if (!name.empty()) out_ += '"' + name + "\": ";
    } else {
      out_ += name.empty() ? "- " : name + ": ";
    }
    is_first_ = false;
  }

  void put(const std::string& name, const std::string& value) {
    begin(name);
    out_ += value;
  }

  void open(const std::string& name, const char* bracket) {
    begin(name);
    if (is_json_) out_ += bracket;
    if (!is_json_) out_.erase(out_.find_last_not_of(' ') + 1);
    ++depth_;
    is_first_ = true;
  }

  void close(const char* bracket) {
    --depth_;
    is_first_ = false;
    if (is_json_) out_ += '\n' + std::string(4 * (depth_ + 1), ' ') + bracket;
  }

  template <class Numbers>
  void put_matrix(const std::string& name, const Numbers& matrix) {
    if (is_json_) {
      open(name, "{");
      put("type_id", "\"opencv-matrix\"");
    } else {
      begin(name);
      out_ += "!!opencv-matrix";
      ++depth_;
    }
    put("rows", text(matrix.rows()));
    put("cols", text(matrix.cols()));
    put("dt", is_json_ ? "\"d\"" : "d");
    std::string data = "[ ";
    for (Index i = 0; i < matrix.size(); ++i) {
      if (i > 0) data += i % 4 == 0 ? ",\n" + std::string(4 * (depth_ + 2), ' ') : ", ";
      data += number_text(double(matrix(i / matrix.cols(), i % matrix.cols())));
    }
    put("data", data + " ]");
    close("}");
  }

  bool is_json_;
  bool is_first_ = true;
  std::size_t depth_ = 0;
  std::string out_;
};

}  // namespace detail

/// Reads what cv::ml::EM::save wrote, as YAML or JSON: of a FileStorage the node opencv_ml_em, or
/// what lies on top. XML and compressed files are not read.
/// \throws std::runtime_error  "read_opencv: line L: what, got X, need Y"
/// \complexity linear in the text, whose numbers it holds as text meanwhile
inline OpencvArrays read_opencv(std::istream& in) { return detail::OpencvNodes(in).arrays(); }

/// Writes OpencvArrays to `out` as cv::ml::EM::load reads them (in Python cv2.ml.EM_load), numbers
/// exact. The stream's format is left alone; the cost is that of the text, which is made first.
/// \throws std::invalid_argument  if shapes do not agree
/// \throws std::runtime_error  if the stream did not take it all
inline void write_opencv(std::ostream& out, const OpencvArrays& arrays,
                         OpencvFormat format = OpencvFormat::yaml) {
  const Index d = arrays.means.cols(), components = arrays.weights.size();
  detail::check_shape("write_opencv", "means", {arrays.means.rows(), d}, {components, d});
  detail::check_shape("write_opencv", "covs", {arrays.covs.rows(), arrays.covs.cols()},
                      {d, d * components});
  const std::string text = detail::OpencvWriter(format).text_of(arrays);
  detail::write_all("write_opencv", out, text);
}

/// A mixture as cv::ml::EM keeps it: generic for families with correlations, spherical for
/// Spherical and EII, unless a dimension of the last fit told nothing, diagonal for others. long
/// double is rounded.
/// \throws std::invalid_argument  if the mixture has a background, which OpenCV does not know
/// \complexity O(K D²)
template <class Scalar, int Dim, class Covariance>
OpencvArrays to_opencv(const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  using Type = OpencvArrays::Type;
  using Layout = typename Covariance::Layout;
  detail::refuse_noise("to_opencv", mixture.noise().weight,
                       "none: OpenCV knows no background; set_noise({}) removes it");
  const auto dense = detail::dense_components("to_opencv", mixture);
  const bool is_sphere =
      Layout::is_isotropic && detail::Access::parameters(mixture).apart.size() == 0;
  const Type flat = is_sphere ? Type::spherical : Type::diagonal;
  return {Layout::is_dense ? Type::generic : flat, dense.weights, dense.means.transpose(),
          dense.covariances};
}

/// The mixture that cv::ml::EM has fitted, of any family and scalar that can hold it.
///
///     auto mixture = from_opencv<GaussianMixture<double>>(read_opencv(file));
///
/// \param arrays  see OpencvArrays
/// \throws std::invalid_argument  if shapes do not agree, and as the constructor of Mixture
/// \complexity as of the constructor
template <class Mixture>
Mixture from_opencv(const OpencvArrays& arrays) {
  const Index d = arrays.means.cols();
  detail::check_shape("from_opencv", "means", {arrays.means.rows(), d}, {arrays.weights.size(), d});
  return detail::mixture_of<Mixture>("from_opencv",
                                     {arrays.weights, arrays.means.transpose(), arrays.covs});
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_OPENCV_HPP
