// SPDX-License-Identifier: Apache-2.0

package register_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/relief/register"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestSamples imports the samples that the project ships and compares what is
// posted, held and rejected with what was agreed.
func TestSamples(t *testing.T) {
	t.Parallel()
	for file, kind := range map[string]register.Kind{
		"receipts.csv": register.Receipts, "receipts.xlsx": register.Receipts, "distributions.csv": register.Distributions,
		"money.csv": register.Money, "needs.csv": register.Needs, "needs.jsonl": register.Needs,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile("../../../samples/" + file)
			if err != nil {
				t.Fatal(err)
			}
			k := newDesk(t, dbtest.SQLite(t, frozen()), true)
			r := k.run(t, register.Request{Kind: kind, FileName: file, File: bytes.NewReader(b), Size: int64(len(b))})
			compare(t, filepath.Join("testdata", file+".golden.json"), k.outcome(t, r))
		})
	}
}

// outcome is what a sample became, for people to read.
func (k *desk) outcome(t *testing.T, r register.Result) []byte {
	t.Helper()
	held, err := k.s.List(t.Context(), k.actor, register.Filter{}, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Source, At, Party string           `json:",omitempty"`
		Amount            string           `json:",omitempty"`
		Channel           string           `json:",omitempty"`
		Earmark, For      string           `json:",omitempty"`
		Note              string           `json:",omitempty"`
		Goods             []map[string]any `json:",omitempty"`
	}
	out := struct {
		Result  register.Result
		Skipped int
		Ones    int
		Mapping []register.Mapping
		Posted  []row
		Held    []map[string]any
	}{Result: r, Skipped: r.Skipped, Ones: r.Unknowns, Mapping: r.Mappings}
	for _, p := range k.rows {
		line := row{Source: p.Source, Party: p.Party, Channel: p.Channel, Earmark: p.Earmark, For: p.EarmarkFor, Note: p.Note}
		if !p.At.IsZero() {
			line.At = p.At.In(zone).Format("2006-01-02 15:04:05")
		}
		if p.Kind == register.Money {
			line.Amount = p.Amount.String() + " " + string(p.Amount.Currency)
		}
		for _, l := range p.Lines {
			g := map[string]any{"class": l.Class, "item": l.Item, "spec": l.Spec, "state": l.Quantity.State, "value": l.Quantity.Value, "unit": l.Quantity.Unit, "rejected": l.Rejected, "reason": l.RejectReason}
			maps.DeleteFunc(g, func(_ string, v any) bool { return v == "" || v == int64(0) })
			line.Goods = append(line.Goods, g)
		}
		out.Posted = append(out.Posted, line)
	}
	for _, h := range held.Items {
		cells := slices.DeleteFunc(slices.Clone(h.Cells), func(c string) bool { return c == "" })
		out.Held = append(out.Held, map[string]any{"row": h.Row, "status": h.Status, "why": h.Key, "args": h.Args, "cells": cells})
	}
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update after a look):\n%s", path, got)
	}
}
