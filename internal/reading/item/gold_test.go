// SPDX-License-Identifier: Apache-2.0

package item_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/reading/item"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

// gold is where labelled names lie; they are not part of the project.
const gold = "../../../../shared/data/gold/"

func TestLabelledNamesGetTheirClass(t *testing.T) {
	t.Parallel()
	labels, err := os.ReadFile(gold + "items_dev.tsv")
	if err != nil {
		t.Skip("no labelled names here: " + err.Error())
	}
	texts, err := os.ReadFile(gold + "text/items_dev.tsv")
	if err != nil {
		t.Skip("no labelled names here: " + err.Error())
	}
	want := map[string]string{}
	for line := range strings.Lines(string(labels)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		want[f[0]] = f[1]
	}
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	k := item.NewClassifier(c)
	right, all := 0, 0
	for line := range strings.Lines(string(texts)) {
		hash, key, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		classes, labelled := want[hash]
		if !ok || !labelled || hash == "sha256" {
			continue
		}
		if err := json.Unmarshal([]byte(key), &key); err != nil {
			t.Fatal(err)
		}
		name, spec, _ := strings.Cut(key, "|")
		all++
		got := k.Classify(name, spec).Class
		if got == "" {
			got = "other"
		}
		if slices.Contains(strings.Split(classes, "|"), got) {
			right++
		}
	}
	if all == 0 {
		t.Skip("no labelled names could be matched with their texts")
	}
	t.Logf("%d of %d right (%.1f %%)", right, all, 100*float64(right)/float64(all))
	if right*100 < all*97 {
		t.Errorf("only %d of %d names get their class", right, all)
	}
}
