// Command uncovered lists the refusals that no test has reached: blocks of
// statements in a profile of coverage that were never run and that make or
// return an error.
//
//	go test ./ops -coverprofile=cover.out
//	go run ./ops/internal/uncovered cover.out
//
// It is run from the root of the module. Give go test a -run pattern to see
// what single tests reach: TestRefusals|TestErrorPaths|TestErrorTable are those
// for errors. What is left are errors that Infer has refused before, passed on
// by Forward, VJP or Compose.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: uncovered cover.out")
		os.Exit(2)
	}
	f, err := os.Open(os.Args[1])
	if err == nil {
		defer f.Close()
		err = list(os.Stdout, f, os.ReadFile)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "uncovered:", err)
		os.Exit(1)
	}
}

var (
	line = regexp.MustCompile(`^cahier/(\S+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)$`)
	// refusal is what the text of a block looks like that ends in an error.
	refusal = regexp.MustCompile(`return .*\berr\b|return .*Error|\bfail\(|Error\{`)
)

// block is a part of a file, from line to line.
type block struct {
	file     string
	from, to int
}

// list writes the blocks of a profile that were not run and refuse something.
func list(w io.Writer, profile io.Reader, read func(name string) ([]byte, error)) error {
	ran := map[block]int{}
	lines := bufio.NewScanner(profile)
	for lines.Scan() {
		m := line.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		var n [3]int
		for i := range n {
			n[i], _ = strconv.Atoi(m[2+i])
		}
		ran[block{m[1], n[0], n[1]}] += n[2]
	}
	if err := lines.Err(); err != nil {
		return err
	}
	var left []block
	for b, n := range ran {
		if n == 0 {
			left = append(left, b)
		}
	}
	sort.Slice(left, func(i, j int) bool {
		a, b := left[i], left[j]
		return a.file < b.file || a.file == b.file && a.from < b.from
	})
	files, count := map[string][]string{}, 0
	for _, b := range left {
		if files[b.file] == nil {
			text, err := read(filepath.FromSlash(b.file))
			if err != nil {
				return err
			}
			files[b.file] = strings.Split(string(text), "\n")
		}
		if b.from < 1 || b.to > len(files[b.file]) || b.from > b.to {
			return fmt.Errorf("%s has no lines %d to %d: the profile is of other files", b.file, b.from, b.to)
		}
		if text := strings.Join(strings.Fields(strings.Join(files[b.file][b.from-1:b.to], " ")), " "); refusal.MatchString(text) {
			count++
			fmt.Fprintf(w, "%s:%d: %s\n", b.file, b.from, text)
		}
	}
	_, err := fmt.Fprintf(w, "%d refusals that no test has reached\n", count)
	return err
}
