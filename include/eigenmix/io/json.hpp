// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_JSON_HPP
#define EIGENMIX_IO_JSON_HPP

// Mixtures as JSON, and back to the same bits, by nlohmann/json, 3.9 or newer, which is not part of
// eigenmix:
//
//     nlohmann::json j = mixture;
//     auto again = j.get<GaussianMixture<double>>();
//
// What they have is what the text has, see io/text.hpp, under the same names:
//
//     {"format": "eigenmix-mixture", "version": 1, "scalar": "double", "family": "VVI",
//      "dimension": 2, "weights": [0.25, 0.75], "means": [[0, 3], [2, 3]],
//      "storage": "diagonal", "covariances": [[1, 0.5], [4, 0.5]],
//      "apart": [[1, 0.5]], "noise": {"weight": 0.1, "log_density": -3},
//      "checksum": "0123456789abcdef"}
//
// Numbers of long doubles are texts, because JSON's are doubles here.

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <eigenmix/io/saved.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class Json, class Scalar>
Json json_number(Scalar value) {
  if constexpr (std::numeric_limits<Scalar>::digits <= std::numeric_limits<double>::digits) {
    return Json(double(value));
  } else {
    return Json(number_text(value));
  }
}

template <class Json, class Numbers>
Json json_numbers(const Numbers& numbers) {
  Json result = Json::array();
  for (Index i = 0; i < numbers.size(); ++i) result.push_back(json_number<Json>(numbers(i)));
  return result;
}

template <class Json, class Numbers>
Json json_columns(const Numbers& matrix) {
  Json result = Json::array();
  for (Index k = 0; k < matrix.cols(); ++k) result.push_back(json_numbers<Json>(matrix.col(k)));
  return result;
}

template <class Json, class Scalar>
Json saved_json(const SavedMixture<Scalar>& saved) {
  Json json = {{"format", saved_name},
               {"version", saved_version},
               {"scalar", scalar_name(saved.digits)},
               {"family", saved.family},
               {"dimension", saved.dimension},
               {"weights", json_numbers<Json>(saved.weights)},
               {"means", json_columns<Json>(saved.means)},
               {"storage", storage_name(saved.storage)},
               {"covariances", json_columns<Json>(saved.covariances)}};
  for (Index i = 0; i < saved.apart.size(); ++i) {
    if (!(saved.apart(i) > 0)) continue;
    json["apart"].push_back(Json::array({i, json_number<Json>(saved.apart(i))}));
  }
  if (saved.has_noise_line()) {
    json["noise"] = {{"weight", json_number<Json>(saved.noise_weight)},
                     {"log_density", json_number<Json>(saved.log_noise_density)}};
  }
  json["checksum"] = checksum_of(saved);
  return json;
}

/// Reads one mixture. Places are JSON pointers.
template <class Scalar, class Json>
class JsonReader {
 public:
  using Saved = SavedMixture<Scalar>;

  JsonReader(const Json& json, const Wanted& wanted) : json_(json), wanted_(wanted) {}

  Saved read() {
    if (!json_.is_object()) refuse("from_json", "value", json_.type_name(), "an object");
    read_head();
    const Index d = saved_.dimension;
    saved_.weights = numbers(part("weights"), at("/weights"));
    if (saved_.weights.size() == 0) refuse(at("/weights"), "components", "0", "at least one");
    const Index components = saved_.weights.size();
    saved_.means = columns("means", d);
    check_size(at("/means"), saved_.means.cols(), components);
    saved_.storage = named_storage(at("/storage"), word("storage"));
    saved_.covariances = columns("covariances", storage_size(saved_.storage, d));
    const Index groups = saved_.covariances.cols();
    check_storage(at("/covariances"), {saved_.storage, groups}, components, wanted_, saved_.family);
    read_apart();
    if (json_.contains("noise")) {
      saved_.noise_weight = number(member(json_["noise"], "weight", "/noise"), at("/noise/weight"));
      saved_.log_noise_density =
          number(member(json_["noise"], "log_density", "/noise"), at("/noise/log_density"));
    }
    if (json_.contains("checksum")) verify(at("/checksum"), word("checksum"), saved_);
    return std::move(saved_);
  }

  typename Saved::Places places() const {
    typename Saved::Places result{at("/family"), at("/weights"), at("/means"),
                                  at("/apart"),  at("/noise"),   {}};
    for (std::size_t g = 0; g < json_["covariances"].size(); ++g) {
      result.covariances.push_back(at("/covariances/" + text(g)));
    }
    return result;
  }

 private:
  static std::string at(const std::string& pointer) {
    return pointer.empty() ? "from_json" : "from_json: " + pointer;
  }

  static const Json& member(const Json& json, const char* name, const std::string& pointer) {
    if (!json.is_object() || !json.contains(name)) refuse(at(pointer), name, "none", "one");
    return json[name];
  }
  const Json& part(const char* name) const { return member(json_, name, ""); }

