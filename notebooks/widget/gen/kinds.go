package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// kind is how an attribute looks in Go.
type kind struct {
	name string // in package widget
	typ  string // in Go
	get  string // the method of Model that gets it
}

// Attributes of which the schema says only that they are a list.
var lists = map[string]string{
	"ColorsInputModel.value": "kindStrings", "ColorsInputModel.allowed_tags": "kindStrings",
	"TagsInputModel.value": "kindStrings", "TagsInputModel.allowed_tags": "kindStrings",
	"FloatsInputModel.value": "kindFloats", "FloatsInputModel.allowed_tags": "kindFloats",
	"IntsInputModel.value": "kindInts", "IntsInputModel.allowed_tags": "kindInts",
	"FloatRangeSliderModel.value": "kindFloats2", "IntRangeSliderModel.value": "kindInts2",
	"SelectionRangeSliderModel.index": "kindInts2",
	"LinkModel.source":                "kindPair", "LinkModel.target": "kindPair",
	"DirectionalLinkModel.source": "kindPair", "DirectionalLinkModel.target": "kindPair",
}

var kinds = map[string]kind{
	"kindString": {"kindString", "string", "text"}, "kindBool": {"kindBool", "bool", "truth"},
	"kindInt": {"kindInt", "int", "whole"}, "kindFloat": {"kindFloat", "float64", "number"},
	"kindStrings": {"kindStrings", "[]string", "texts"}, "kindInts": {"kindInts", "[]int", "wholes"},
	"kindFloats": {"kindFloats", "[]float64", "numbers"}, "kindInts2": {"kindInts2", "[]int", "wholes"},
	"kindFloats2": {"kindFloats2", "[]float64", "numbers"}, "kindRef": {"kindRef", "Widget", "widget"},
	"kindRefs": {"kindRefs", "[]Widget", "widgets"}, "kindBytes": {"kindBytes", "[]byte", "data"},
	"kindDate": {"kindDate", "time.Time", "time"}, "kindDatetime": {"kindDatetime", "time.Time", "time"},
	"kindNaive": {"kindNaive", "time.Time", "time"}, "kindTime": {"kindTime", "time.Time", "time"},
	"kindIntAny": {"kindIntAny", "int", "whole"}, "kindFloatAny": {"kindFloatAny", "float64", "number"},
	"kindPair": {"kindPair", "", ""}, "kindJSON": {"kindJSON", "any", ""},
}

func kindOf(model string, a attribute) (kind, error) {
	var one string
	var several []string
	if json.Unmarshal(a.Type, &one) != nil {
		if err := json.Unmarshal(a.Type, &several); err != nil {
			return kind{}, err
		}
	}
	name := ""
	switch {
	case strings.Join(several, " ") == "int string":
		name = "kindIntAny"
	case strings.Join(several, " ") == "float string":
		name = "kindFloatAny"
	case one == "Datetime" && model == "NaiveDatetimeModel":
		name = "kindNaive"
	case one == "array" && a.Items != nil:
		name = map[string]string{"string": "kindStrings", "int": "kindInts", "reference": "kindRefs", "object": "kindJSON"}[a.Items.Type]
	case one == "array":
		name = lists[model+"."+a.Name]
	default:
		name = map[string]string{"string": "kindString", "bool": "kindBool", "int": "kindInt", "float": "kindFloat", "reference": "kindRef",
			"bytes": "kindBytes", "Date": "kindDate", "Datetime": "kindDatetime", "Time": "kindTime"}[one]
	}
	k, ok := kinds[name]
	if !ok {
		return kind{}, fmt.Errorf("%s.%s has the type %s: kinds.go does not know it", model, a.Name, a.Type)
	}
	return k, nil
}

// goName is an attribute's name in Go.
func goName(name string) string {
	switch name {
	case "_dom_classes":
		return "DOMClasses"
	case "error": // a method of this name would make the widget an error
		return "UploadError"
	}
	var b strings.Builder
	for _, part := range strings.Split(name, "_") {
		switch part {
		case "html":
			b.WriteString("HTML")
		case "":
		default:
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}
