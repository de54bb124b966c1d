package notebooks

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// widgets collects the states of the live controls that the cells make, by comm
// id, so that a saved notebook can show them.
//
// Source: "Jupyter widgets messaging protocol", version 2, and the notebook
// metadata that nbclient writes.
type widgets map[string]*widget

type widget struct {
	state   map[string]any
	buffers map[string]any // by path
	order   []string       // of the paths
}

// update takes what a comm_open or comm_msg says of a widget's state.
func (w widgets) update(id string, data json.RawMessage, buffers [][]byte) {
	var message struct {
		State map[string]any `json:"state"`
		Paths [][]any        `json:"buffer_paths"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if d.Decode(&message) != nil || message.State == nil {
		return // not a widget's
	}
	if w[id] == nil {
		w[id] = &widget{state: map[string]any{}, buffers: map[string]any{}}
	}
	for name, v := range message.State {
		w[id].state[name] = v
	}
	for i, path := range message.Paths {
		if i >= len(buffers) {
			break
		}
		key := fmt.Sprint(path...)
		if _, known := w[id].buffers[key]; !known {
			w[id].order = append(w[id].order, key)
		}
		w[id].buffers[key] = map[string]any{
			"path": path, "encoding": "base64", "data": base64.StdEncoding.EncodeToString(buffers[i]),
		}
	}
}

// save writes the states into the notebook's metadata, if there are any.
func (w widgets) save(n *Notebook) {
	states := map[string]any{}
	for id, x := range w {
		name, ok := x.state["_model_name"]
		if !ok {
			continue
		}
		model := map[string]any{
			"model_name":           name,
			"model_module":         x.state["_model_module"],
			"model_module_version": x.state["_model_module_version"],
			"state":                x.state,
		}
		var buffers []any
		for _, key := range x.order {
			buffers = append(buffers, x.buffers[key])
		}
		if len(buffers) > 0 {
			model["buffers"] = buffers
		}
		states[id] = model
	}
	if len(states) == 0 {
		return
	}
	n.Metadata["widgets"] = map[string]any{
		"application/vnd.jupyter.widget-state+json": map[string]any{
			"state": states, "version_major": 2, "version_minor": 0,
		},
	}
}
