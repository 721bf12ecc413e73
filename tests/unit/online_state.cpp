// SPDX-License-Identifier: MIT
#include <fstream>
#include <functional>
#include <limits>
#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/golden.hpp>

#include <eigenmix/online/text.hpp>

// States of streams as text: one that was stopped and resumed has the bits of one that was not, and
// damage is told by its line.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::online::Constant;
using eigenmix::online::Decreasing;
using eigenmix::online::Options;
using eigenmix::online::StepwiseEm;
using eigenmix_tests::contains_text;
namespace covariance = eigenmix::covariance;
namespace online = eigenmix::online;

using Plane = GaussianMixture<double, 2>;

template <class Stream>
std::string text_of(const Stream& stream) {
  std::ostringstream out;
  online::save(out, stream);
  return out.str();
}

template <class Mixture>
auto stream_of(const std::string& text) {
  std::istringstream in(text);
  return online::load<Mixture>(in);
}

template <class Mixture>
Mixture three(std::uint64_t seed = 4) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::random_mixture<Mixture>(2, 3, 4, engine);
}

template <class Mixture>
typename Mixture::Means draw(const Mixture& mixture, Index count) {
  eigenmix::random::Engine engine(1);
  return mixture.sample(count, engine).samples;
}

/// The text of the std::runtime_error that loading throws, or what happened instead.
template <class Mixture>
std::string refusal_of(const std::string& text) {
  try {
    stream_of<Mixture>(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another exception: ") + error.what();
  }
  return "nothing was thrown";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// A small stream whose numbers are short.
StepwiseEm<Plane> small_stream() {
  Eigen::MatrixXd means(2, 2), batch(2, 4);
  means << 0, 4, 0, 1;
  batch << -1, 0, 4, 6, 0.5, 0, 1, 2;
  const std::vector<Eigen::Matrix2d> ones(2, Eigen::Matrix2d::Identity());
  Options options;
  options.average_from = 2;
  StepwiseEm stream(Plane(Eigen::Vector2d(0.5, 0.5), means, ones), Decreasing(), options);
  stream.update(batch);
  return stream;
}

}  // namespace

TEMPLATE_TEST_CASE("a stream that is stopped and resumed goes on to the same bits", "[online]",
                   Plane, (GaussianMixture<double, Eigen::Dynamic, covariance::Tied>),
                   (GaussianMixture<float, 2, covariance::Spherical>),
                   (GaussianMixture<double, 2, covariance::VVE>)) {
  using Mixture = TestType;
  Mixture from = three<Mixture>();
  from.set_noise({0.05, -9});
  const auto x = draw(from, 3000);
  Options options;
  options.average_from = 700;
  StepwiseEm whole(from, Constant(0.1), options), stopped = whole;
  for (Index begin = 0; begin < 3000; begin += 150) {
    std::istringstream in(text_of(stopped));
    stopped = online::load<Mixture>(in, Constant(0.1), options);
    CHECK(stopped.state() == whole.state());
    // Exactly what was written has been read.
    CHECK(in.peek() == std::istringstream::traits_type::eof());
    const auto batch = x.middleCols(begin, 150);
    const auto a = whole.update(batch), b = stopped.update(batch);
    CHECK(a.log_likelihood == b.log_likelihood);
    CHECK(stopped.state() == whole.state());
    CHECK(stopped.averaged() == whole.averaged());
  }
  CHECK(whole.state().average.component_count() == 3);
}

TEST_CASE("a state is the same whatever the stream's format and locale", "[online]") {
  const auto stream = small_stream();
  std::ostringstream out;
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    std::string do_grouping() const override { return "\1"; }
  };
  out.imbue(std::locale(std::locale::classic(), new Comma));
  out.precision(2);
  out.setf(std::ios::fixed);
  online::save(out, stream);
  CHECK(out.str() == text_of(stream));
  std::istringstream in(out.str());
  in.imbue(out.getloc());
  CHECK(online::load<Plane>(in).state() == stream.state());
}

TEST_CASE("streams may follow one another", "[online]") {
  const auto stream = small_stream();
  StepwiseEm fresh(three<Plane>());
  std::istringstream in(text_of(stream) + "\n" + text_of(fresh) + text_of(stream));
  CHECK(online::load<Plane>(in).state() == stream.state());
  CHECK(online::load<Plane>(in).state() == fresh.state());
  CHECK(online::load<Plane>(in).state() == stream.state());
}

