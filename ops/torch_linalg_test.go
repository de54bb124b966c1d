package ops_test

import "cahier/ops"

func init() {
	torchOps["slogdet"] = func(c torchCall) []*ops.Tensor { sign, log := ops.LogDet(c.in[0]); return list(sign, log) }
	torchOps["cholesky"] = func(c torchCall) []*ops.Tensor {
		x := c.in[0]
		return list(ops.Cholesky(x.MatMul(x.T()).Add(ops.Eye(x.Size(-1)).To(x.DType()))))
	}
	// Of vectors whose signs are free, the vectors of one compare what does not
	// depend on them.
	torchOps["eigh"] = func(c torchCall) []*ops.Tensor {
		w, v := ops.EigenSym(c.in[0])
		first := v.Slice(-1, 0, 1)
		return list(w, first.MatMul(first.T()))
	}
	torchOps["svd"] = func(c torchCall) []*ops.Tensor {
		u, s, vt := ops.SVD(c.in[0])
		return list(s, u.Slice(-1, 0, 1).MatMul(vt.Slice(-2, 0, 1)))
	}
	torchOps["svdvals"] = func(c torchCall) []*ops.Tensor { _, s, _ := ops.SVD(c.in[0]); return list(s) }
	torchOps["pinv"] = func(c torchCall) []*ops.Tensor { return list(ops.PseudoInverse(c.in[0])) }
	torchOps["lstsq"] = func(c torchCall) []*ops.Tensor { return list(ops.LeastSquares(c.in[0], c.in[1])) }
	torchOps["matrix_power"] = func(c torchCall) []*ops.Tensor { return list(ops.MatrixPower(c.in[0], c.int("n", 0))) }
	torchOps["matrix_exp"] = func(c torchCall) []*ops.Tensor { return list(ops.MatrixExp(c.in[0])) }
	torchOps["matrix_norm"] = func(c torchCall) []*ops.Tensor {
		kinds := map[string]ops.MatrixNormKind{"fro": ops.FrobeniusNorm, "nuc": ops.NuclearNorm, "2": ops.SpectralNorm, "1": ops.ColumnNorm, "inf": ops.RowNorm}
		return list(ops.MatrixNorm(c.in[0], kinds[c.text("p")]))
	}
	torchOps["outer"] = func(c torchCall) []*ops.Tensor { return list(ops.Outer(c.in[0], c.in[1])) }
	torchOps["dot"] = func(c torchCall) []*ops.Tensor { return list(ops.Dot(c.in[0], c.in[1])) }
	torchOps["cross"] = func(c torchCall) []*ops.Tensor { return list(ops.Cross(c.in[0], c.in[1])) }
	torchOps["kron"] = func(c torchCall) []*ops.Tensor { return list(ops.Kron(c.in[0], c.in[1])) }
}
