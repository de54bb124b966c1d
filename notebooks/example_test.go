package notebooks_test

import (
	"fmt"
	"os"
	"strings"

	"cahier/notebooks"
)

func ExampleRead() {
	_, err := notebooks.Read(strings.NewReader("package main"))
	fmt.Println(err)
	_, err = notebooks.Read(strings.NewReader(`{"nbformat": 3, "worksheets": []}`))
	fmt.Println(err)
	n, err := notebooks.Read(strings.NewReader(`{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}`))
	fmt.Println(n.Minor(), len(n.Cells), err)
	// Output:
	// not a notebook: line 1, column 1 is not JSON: invalid character 'p' looking for beginning of value
	// notebook format 3, want 4: open and save it once in Jupyter, or convert it with jupyter nbconvert --to notebook
	// 4 0 <nil>
}

func ExampleNotebook_WriteTo() {
	n := notebooks.New()
	c := n.NewCell(notebooks.Code, "x := 1\nx")
	c.ID = "first"
	n.WriteTo(os.Stdout)
	// Output:
	// {
	//  "cells": [
	//   {
	//    "cell_type": "code",
	//    "execution_count": null,
	//    "id": "first",
	//    "metadata": {},
	//    "outputs": [],
	//    "source": [
	//     "x := 1\n",
	//     "x"
	//    ]
	//   }
	//  ],
	//  "metadata": {},
	//  "nbformat": 4,
	//  "nbformat_minor": 5
	// }
}
