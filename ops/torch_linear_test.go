package ops_test

import (
	"strconv"

	"cahier/ops"
)

func init() {
	torchOps["einsum"] = func(c torchCall) []*ops.Tensor { return list(ops.Einsum(c.text("spec"), c.in...)) }
	torchOps["trace"] = func(c torchCall) []*ops.Tensor { return list(ops.Trace(c.in[0])) }
	torchOps["diagonal"] = func(c torchCall) []*ops.Tensor {
		return list(ops.Diagonal(c.in[0], ops.DiagonalOptions{Offset: c.int("k", 0)}))
	}
	torchOps["diag_embed"] = func(c torchCall) []*ops.Tensor { return list(ops.Diag(c.in[0])) }
	torchOps["tril"] = func(c torchCall) []*ops.Tensor { return list(ops.Tril(c.in[0], c.int("k", 0))) }
	torchOps["triu"] = func(c torchCall) []*ops.Tensor { return list(ops.Triu(c.in[0], c.int("k", 0))) }
	torchOps["norm"] = func(c torchCall) []*ops.Tensor {
		return list(ops.Norm(c.in[0], c.power(), ops.ReduceOptions{Axes: c.ints("axes")}))
	}
	torchOps["topk"] = func(c torchCall) []*ops.Tensor {
		y, places := ops.TopK(c.in[0], c.int("k", 0), c.int("axis", 0), ops.TopKOptions{Smallest: !c.on("largest")})
		return list(y, places)
	}
}

// power is the argument p of a norm, a number or "inf" in text.
func (c torchCall) power() float64 {
	p, err := strconv.ParseFloat(c.text("p"), 64)
	if err != nil {
		panic(err)
	}
	return p
}
