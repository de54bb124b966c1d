package ops_test

import "testing"

// torchElsewhere names operations without vectors of their name: the vectors
// that judge them under another name, or after a colon the reason why PyTorch
// does not.
var torchElsewhere = map[string]string{
	"diag": "diag_embed", "eigen_sym": "eigh", "log_det": "slogdet", "pseudo_inverse": "pinv", "log_gamma": "lgamma",
	"polygamma": "digamma", "resize": "interpolate", "pad": "pad_mode", "argsort": "sort", "attention_weights": "attention",
	"standardize": "layer_norm",
	"all_true":    ": of truth values", "any_true": ": of truth values", "and": ": of truth values", "or": ": of truth values",
	"xor": ": of truth values", "not": ": of truth values", "equal": ": gives truth values", "not_equal": ": gives truth values",
	"less": ": gives truth values", "less_equal": ": gives truth values", "greater": ": gives truth values", "greater_equal": ": gives truth values",
	"dropout": ": PyTorch draws other random numbers", "one_hot": ": of indices", "to": ": Go's conversions are its judge",
	"rotary_embedding": ": PyTorch has none; ONNX's vectors judge it",
}

// TestTorchCovers fails if an operation has neither vectors nor a reason.
func TestTorchCovers(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range torchFiles(t) {
		seen[c.Op] = true
	}
	for _, op := range builtins() {
		where, ok := torchElsewhere[op.Name]
		switch {
		case seen[op.Name] && ok:
			t.Errorf("%s has vectors, and is in torchElsewhere", op.Name)
		case seen[op.Name]:
		case !ok:
			t.Errorf("%s has no PyTorch vectors, and no reason in torchElsewhere", op.Name)
		case where[0] != ':' && (!seen[where] || torchFunc(where) == nil):
			t.Errorf("%s is said to be judged by the vectors of %s, which are not there or not run", op.Name, where)
		}
	}
}
