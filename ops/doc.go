// Package ops computes with tensors: n-dimensional arrays of one element
// type, and the operations that neural networks are made of, with gradients.
//
//	x := ops.Randn(1, 3, 32, 32)                      // NCHW, Float32
//	w := ops.Randn(8, 3, 3, 3)                        // OIHW
//	y := ops.Conv2D(x, w, ops.ConvOptions{Pad: ops.Same}).ReLU()
//	p := ops.Softmax(y.Flatten(1), -1)
//
// The package needs neither the kernel nor a notebook: examples/library of
// this module is a plain program that trains a network with it.
//
// # Tensors
//
// A [Tensor] is a strided window on a slice of float32, float64, int64, uint8
// or bool. Views (Slice, Transpose, Permute, Reshape where possible,
// BroadcastTo) share that slice. No operation modifies its inputs or what
// they share, so sharing is never seen; only [Tensor.Assign] gives a tensor
// new content. Tensors may be read from several goroutines.
//
// Axes count from 0; negative ones count from the end. Binary operations
// broadcast as NumPy does: shapes are aligned at their last axis, and an axis
// of size one is repeated.
//
// # Operations
//
// Functions on tensors, by what they are for; docs/ops.md of this module has a
// table of their formulas and gradients. Many are methods of [Tensor] too.
//
//   - Making tensors: [Zeros], [Ones], [Full], [ZerosLike], [OnesLike], [Eye],
//     [Arange], [ArangeInt], [Linspace], [From], [FromMat], [Wrap32], [Wrap64],
//     [WrapInt64], [WrapUint8], [WrapBool], [Rand], [Randn], [RandInt], [Perm],
//     [Bernoulli], [Categorical]
//   - Arithmetic: [Add], [Sub], [Mul], [Div], [Pow], [Maximum], [Minimum],
//     [Atan2], [Hypot], [Remainder], [Fmod], [LogAddExp], [XLogY], [Lerp],
//     [IsNaN], [IsInf], [IsFinite]
//   - Mathematical functions: [Neg], [Abs], [Sign], [Square], [Reciprocal],
//     [Sqrt], [Exp], [Expm1], [Log], [Log1p], [Erf], [Floor], [Ceil], [Round],
//     [Asinh], [Acosh], [Atanh], [Exp2], [Log2], [Log10], [Rsqrt], [Trunc],
//     [Sin], [Cos], [Tan], [Asin], [Acos], [Atan], [Sinh], [Cosh], [Tanh],
//     [Erfc], [Erfinv], [LogGamma], [Digamma], [Polygamma]
//   - Comparing and choosing: [Equal], [NotEqual], [Less], [LessEqual],
//     [Greater], [GreaterEqual], [And], [Or], [Xor], [Not], [Where]
//   - Shapes and axes: [Reshape], [Flatten], [Permute], [Transpose], [Slice],
//     [Select], [Squeeze], [Unsqueeze], [BroadcastTo], [Flip], [Tensor.To],
//     [Concat], [Stack], [Split], [Chunk], [Pad], [Roll], [Tile], [Repeat],
//     [Diagonal], [Diag], [Trace], [Tril], [Triu], [ToNCHW], [ToNHWC]
//   - Picking and sorting: [Gather], [ScatterAdd], [ArgMax], [ArgMin], [Sort],
//     [ArgSort], [TopK], [IndexSelect], [MaskedSelect], [Nonzero]
//   - Sums and statistics: [Sum], [Mean], [Max], [Min], [Prod], [AnyTrue],
//     [AllTrue], [LogSumExp], [Var], [Std], [Quantile], [Quantiles], [Median],
//     [Norm], [CumSum], [CumProd], [CumMax], [CumMin], [LogCumSumExp]
//   - Linear algebra: [MatMul], [Einsum], [Dot], [Outer], [Cross], [Kron],
//     [Solve], [SolveTriangular], [Inverse], [Det], [LogDet], [Cholesky], [QR],
//     [SVD], [EigenSym], [PseudoInverse], [LeastSquares], [MatrixPower],
//     [MatrixExp], [MatrixNorm], [CosineSimilarity], [Linear]
//   - Activations: [ReLU], [Sigmoid], [LeakyReLU], [ELU], [SELU], [CELU],
//     [ReLU6], [HardSigmoid], [HardSwish], [Clamp], [GLU], [Softmin],
//     [HardTanh], [HardShrink], [SoftShrink], [TanhShrink], [GELU], [GELUTanh],
//     [SiLU], [Mish], [Softplus], [LogSigmoid], [Softsign], [PReLU], [Softmax],
//     [LogSoftmax]
//   - Convolution: [Conv2D], [Conv1D], [Conv3D], [ConvTranspose2D],
//     [ConvTranspose1D], [ConvTranspose3D], [Unfold]
//   - Pooling: [MaxPool1D], [MaxPool1DIndices], [MaxPool2D], [MaxPool2DIndices],
//     [MaxPool3D], [MaxPool3DIndices], [AvgPool1D], [AvgPool2D], [AvgPool3D],
//     [LpPool1D], [LpPool2D], [LpPool3D], [GlobalAvgPool], [GlobalMaxPool],
//     [GlobalLpPool], [MaxUnpool], [AdaptiveAvgPool1D], [AdaptiveMaxPool1D],
//     [AdaptiveMaxPool1DIndices], [AdaptiveAvgPool2D], [AdaptiveMaxPool2D],
//     [AdaptiveMaxPool2DIndices], [AdaptiveAvgPool3D], [AdaptiveMaxPool3D],
//     [AdaptiveMaxPool3DIndices]
//   - Images: [Resize], [GridSample], [AffineGrid], [PixelShuffle],
//     [PixelUnshuffle]
//   - Normalisation: [LayerNorm], [RMSNorm], [GroupNorm], [InstanceNorm],
//     [BatchNorm], [BatchNormTrain], [Standardize], [LocalResponseNorm],
//     [Dropout], [Normalize]
//   - Sequences and attention: [Embedding], [RNN], [LSTM], [GRU], [Attention],
//     [AttentionWeights], [MultiHeadAttention], [SinusoidalPositions],
//     [RotaryEmbedding], [FeedForward], [OneHot]
//   - Losses: [MSE], [L1], [Huber], [SmoothL1], [BCEWithLogits], [KLDivergence],
//     [CrossEntropy], [NLL], [CTC], [BCE], [PoissonNLL], [GaussianNLL],
//     [SoftMargin], [HingeEmbedding], [MarginRanking], [MultiMargin], [Triplet],
//     [CosineEmbedding]
//   - Gradients: [Grad], [ValueAndGrad], [ValueAndGradOf], [VJP], [JVP], [HVP],
//     [CustomVJP], [Checkpoint]
//   - Operations by name: [Register], [Replace], [Lookup], [All], [Call],
//     [CallAll], [Near]
//
// # Element types
//
// Creators make [Float32] unless their name says otherwise. Operations on two
// tensors want the same element type and never widen silently; a Go number
// adopts the type of the tensor beside it. Sums, means, softmax and norms of
// Float32 are accumulated in float64; matrix products and convolutions in
// float32, in blocks. The result of an operation has the same bits for any
// number of processors.
//
// # Errors
//
// Misuse panics with a value that implements [Error]: it names the operation,
// the argument, what was given, what was wanted and a way out. [Try] turns it
// into an error. What depends on the outside world, as files do, returns an
// error.
//
// # Gradients
//
// [Grad] and [ValueAndGrad] run a function on parameters and give the
// derivatives of its result; see [ValueAndGrad] for how and [Op] for how an
// operation says what its derivative is. Calls nest for higher orders.
package ops
