// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"
)

// Budgets that nine of ten functions of the best Go code bases keep.
const (
	longFile        = 400 // lines; split by noun from here on
	longestFile     = 500
	longestPackage  = 2000 // lines without tests and generated files
	longestFunction = 60   // lines between the braces
)

// bucketNames are names that say nothing about what a package is for.
var bucketNames = []string{"util", "utils", "common", "helper", "helpers", "shared", "misc", "base", "models", "types"}

func checkNames(t *tree) (broken []string) {
	for _, s := range t.sources {
		for _, name := range []string{path.Base(s.dir), strings.TrimSuffix(s.file.Name.Name, "_test")} {
			if slices.Contains(bucketNames, name) {
				broken = append(broken, fmt.Sprintf("%s: a package called %s is a bucket; name it after what it is for", s.path, name))
			}
		}
	}
	return broken
}

func checkComments(t *tree) (broken []string) {
	described := map[string]bool{}
	for _, s := range t.sources {
		if s.test {
			continue
		}
		if doc := s.file.Doc.Text(); strings.HasPrefix(doc, "Package ") || strings.HasPrefix(doc, "Command ") {
			described[s.dir] = true
		} else if !described[s.dir] {
			described[s.dir] = false
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(described)) {
		if !described[dir] {
			broken = append(broken, dir+": no file opens with a package comment (// Package … says what it is for)")
		}
	}
	return broken
}

func checkInit(t *tree) (broken []string) {
	for _, s := range t.sources {
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if ok && !s.generated && f.Recv == nil && f.Name.Name == "init" {
				broken = append(broken, s.at(f.Pos())+": no init functions; construct in app and hand it in")
			}
		}
	}
	return broken
}

func checkHeaders(t *tree) (broken []string) {
	for _, s := range t.sources {
		if !s.generated && !strings.HasPrefix(s.text, "// SPDX-License-Identifier: Apache-2.0\n\n") {
			broken = append(broken, s.path+": the first line is not // SPDX-License-Identifier: Apache-2.0, with a blank line after it")
		}
	}
	return broken
}

func checkSizes(t *tree) (broken []string) {
	packages := map[string]int{}
	for _, s := range t.sources {
		if s.test || s.generated {
			continue
		}
		packages[s.dir] += s.lines
		if s.lines > longestFile {
			broken = append(broken, fmt.Sprintf("%s has %d lines, at most %d: split it by noun", s.path, s.lines, longestFile))
		}
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			if n := s.set.Position(f.Body.Rbrace).Line - s.set.Position(f.Body.Lbrace).Line - 1; n > longestFunction {
				broken = append(broken, fmt.Sprintf("%s: %s has %d lines, at most %d", s.at(f.Pos()), f.Name.Name, n, longestFunction))
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(packages)) {
		if packages[dir] > longestPackage {
			broken = append(broken, fmt.Sprintf("%s has %d lines, at most %d: it is more than one chapter", dir, packages[dir], longestPackage))
		}
	}
	return broken
}

// growing lists files that should be split soon; it breaks nothing.
func growing(t *tree) (files []string) {
	for _, s := range t.sources {
		if !s.test && !s.generated && s.lines > longFile && s.lines <= longestFile {
			files = append(files, fmt.Sprintf("%s has %d lines", s.path, s.lines))
		}
	}
	return files
}
