// SPDX-License-Identifier: Apache-2.0

package quantity_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/reading/quantity"
)

// gold is where labelled specifications lie; they are not part of the project.
const gold = "../../../../shared/data/gold/"

// table reads lines of hash, tab, text; without the head.
func table(t *testing.T, name string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(gold + name)
	if err != nil {
		t.Skip("no labelled specifications here: " + err.Error())
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if hash, rest, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t"); ok && hash != "sha256" {
			rows[hash] = rest
		}
	}
	return rows
}

// levels writes a chain as the labels do, without levels of one; tablets count
// as pieces.
func levels(chain string) []string {
	all := []string{}
	for level := range strings.SplitSeq(chain, ">") {
		if unit, of, ok := strings.Cut(level, ":"); ok && of != "1" {
			all = append(all, strings.Replace(unit, "tablet", "piece", 1)+":"+of)
		}
	}
	return all
}

// fits compares a chain with a label, in which `item` and `pack` are any unit.
func fits(got, want []string) bool {
	left := slices.Clone(got)
	for _, w := range want {
		unit, of, _ := strings.Cut(w, ":")
		i := slices.IndexFunc(left, func(g string) bool {
			return g == w || (unit == "item" || unit == "pack") && strings.HasSuffix(g, ":"+of)
		})
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return len(left) == 0
}

func TestLabelledSpecificationsGetTheirChain(t *testing.T) {
	t.Parallel()
	labels, texts := table(t, "packs_dev.tsv"), table(t, "text/packs_dev.tsv")
	chains, right, traps, refused := 0, 0, 0, 0
	for hash, quoted := range texts {
		label, _, _ := strings.Cut(labels[hash], "\t")
		var spec string
		if err := json.Unmarshal([]byte(quoted), &spec); err != nil || label == "" {
			t.Fatalf("%s: label %q, %v", hash, label, err)
		}
		pack, _ := quantity.ParsePack(spec)
		got := levels(pack.String())
		if label == "none" {
			traps++
			if len(got) == 0 {
				refused++
			}
			continue
		}
		chains++
		if slices.ContainsFunc(strings.Split(label, " || "), func(want string) bool { return fits(got, levels(want)) }) {
			right++
		}
	}
	t.Logf("%d of %d chains right, %d of %d traps refused", right, chains, refused, traps)
	if right*100 < chains*80 {
		t.Errorf("only %d of %d specifications get their chain", right, chains)
	}
	if refused*100 < traps*98 {
		t.Errorf("only %d of %d sizes and volumes are refused", refused, traps)
	}
}
