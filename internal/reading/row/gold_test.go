// SPDX-License-Identifier: Apache-2.0

package row_test

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/row"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

// gold is where labelled rows lie; they are not part of the project.
const gold = "../../../../shared/data/gold/"

// table reads lines whose first cell is a hash; without the head.
func table(t *testing.T, name string) map[string][]string {
	t.Helper()
	b, err := os.ReadFile(gold + name)
	if err != nil {
		t.Skip("no labelled rows here: " + err.Error())
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimRight(line, "\n"), "\t"); f[0] != "sha256" {
			rows[f[0]] = f[1:]
		}
	}
	return rows
}

// oneOf reports whether a label of alternatives allows a word.
func oneOf(label, word string) bool { return slices.Contains(strings.Split(label, "|"), word) }

func TestLabelledRowsGetTheirClassAndQuantity(t *testing.T) {
	t.Parallel()
	labels, texts := table(t, "composed_dev.tsv"), table(t, "text/composed_dev.tsv")
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	reader := row.NewReader(c)
	all, right, countable, counted := 0, 0, 0, 0
	for hash, text := range texts {
		want := labels[hash]
		var key string
		if err := json.Unmarshal([]byte(text[0]), &key); err != nil || len(want) < 5 {
			t.Fatalf("%s: label %q, %v", hash, want, err)
		}
		cells := strings.Split(key, "|")
		if len(cells) != 4 {
			continue
		}
		got := reader.Read(cells[0], cells[1], cells[2], cells[3])
		class, _ := c.Class(got.Class)
		all++
		if oneOf(want[0], got.Class) && strconv.FormatInt(got.Quantity.Value, 10) == want[1] && sameUnit(class, want[2], got.Quantity.Unit) {
			right++
		}
		base, known := baseOf(t, class, got.Quantity, qty.Unit(want[4]))
		switch {
		case want[3] == "" && known:
			t.Errorf("%q: %d %s are not stated", cells, base, class.BaseUnit)
		case want[3] == "":
		case known && strconv.FormatInt(base, 10) == want[3]:
			countable, counted = countable+1, counted+1
		case known:
			t.Errorf("%q: %d are read, %s stated", cells, base, want[3])
		default:
			countable++
		}
	}
	t.Logf("%d of %d rows have class and quantity right, %d of %d the base quantity", right, all, counted, countable)
	if right*100 < all*96 || counted*100 < countable*80 {
		t.Errorf("only %d of %d rows have class and quantity right, %d of %d the base quantity", right, all, counted, countable)
	}
}

// sameUnit reports whether a unit is one that the label allows; a set of a suit
// is one suit.
func sameUnit(class catalog.Class, label string, u qty.Unit) bool {
	same := func(w string) bool {
		return w == "" || qty.Unit(w) == u || qty.Unit(w) == qty.Other || class.Counts(u) && class.Counts(qty.Unit(w))
	}
	return slices.ContainsFunc(strings.Split(label, "|"), same)
}

// baseOf returns a quantity in the base unit of its class, or in the unit in
// which it was labelled.
func baseOf(t *testing.T, class catalog.Class, q qty.Quantity, labelled qty.Unit) (int64, bool) {
	t.Helper()
	base, known, err := class.Base(q)
	if err == nil && !known && labelled != qty.NoUnit {
		base, known, err = q.Base(labelled)
	}
	if err != nil {
		t.Fatal(err)
	}
	return base, known
}