TEST_CASE("what format 1 wrote is read for ever", "[online]") {
  std::ifstream file(eigenmix_tests::data_path("online_state_1.txt"));
  REQUIRE(file);
  std::stringstream content;
  content << file.rdbuf();
  auto stream = online::load<Plane>(content);
  CHECK(stream.batches() == 1);
  CHECK(stream.samples() == 4);
  CHECK(stream.state().unit == 60);
  CHECK(stream.state().average.total_weight() == 4);
  CHECK(stream.mixture().component_count() == 2);
  CHECK(text_of(stream) == content.str());
  stream.update(Eigen::MatrixXd::Zero(2, 1));
}

TEST_CASE("a damaged state is refused, and the line told", "[online]") {
  const std::string text = text_of(small_stream());
  const auto refuses = [&](const std::string& from, const std::string& to,
                           const std::string& message) {
    CAPTURE(from, to);
    CHECK_THAT(refusal_of<Plane>(replaced(text, from, to)), contains_text(message));
  };
  refuses("eigenmix-online 1", "eigenmix-mixture 1",
          "online::load: line 1: first word, got 'eigenmix-mixture', need eigenmix-online");
  refuses("eigenmix-online 1", "eigenmix-online 2",
          "online::load: line 1: version of the format, got 2, need 1");
  refuses("scalar double", "scalar float",
          "online::load: line 2: scalar, got 'float', need double");
  refuses("family Full", "family Tied", "online::load: line 3: family, got 'Tied', need Full");
  refuses("dimension 2", "dimension 3", "online::load: line 4: dimension, got 3, need 2");
  refuses("components 2", "components 0", "online::load: line 5: components, got 0, need");
  refuses("components 2", "components 1000000000000",
          "online::load: line 10: values of counts, got 2, need 1000000000000");
  refuses("batches 1", "batches one", "online::load: line 6: batches, got 'one', need a number");
  refuses("samples 4", "samples -4", "online::load: line 7: samples, got -4, need a number >= 0");
  refuses("unit 60", "unit nan", "online::load: line 8: unit, number 1, got 'nan', need a finite");
  refuses("unit 60", "unit 0", "online::load: line 9: first word, got 'moments', need checksum");
  refuses("counts ", "counts -", "checksum, got '");
  refuses("origin ", "origin 1e999", "online::load: line 11: origin, number 1, got '1e999");
  refuses("first ", "first 1 ", "online::load: line 13: values of first, got 3, need 2");
  refuses("memory ", "memories ", "first word, got 'memories', need memory");
  refuses("samples 4", "samples 5", "checksum, got '");
  refuses("components 2\nweights", "components 3\nweights", "load: line 6: values of weights");
  CHECK_THAT(refusal_of<Plane>(""), contains_text("online::load: line 1: first word, got the end"));
  CHECK_THAT(refusal_of<GaussianMixture<float>>(text), contains_text("line 2: scalar"));
  CHECK_THAT((refusal_of<GaussianMixture<double, 3>>(text)), contains_text("line 4: dimension"));
  CHECK_THAT((refusal_of<GaussianMixture<double, 2, covariance::VVE>>(text)),
             contains_text("line 3: family, got 'Full', need VVE"));
}

TEST_CASE("no change of a letter goes unseen", "[online]") {
  const auto stream = small_stream();
  const std::string text = text_of(stream);
  /// Whether it is refused, or says the same as before.
  const auto is_seen = [&](const std::string& damaged) {
    try {
      return stream_of<Plane>(damaged).state() == stream.state();
    } catch (const std::runtime_error&) {
      return true;
    }
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char letter : {'1', '9', ' ', '-', '\n', 'x'}) {
      std::string damaged = text;
      damaged[at] = letter;
      CAPTURE(damaged);
      CHECK(is_seen(damaged));
    }
  }
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {  // cut off
    CHECK_THAT(refusal_of<Plane>(text.substr(0, size)), contains_text("load: line "));
  }
}

TEST_CASE("a stream that cannot be written says so", "[online]") {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  CHECK_THROWS_AS(online::save(out, small_stream()), std::runtime_error);
}
