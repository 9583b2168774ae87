// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

//go:embed data/*.tsv
var files embed.FS

// Load reads the data that is part of the program and checks it.
func Load() (*Catalog, error) {
	texts := map[string]string{}
	for _, name := range []string{"groups", "classes", "aliases", "rules", "standards"} {
		text, err := files.ReadFile("data/" + name + ".tsv")
		if err != nil {
			return nil, fmt.Errorf("catalog: %w", err)
		}
		texts[name] = string(text)
	}
	return read(texts)
}

// read builds a catalogue from the texts of its files.
func read(texts map[string]string) (*Catalog, error) {
	c := &Catalog{index: map[string]int{}}
	steps := []struct {
		file    string
		columns int
		line    func(cells []string) error
	}{
		{"groups", 3, c.addGroup},
		{"classes", 9, c.addClass},
		{"aliases", 3, c.aliasReader()},
		{"rules", 6, c.addRule},
		{"standards", 8, c.addStandard},
	}
	for _, s := range steps {
		if err := eachLine(texts[s.file], s.columns, s.line); err != nil {
			return nil, fmt.Errorf("catalog: %s.tsv: %w", s.file, err)
		}
	}
	for _, g := range c.groups {
		if len(g.Classes) == 0 {
			return nil, fmt.Errorf("catalog: group %q has no class", g.Code)
		}
	}
	return c, nil
}

// eachLine calls f for every line that is neither empty nor a comment nor the
// heading, which is the first line left. Missing cells at the end are empty.
func eachLine(text string, columns int, f func([]string) error) error {
	heading := true
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if heading {
			heading = false
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) > columns {
			return fmt.Errorf("line %d: %d cells, at most %d", n, len(cells), columns)
		}
		for len(cells) < columns {
			cells = append(cells, "")
		}
		if err := f(cells); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return nil
}

func (c *Catalog) addGroup(cells []string) error {
	if slices.ContainsFunc(c.groups, func(g Group) bool { return g.Code == cells[0] }) {
		return fmt.Errorf("group %q comes twice", cells[0])
	}
	c.groups = append(c.groups, Group{Code: cells[0], NameEN: cells[1], NameZH: cells[2]})
	return nil
}

func (c *Catalog) addClass(cells []string) error {
	cl := Class{
		Code: cells[0], NameEN: cells[1], NameZH: cells[2],
		BaseUnit: qty.Unit(cells[3]), Group: cells[5], Medical: Medical(cells[7]),
	}
	for _, u := range list(cells[4]) {
		if !qty.Unit(u).Valid() {
			return fmt.Errorf("unit %q", u)
		}
		cl.Same = append(cl.Same, qty.Unit(u))
	}
	plausible, err := strconv.ParseInt(cells[6], 10, 64)
	switch {
	case err != nil || plausible <= 0:
		return fmt.Errorf("plausible bound %q", cells[6])
	case c.known(cl.Code) == nil:
		return fmt.Errorf("class %q comes twice", cl.Code)
	case !cl.BaseUnit.Valid():
		return fmt.Errorf("unit %q", cl.BaseUnit)
	case cl.Medical != Yes && cl.Medical != No && cl.Medical != Unsaid:
		return fmt.Errorf("medical %q", cl.Medical)
	}
	cl.Plausible = plausible
	g := slices.IndexFunc(c.groups, func(g Group) bool { return g.Code == cl.Group })
	if g < 0 {
		return fmt.Errorf("class %q: no group %q", cl.Code, cl.Group)
	}
	c.groups[g].Classes = append(c.groups[g].Classes, cl.Code)
	c.index[cl.Code] = len(c.classes)
	c.classes = append(c.classes, cl)
	return nil
}

// aliasReader returns the reader of lines `class, kind, words separated by |`.
func (c *Catalog) aliasReader() func([]string) error {
	seen := map[string]bool{}
	return func(cells []string) error {
		kind := Kind(cells[1])
		if err := c.known(cells[0]); err != nil {
			return err
		}
		if kind != Word && kind != End && kind != Weak {
			return fmt.Errorf("kind %q", kind)
		}
		for _, word := range list(cells[2]) {
			if seen[word] {
				return fmt.Errorf("alias %q comes twice", word)
			}
			if word != strings.ToLower(strings.TrimSpace(word)) || word == "" {
				return fmt.Errorf("alias %q is not lower case without blanks around it", word)
			}
			seen[word] = true
			c.aliases = append(c.aliases, Alias{Text: word, Class: cells[0], Kind: kind})
		}
		return nil
	}
}

func (c *Catalog) addRule(cells []string) error {
	r := Rule{
		Name: cells[0], From: list(cells[1]), Any: list(cells[2]),
		And: list(cells[3]), Without: list(cells[4]), To: cells[5],
	}
	if r.Name == "" || len(r.From) == 0 || len(r.Any) == 0 {
		return fmt.Errorf("rule %q needs a name, a class and a word", r.Name)
	}
	c.rules = append(c.rules, r)
	return c.known(append(slices.Clone(r.From), r.To)...)
}

func (c *Catalog) addStandard(cells []string) error {
	s := Standard{
		Body: cells[0], Number: cells[1], Edition: cells[2], Title: cells[3], Covers: list(cells[4]),
		ValidFrom: cells[5], ValidTo: cells[6], ReplacedBy: cells[7],
	}
	if s.Body == "" || s.Number == "" || len(s.Covers) == 0 {
		return fmt.Errorf("standard %q needs a body, a number and a class", s.Code())
	}
	c.standards = append(c.standards, s)
	return c.known(s.Covers...)
}

// known returns an error for the first code that is no class.
func (c *Catalog) known(codes ...string) error {
	for _, code := range codes {
		if _, ok := c.index[code]; !ok {
			return fmt.Errorf("no such class: %q", code)
		}
	}
	return nil
}

func list(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}
