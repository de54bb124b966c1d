package widget

import (
	"maps"
	"slices"
)

// splitBuffers takes the bytes out of a state, wherever they stand in it. In
// their place is null in a list and nothing in an object; paths says where they
// were. (messages.md: "Instantiating a widget object".)
func splitBuffers(state map[string]any) (out map[string]any, paths [][]any, buffers [][]byte) {
	paths = [][]any{}
	v, _ := split(state, nil, &paths, &buffers)
	return v.(map[string]any), paths, buffers
}

func split(v any, at []any, paths *[][]any, buffers *[][]byte) (out any, bytes bool) {
	switch x := v.(type) {
	case []byte:
		*paths = append(*paths, slices.Clone(at))
		*buffers = append(*buffers, x)
		return nil, true
	case map[string]any:
		m := make(map[string]any, len(x))
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if e, bytes := split(x[k], append(at, k), paths, buffers); !bytes {
				m[k] = e
			}
		}
		return m, false
	case []any:
		list := make([]any, len(x))
		for i, e := range x {
			list[i], _ = split(e, append(at, i), paths, buffers)
		}
		return list, false
	case Widget: // in the state of a front end's own model
		return refPrefix + x.base().id, false
	}
	return v, false
}

// joinBuffers puts bytes back to where they were.
func joinBuffers(state map[string]any, paths [][]any, buffers [][]byte) {
	for i, path := range paths {
		if i >= len(buffers) || len(path) == 0 {
			return
		}
		var at any = state
		for _, step := range path[:len(path)-1] {
			at = child(at, step)
		}
		last := path[len(path)-1]
		switch x := at.(type) {
		case map[string]any:
			if k, ok := last.(string); ok {
				x[k] = buffers[i]
			}
		case []any:
			if n, ok := integer(last); ok && n >= 0 && n < len(x) {
				x[n] = buffers[i]
			}
		}
	}
}

func child(v, step any) any {
	switch x := v.(type) {
	case map[string]any:
		k, _ := step.(string)
		return x[k]
	case []any:
		if n, ok := integer(step); ok && n >= 0 && n < len(x) {
			return x[n]
		}
	}
	return nil
}
