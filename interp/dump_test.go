package interp

import (
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"os"

	"cahier/interp/engine"
)

// dumping prints what it loads, for those who work on lowering.
type dumping struct{ engine.Engine }

func (d dumping) Load(f *ast.File) error {
	err := d.Engine.Load(f)
	fmt.Println("---- lowered")
	_ = printer.Fprint(os.Stdout, token.NewFileSet(), f)
	fmt.Println("\n----", err)
	return err
}
