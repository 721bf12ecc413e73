// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_RESAMPLING_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_RESAMPLING_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/random.hpp>
#include <eigenmix/samples/any_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Where the samples of a bootstrap's replicates come from.
enum class Resampling {
  nonparametric,        ///< the samples, drawn with repetition (Efron 1979)
  parametric,           ///< the fitted mixture: right if the model is
  weighted_likelihood,  ///< the samples, weighted by exponential numbers (Newton & Raftery 1994):
                        ///< none is left out, so that small components stay
};

/// The name of a way of resampling.
inline const char* to_string(Resampling resampling) {
  switch (resampling) {
    case Resampling::nonparametric: return "nonparametric";
    case Resampling::parametric: return "parametric";
    case Resampling::weighted_likelihood: return "weighted_likelihood";
  }
  return "unknown";
}

namespace detail {

/// Exponential, of mean 1.
template <class Generator>
double draw_exponential(Generator& generator) {
  return -std::log1p(-random::uniform(generator));
}

/// Gamma, of mean and variance `shape` > 0, the sum of so many exponential numbers: Marsaglia &
/// Tsang 2000, ACM Trans. Math. Softw. 26.
template <class Generator>
double draw_gamma(double shape, Generator& generator) {
  if (shape == 1) return draw_exponential(generator);
  double power = 1;
  if (shape < 1) {
    power = std::exp(-draw_exponential(generator) / shape);  // u^(1 / shape)
    shape += 1;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  random::Normal normal;
  for (;;) {
    const double z = normal(generator), root = 1 + c * z;
    if (!(root > 0)) continue;
    const double v = root * root * root;
    if (draw_exponential(generator) > d * v - d - d * std::log(v) - z * z / 2) return power * d * v;
  }
}

/// How many of n trials succeed, each with probability p: where many, the trial in the middle is
/// drawn of those in ascending order, which says of half of them whether they do (Ahrens & Dieter
/// 1974, Computing 12). O(log n).
template <class Generator>
Index draw_binomial(Index n, double p, Generator& generator) {
  constexpr Index few = 16;
  Index successes = 0;
  while (n > few) {
    const Index middle = 1 + n / 2;
    const double below = draw_gamma(double(middle), generator);
    const double place = below / (below + draw_gamma(double(n + 1 - middle), generator));
    if (place <= p) {
      successes += middle;
      p = std::min((p - place) / (1 - place), 1.0);
      n -= middle;
    } else {
      p /= place;
      n = middle - 1;
    }
  }
  for (; n > 0; --n) successes += random::uniform(generator) < p ? 1 : 0;
  return successes;
}

/// What a bootstrap draws from: a copy of the samples, and what each counts.
template <class Scalar, int Dim>
class ResampledData {
 public:
  /// \param samples  with weights as fits use them: importances brought to Kish's size
  ResampledData(const AnySamples<Scalar, Dim>& samples, WeightMeaning meaning)
      : x_(samples.dimension(), samples.count()),
        weights_(samples.count()),
        is_unit_(samples.is_unit()),
        meaning_(meaning) {
    for (Index n = 0; n < samples.count(); ++n) {
      weights_(n) = double(samples.weight(n));
      total_ += weights_(n);
      sums_.push_back(total_);
      if (weights_(n) > 0) last_ = n;
      for (Index i = 0; i < samples.dimension(); ++i) {
        // What has no weight may hold anything.
        x_(i, n) = samples.value(i, weights_(n) > 0 ? n : samples.first_positive());
      }
    }
  }

  const Matrix<Scalar, Dim>& x() const { return x_; }

  /// How many samples there are, whatever their weights are the sum of.
  Index size() const { return std::max<Index>(1, Index(std::llround(std::min(total_, 0x1p62)))); }

  /// [N] how often each is drawn. Counted samples are drawn as their copies would be, those of
  /// unequal importance as rows, which keep it.
  template <class Generator>
  Vector<Scalar> draw_copies(Generator& generator) const {
    Vector<double> copies;
    set_zero(copies, x_.cols());
    const bool are_copies = !is_unit_ && meaning_ == WeightMeaning::count;
    constexpr Index few_each = 32;  // then one by one is faster than a binomial number a row
    if (are_copies && size() / few_each > x_.cols()) {
      draw_multinomial(generator, copies);
    } else if (are_copies) {
      for (Index m = 0; m < size(); ++m) copies(draw_copy(generator)) += 1;
    } else {
      for (Index m = 0; m < x_.cols(); ++m) {
        copies(random::uniform_index(generator, x_.cols())) += 1;
      }
      for (Index n = 0; n < x_.cols(); ++n) copies(n) *= weights_(n);
    }
    return copies.template cast<Scalar>();
  }

  /// [N] weights of mean one, or of the mean that the samples' have: those of Dirichlet's
  /// distribution, in which a count is the number of its copies' exponential numbers.
  template <class Generator>
  Vector<Scalar> draw_weights(Generator& generator) const {
    Vector<double> drawn(x_.cols());
    double sum = 0;
    for (Index n = 0; n < x_.cols(); ++n) {
      const bool are_copies = meaning_ == WeightMeaning::count && weights_(n) > 0;
      drawn(n) = are_copies ? draw_gamma(weights_(n), generator)
                            : weights_(n) * draw_exponential(generator);
      sum += drawn(n);
    }
    Vector<Scalar> result(x_.cols());
    for (Index n = 0; n < x_.cols(); ++n) result(n) = Scalar(drawn(n) * total_ / sum);
    return result;
  }

 private:
  template <class Generator>
  Index draw_copy(Generator& generator) const {
    const double place = random::uniform(generator) * total_;
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), place);
    const Index n = found - sums_.begin();
    return std::min(n, x_.cols() - 1);
  }

