// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_LAYOUT_POLICY_HPP
#define EIGENMIX_LAYOUT_POLICY_HPP

// A layout says how covariances lie in memory and how they are summed, estimated and evaluated. It
// is a class of static members; layout/dense.hpp and layout/diagonal.hpp have those there are.
//
// In what follows d is the dimension at run time, K the number of components, and Real =
// Accumulator<Scalar>. Components that share a covariance form a group g, see layout/sharing.hpp.
//
//     static constexpr bool is_shared;     // one group for all, or one for each component
//     static constexpr bool is_dense;      // blocks are [d x d], with correlations
//     static constexpr bool is_isotropic;  // one variance for all dimensions
//     static Index group_count(Index K);
//     static Index group_of(Index k);
//     static Index parameter_count(Index d, Index K);  // of covariances that are all free
//     static Index storage_rows(Index d);  // of a block, which is what one group stores
//     static Index storage_cols(Index d);
//     static Index second_rows(Index d);   // second moments kept of a group
//     static bool shares_centre(Index d);  // whether several are summed about one centre
//
// Types, templates of a scalar and of Dim, which may be Eigen::Dynamic:
//
//     Storage<Scalar, Dim>  // a Matrix [storage_rows x storage_cols groups], blocks side by side;
//                           // of Real within an M-step
//     Density<Scalar, Dim>  // factors of all blocks, see below
//     Scratch<Scalar, Dim>  // a thread's memory for add_moments and log_densities
//     Root<Real, Dim>       // Root(block, d): an L with L L^T = covariance; times(z, i): (L z)_i
//
// Blocks, so stored that a weighted mean of them is the block of the mean covariance:
//
//     static auto dense(const Block&, Index d);      // [d x d]
//     static auto variance(const Block&, Index i);   // entry (i, i) of the covariance
//     static auto entry_scale(const Block&, Index i, Index j);  // unit of stored (i, j)
//     static void set_apart(Block&&, Index i, Real variance);   // i alone; nothing if isotropic
//     static const char* store(Block&&, const Dense&);          // [d x d] symmetric
//     static const char* store_diagonal(Block&&, const Variances&);  // [d]
//
// The last two return nullptr, or what they need and did not get, for a message.
//
// Moments. `scatter` are the second moments of a group, second_rows numbers; `first` and `shift`
// have d, `count` is the weight of the samples.
//
//     static void add_moments(const Tile<Scalar, Dim>&, const TileValues<Scalar>& responsibilities,
//                             const Origins<Scalar, Dim>&, Moments&, Scratch&);
//     static void shift_second(Real* scatter, Real count, const Real* first, const Real* shift,
//                              Index d);
//     static Real second_diagonal(const Real* scatter, Index i, Index d);
//     static void estimate(const Real* scatter, Real count, Block&&, Index informative);
//
// add_moments adds to counts [K], first [d x K] and second [second_rows x groups] those of a tile
// about the origins; responsibilities are weighted, and zero in the padding. shift_second moves the
// origin that scatter is about by shift; first is about the old one. second_diagonal is the sum
// over squares of dimension i, or the mean of all where only their sum is kept. estimate is the
// maximum-likelihood covariance from scatter about the mean, of so many informative dimensions.
//
// The floor, a GroupFloor<Real> of layout/group_floor.hpp:
//
//     static bool is_above(const Block&, const Density&, Index g, const Floor&);  // certainly
//     static bool is_feasible(const Block&, const Floor&);   // whether it is nowhere below
//     static Index raise(Block&&, const Floor&);             // how many directions it raised
//     static void drop_correlations(Block&&, const Floor&);  // and raises variances
//     static Real cost(const Block&, const Real* scatter, Real count, Index informative);
//
// is_above may say no of what is above, and decomposes nothing. cost is count log |covariance| +
// tr(covariance^-1 scatter) but for constants, infinity unless positive definite.
//
// A Density has Real and
//
//     void resize(Index d, Index groups);
//     void set_apart(const Vector<Scalar>& variances);  // [d] 0 where not apart, or empty
//     bool assign(Index g, const Block&);               // false unless positive definite
//     void derive(const Means&, const Weights&);        // [d x K], [K]; after all were assigned
//     Real log_normalizer(Index g) const;               // log of (2 pi)^(-d/2) |covariance|^(-1/2)
//     Real inflation(Index g, Offset) const;            // below; an Offset is i -> number
//     Real squared_size(Index g, Offset) const;         // Σ_i (covariance^-1)_ii offset_i²
//     Real squared_distance(Index g, Offset) const;     // offset^T covariance^-1 offset
//     const SharedCentre<Scalar, Dim>& shared_centre() const;  // asked for where shares_centre
//     void log_densities(const Tile<Scalar, Dim>&, const Means&, const Vector<Scalar>& constants,
//                        const TileValues<Scalar>& out, Scratch&) const;
//
// inflation is how much larger the second moments are that are about a point at this offset from
// the mean, compared with those about the mean; sums lose its logarithm in digits. log_densities
// writes [tile width x K] constants(k) - (squared Mahalanobis distance of x_n to mean k) / 2.

#endif  // EIGENMIX_LAYOUT_POLICY_HPP
