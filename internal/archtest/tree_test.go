// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// module is the import path of the tree's root.
const module = "github.com/qiaorelief/qiao"

// source is one Go file of the tree.
type source struct {
	path      string // relative to the root, with slashes
	dir       string // the folder, which names the package
	test      bool   // a _test.go file
	scaffold  bool   // a _test.go file, or part of a package that is made for tests (dbtest)
	generated bool   // carries "Code generated … DO NOT EDIT."
	lines     int
	text      string
	file      *ast.File
	set       *token.FileSet
}

// imports returns the import paths of the file with the names they have in it.
func (s *source) imports() map[string]string {
	named := map[string]string{}
	for _, spec := range s.file.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has accepted the file, so this is a string
		}
		name := path.Base(target)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		named[target] = name
	}
	return named
}

// at returns "path:line" for a message.
func (s *source) at(pos token.Pos) string {
	return fmt.Sprintf("%s:%d", s.path, s.set.Position(pos).Line)
}

// tree is everything that the rules look at.
type tree struct {
	root    fs.FS
	sources []*source
}

// load reads every Go file under root that belongs to the module. Folders with
// a go.mod of their own, hidden folders, testdata and node_modules do not.
func load(root fs.FS) (*tree, error) {
	t := &tree{root: root}
	set := token.NewFileSet()
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed while the walk was on its way
		case err != nil:
			return err
		case entry.IsDir():
			if foreign(root, name) {
				return fs.SkipDir
			}
			return nil
		case path.Ext(name) != ".go":
			return nil
		}
		s, err := read(root, set, name)
		if err != nil {
			return err
		}
		t.sources = append(t.sources, s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the source tree: %w", err)
	}
	return t, nil
}

func foreign(root fs.FS, dir string) bool {
	if dir == "." {
		return false
	}
	base := path.Base(dir)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules" {
		return true
	}
	_, err := fs.Stat(root, path.Join(dir, "go.mod"))
	return err == nil
}

func read(root fs.FS, set *token.FileSet, name string) (*source, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	test := strings.HasSuffix(name, "_test.go")
	return &source{
		path:      name,
		dir:       path.Dir(name),
		test:      test,
		scaffold:  test || madeForTests(path.Dir(name)),
		generated: ast.IsGenerated(file),
		lines:     strings.Count(string(text), "\n"),
		text:      string(text),
		file:      file,
		set:       set,
	}, nil
}

// madeForTests reports whether the package helps tests and is not shipped: its
// name ends with test, as in dbtest or net/http/httptest.
func madeForTests(dir string) bool { return strings.HasSuffix(dir, "test") }

// under reports whether dir is one of the folders or inside one.
func under(dir string, folders ...string) bool {
	for _, folder := range folders {
		if dir == folder || strings.HasPrefix(dir, folder+"/") {
			return true
		}
	}
	return false
}
