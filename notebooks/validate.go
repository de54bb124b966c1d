package notebooks

import (
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed schema/*.json
var schemaFiles embed.FS

// Validate checks the document against the JSON schema of its minor version and
// returns what does not fit, each with its place, joined by [errors.Join]; nil
// if all does. Cell ids must be unique besides, which the schema cannot say. Of
// a version newer than 4.5 what the format of 4.5 has must fit; additions are
// let pass.
func (n *Notebook) Validate() error {
	minor := min(n.minor, newestMinor)
	v := validator{
		minor: minor, newer: n.minor > newestMinor,
		compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{},
	}

	tree := n.tree(false)
	cells := tree["cells"].([]any)
	tree["cells"] = []any{}
	// json.Number stands for numbers in a tree that was read; the schema
	// library takes it as well as int.
	v.check("", tree, "notebook")
	ids := make(map[string]int, len(cells))
	for i, c := range n.Cells {
		at := fmt.Sprintf("cells[%d]", i)
		v.cell(at, c, cells[i].(map[string]any))
		if first, again := ids[c.ID]; again && c.ID != "" {
			v.problems = append(v.problems, fmt.Errorf("%s: id %q is that of cells[%d] too", at, c.ID, first))
		} else {
			ids[c.ID] = i
		}
	}
	return errors.Join(v.problems...)
}

type validator struct {
	minor    int
	newer    bool // the document's minor version is newer than any schema
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema // by definition
	problems []error
}

// cell checks a cell and each of its outputs against the definition of their
// own type: the schema's oneOf would list the faults against every other type
// as well.
func (v *validator) cell(at string, c *Cell, tree map[string]any) {
	switch c.Type {
	case Code:
		outputs := tree["outputs"].([]any)
		tree["outputs"] = []any{}
		v.check(at, tree, "code_cell")
		for k, o := range outputs {
			o := o.(map[string]any)
			at := fmt.Sprintf("%s.outputs[%d]", at, k)
			switch t := Output(o).Type(); t {
			case streamOutput, displayOutput, resultOutput, errorOutput:
				v.check(at, o, t)
			default:
				v.unknown(at, "output type", t)
			}
		}
	case Markdown, Raw:
		v.check(at, tree, string(c.Type)+"_cell")
	default:
		v.unknown(at, "cell type", string(c.Type))
	}
}

func (v *validator) unknown(at, what, name string) {
	if !v.newer {
		v.problems = append(v.problems, fmt.Errorf("%s: nbformat 4.%d has no %s %q", at, v.minor, what, name))
	}
}

// check validates tree against a definition of the schema, or against the
// whole for "notebook".
func (v *validator) check(at string, tree map[string]any, definition string) {
	schema, err := v.schema(definition)
	if err != nil {
		v.problems = append(v.problems, err)
		return
	}
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(map[string]any(tree)); errors.As(err, &invalid) {
		v.leaves(at, invalid)
	} else if err != nil {
		v.problems = append(v.problems, fmt.Errorf("%s: %w", at, err))
	}
}

// leaves collects the innermost faults, which are those that say something.
func (v *validator) leaves(at string, e *jsonschema.ValidationError) {
	if len(e.Causes) > 0 {
		if _, oneOf := e.ErrorKind.(*kind.OneOf); oneOf { // string or list of strings
			v.add(at, e, "want a string or an array of strings")
			return
		}
		for _, cause := range e.Causes {
			v.leaves(at, cause)
		}
		return
	}
	if _, added := e.ErrorKind.(*kind.AdditionalProperties); added && v.newer {
		return
	}
	v.add(at, e, e.ErrorKind.LocalizedString(message.NewPrinter(language.English)))
}

func (v *validator) add(at string, e *jsonschema.ValidationError, why string) {
	place := strings.Join(append([]string{at}, e.InstanceLocation...), ".")
	if place = strings.Trim(place, "."); place == "" {
		place = "notebook"
	}
	v.problems = append(v.problems, fmt.Errorf("%s: %s", place, why))
}

// schema compiles the schema of the document's minor version, or one of its
// definitions, and keeps it for the other cells.
func (v *validator) schema(definition string) (*jsonschema.Schema, error) {
	if s, ok := v.compiled[definition]; ok {
		return s, nil
	}
	name := fmt.Sprintf("nbformat.v4.%d.schema.json", v.minor)
	id := "notebook:" + name
	if len(v.compiled) == 0 {
		f, err := schemaFiles.Open("schema/" + name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		doc, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			return nil, err
		}
		if err := v.compiler.AddResource(id, doc); err != nil {
			return nil, err
		}
	}
	if definition != "notebook" {
		id += "#/definitions/" + definition
	}
	s, err := v.compiler.Compile(id)
	if err == nil {
		v.compiled[definition] = s
	}
	return s, err
}
