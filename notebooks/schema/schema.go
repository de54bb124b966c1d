// Package schema judges notebook documents by the official JSON schemas of
// nbformat 4.0 to 4.5. It is for tests and tools: the schema library compiles its
// own schemas when a program starts, which a kernel must not wait for, so no
// package of the cahier command imports this one. Package notebooks refuses on
// its own what it cannot read.
package schema

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed *.json
var schemaFiles embed.FS

// newestMinor is the newest minor version of format 4 that there is a schema of.
const newestMinor = 5

// Validate checks a notebook document, as JSON, against the schema of its minor
// version and returns what does not fit, each with its place, joined by
// [errors.Join]; nil if all does. Cell ids must be unique besides, which the
// schema cannot say. Of a version newer than 4.5 what the format of 4.5 has must
// fit; additions are let pass.
func Validate(notebook []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(notebook))
	if err != nil {
		return fmt.Errorf("schema: not JSON: %w", err)
	}
	tree, ok := doc.(map[string]any)
	if !ok {
		return errors.New("schema: want a JSON object")
	}
	minor, err := strconv.Atoi(fmt.Sprint(tree["nbformat_minor"]))
	if err != nil || minor < 0 || fmt.Sprint(tree["nbformat"]) != "4" {
		return fmt.Errorf("schema: want nbformat 4 and its minor version, got %v and %v", tree["nbformat"], tree["nbformat_minor"])
	}
	v := validator{
		minor: min(minor, newestMinor), newer: minor > newestMinor,
		compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{},
	}
	cells, isList := tree["cells"].([]any)
	if isList {
		tree["cells"] = []any{} // each is judged by the schema of its type
	}
	v.check("", tree, "notebook")
	ids := map[string]int{}
	for i, c := range cells {
		at := fmt.Sprintf("cells[%d]", i)
		c, ok := c.(map[string]any)
		if !ok {
			v.problems = append(v.problems, fmt.Errorf("%s: want an object", at))
			continue
		}
		v.cell(at, c)
		id, ok := c["id"].(string)
		if !ok {
			continue
		}
		if first, again := ids[id]; again {
			v.problems = append(v.problems, fmt.Errorf("%s: id %q is that of cells[%d] too", at, id, first))
		} else {
			ids[id] = i
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
func (v *validator) cell(at string, cell map[string]any) {
	switch t, _ := cell["cell_type"].(string); t {
	case "code":
		outputs, isList := cell["outputs"].([]any)
		if isList {
			cell["outputs"] = []any{}
		}
		v.check(at, cell, "code_cell")
		for k, o := range outputs {
			at := fmt.Sprintf("%s.outputs[%d]", at, k)
			o, ok := o.(map[string]any)
			if !ok {
				v.problems = append(v.problems, fmt.Errorf("%s: want an object", at))
				continue
			}
			switch t, _ := o["output_type"].(string); t {
			case "stream", "display_data", "execute_result", "error":
				v.check(at, o, t)
			default:
				v.unknown(at, "output type", t)
			}
		}
	case "markdown", "raw":
		v.check(at, cell, t+"_cell")
	default:
		v.unknown(at, "cell type", t)
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
	if err := schema.Validate(tree); errors.As(err, &invalid) {
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
		f, err := schemaFiles.Open(name)
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