  std::string word(const char* name) const {
    const Json& json = part(name);
    if (!json.is_string()) refuse(at(std::string("/") + name), name, json.type_name(), "a string");
    return json.template get<std::string>();
  }

  static Index count(const Json& json, const std::string& place) {
    Index result = 0;
    const std::string written = json.dump();
    if (!json.is_number_integer() || !parse_count(written, result)) {
      refuse(place, "value", in_quotes(written), "a number to count with");
    }
    return result;
  }

  void read_head() {
    const std::string format = word("format");
    if (format != saved_name) refuse(at("/format"), "value", in_quotes(format), saved_name);
    check_version(at("/version"), count(part("version"), at("/version")));
    saved_.digits = checked_digits(at("/scalar"), word("scalar"), wanted_);
    saved_.family = word("family");
    check_family(at("/family"), saved_.family, wanted_);
    saved_.dimension = count(part("dimension"), at("/dimension"));
    check_dimension(at("/dimension"), saved_.dimension, wanted_);
  }

  static void check_size(const std::string& place, Index size, Index needed) {
    if (size != needed) refuse(place, "values", text(size), text(needed));
  }

  Scalar number(const Json& json, const std::string& place) const {
    Scalar result = 0;
    bool is_read = false;
    if (json.is_string()) {
      is_read = parse_number_as(saved_.digits, json.template get<std::string>(), result);
    } else if (json.is_number()) {
      const double value = json.template get<double>();
      const bool is_float = saved_.digits == std::numeric_limits<float>::digits;
      result = is_float ? Scalar(static_cast<float>(value)) : Scalar(value);
      is_read = std::isfinite(result);
    }
    if (is_read) return result;
    refuse(place, "value", in_quotes(json.dump()),
           std::string("a finite number that a ") + scalar_name(saved_.digits) + " can hold");
  }

  Vector<Scalar> numbers(const Json& json, const std::string& place) const {
    if (!json.is_array()) refuse(place, "value", json.type_name(), "an array of numbers");
    Vector<Scalar> result(static_cast<Index>(json.size()));
    for (std::size_t i = 0; i < json.size(); ++i) {
      result(static_cast<Index>(i)) = number(json[i], place + '/' + text(i));
    }
    return result;
  }

  Matrix<Scalar> columns(const char* name, Index size) const {
    const Json& json = part(name);
    const std::string place = at(std::string("/") + name);
    if (!json.is_array() || json.empty()) refuse(place, "value", json.type_name(), "arrays");
    std::vector<Vector<Scalar>> result;
    for (std::size_t k = 0; k < json.size(); ++k) {
      result.push_back(numbers(json[k], place + '/' + text(k)));
      check_size(place + '/' + text(k), result.back().size(), size);
    }
    return side_by_side(result);
  }

  void read_apart() {
    if (!json_.contains("apart")) return;
    const Json& apart = json_["apart"];
    if (!apart.is_array()) refuse(at("/apart"), "value", apart.type_name(), "an array");
    for (std::size_t i = 0; i < apart.size(); ++i) {
      const std::string place = at("/apart/" + text(i));
      if (!apart[i].is_array() || apart[i].size() != 2) {
        refuse(place, "value", in_quotes(apart[i].dump()), "a dimension and its variance");
      }
      set_saved_apart(place, count(apart[i][0], place), number(apart[i][1], place), saved_);
    }
  }

  const Json& json_;
  Wanted wanted_;
  Saved saved_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

/// Conversions that nlohmann's json looks for, because a mixture is never without components and so
/// has no default constructor.
template <class Scalar, int Dim, class Covariance>
struct nlohmann::adl_serializer<eigenmix::GaussianMixture<Scalar, Dim, Covariance>> {
  using Mixture = eigenmix::GaussianMixture<Scalar, Dim, Covariance>;

  /// `json j = mixture;` writes what `get` reads back to the same bits. O(K Dim²) for dense
  /// families; throws nothing of its own.
  template <class Json>
  static void to_json(Json& json, const Mixture& mixture) {
    json = eigenmix::detail::saved_json<Json>(eigenmix::detail::saved_parts(mixture));
  }

  /// `j.get<Mixture>()`: families, dimensions and scalars as eigenmix::load takes them, at the cost
  /// of a mixture's constructor.
  /// \throws std::runtime_error  "from_json: /pointer: what, got X, need Y"
  template <class Json>
  static Mixture from_json(const Json& json) {
    eigenmix::detail::JsonReader<Scalar, Json> reader(json, eigenmix::detail::wanted<Mixture>());
    const auto saved = reader.read();
    return eigenmix::detail::restored<Mixture>(saved, reader.places());
  }
};

#endif  // EIGENMIX_IO_JSON_HPP