  /// The copies of every row, a binomial number of those that are left.
  template <class Generator>
  void draw_multinomial(Generator& generator, Vector<double>& copies) const {
    Index left = size();
    double weight_left = total_;
    for (Index n = 0; n < x_.cols() && left > 0; ++n) {
      if (!(weights_(n) > 0)) continue;
      const double share = std::min(weights_(n) / weight_left, 1.0);
      const Index drawn = n == last_ ? left : draw_binomial(left, share, generator);
      copies(n) = double(drawn);
      left -= drawn;
      weight_left = total_ - sums_[static_cast<std::size_t>(n)];
    }
  }

  Matrix<Scalar, Dim> x_;
  Vector<double> weights_;
  std::vector<double> sums_;  // of the weights up to each
  double total_ = 0;
  Index last_ = 0;  // of positive weight
  bool is_unit_;
  WeightMeaning meaning_;
};

/// The engine of every replicate; two draws of SplitMix64 apart, so that neighbours have nothing in
/// common.
inline random::Engine resampling_engine(std::uint64_t seed, Index replicate) {
  random::Engine seeds(seed);
  random::Engine mixed(seeds() + static_cast<std::uint64_t>(replicate));
  return random::Engine(mixed());
}

/// Quantile of sorted numbers at which `share` of as many and one more are below, between their
/// ends: of 999 numbers the 25th for 0.025 (Davison & Hinkley 1997, section 5.3.1).
template <class Real>
Real quantile_of(const std::vector<Real>& sorted, double share) {
  const double place = share * double(sorted.size() + 1) - 1;
  const double last = double(sorted.size() - 1);
  const double within = std::min(std::max(place, 0.0), last);
  const double whole = std::min(std::floor(within + 1e-9), last);
  const auto at = static_cast<std::size_t>(whole);
  const double rest = std::max(within - whole, 0.0);
  if (rest < 1e-9) return sorted[at];
  return sorted[at] + Real(rest) * (sorted[at + 1] - sorted[at]);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_RESAMPLING_HPP
