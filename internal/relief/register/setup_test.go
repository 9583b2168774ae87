// SPDX-License-Identifier: Apache-2.0

package register_test

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

var (
	zone    = time.FixedZone("UTC+8", 8*3600)
	today   = time.Date(2020, 2, 20, 4, 0, 0, 0, time.UTC)
	counted = regexp.MustCompile(`^([\d,]+)(万?) ?(\p{Han}*)$`)
)

// goods knows a few articles and reads plain numbers.
type goods struct{}

func (goods) Read(item, _, unit, amount string) register.Reading {
	r := register.Reading{Quantity: qty.Unsaid(amount)}
	for _, known := range [][2]string{
		{"口罩", "mask-other"}, {"防护服", "suit-other"}, {"护目镜", "goggles"}, {"消毒", "disinfectant"}, {"手套", "gloves-other"},
		{"棉签", "consumable-medical"}, {"酒精", "alcohol"}, {"面罩", "face-shield"}, {"隔离衣", "gown-isolation"}, {"测温仪", "thermometer"},
		{"N95", "respirator"},
	} {
		if strings.Contains(item, known[0]) {
			r.Class = known[1]
		}
	}
	m := counted.FindStringSubmatch(layoutNarrow(amount))
	if m == nil {
		r.Why = "goods.not_counted"
		return r
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
	if err != nil {
		r.Why = "goods.absurd"
		return r
	}
	if m[2] != "" {
		n *= 10_000
	}
	if m[3] != "" {
		unit = m[3]
	}
	r.Quantity = qty.Exactly(n, map[string]qty.Unit{"只": qty.Piece, "个": qty.Piece, "套": qty.Piece, "台": qty.Piece, "盒": qty.Box, "箱": qty.Case, "件": qty.Case, "瓶": qty.Bottle, "包": qty.Bag, "": qty.NoUnit}[unit])
	r.Quantity.Text = amount + unit
	return r
}

func layoutNarrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

// journalPoster records each row as a fact, so that a test can count them.
type journalPoster struct {
	posts *atomic.Int64
	rows  *[]register.Row
}

var errBroken = errors.New("the disk is on fire")

func (p journalPoster) Post(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (id.ID, error) {
	for _, l := range r.Lines {
		switch l.Spec {
		case "refuse":
			return id.Zero, errs.Bad().Field("lines", "goods.absurd", "max", 1)
		case "break":
			return id.Zero, errBroken
		}
	}
	document := tx.NewID()
	_, err := journal.Write(ctx, tx, journal.Fact{Actor: actor.ID, Action: "test.post", SubjectKind: "test", Subject: document})
	p.posts.Add(1)
	if p.rows != nil {
		row := r
		tx.OnCommit(func() { *p.rows = append(*p.rows, row) })
	}
	return document, err
}

type desk struct {
	db    *db.DB
	s     *register.Service
	actor account.Actor
	rows  []register.Row // posted, in order; only for runs one after the other
}

func newDesk(t testing.TB, d *db.DB, keep bool) *desk {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	k := &desk{db: d, actor: account.System()}
	p := journalPoster{posts: new(atomic.Int64)}
	if keep {
		p.rows = &k.rows
	}
	posters := map[register.Kind]register.Poster{}
	for _, kind := range layout.Kinds() {
		posters[kind] = p
	}
	k.s, err = register.New(register.Config{DB: d, Policy: policy, Catalog: c, Reader: goods{}, Posters: posters, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *desk) request(kind register.Kind, name, text string) register.Request {
	return register.Request{Kind: kind, FileName: name, File: strings.NewReader(text), Size: int64(len(text))}
}

func (k *desk) run(t testing.TB, req register.Request) register.Result {
	t.Helper()
	r, err := k.s.Run(t.Context(), k.actor, req)
	if err != nil {
		t.Fatal(err)
	}
	check(t, r)
	return r
}

// check holds a result to its law.
func check(t testing.TB, r register.Result) {
	t.Helper()
	if r.Read != r.Posted+r.Held+r.Rejected+r.Already {
		t.Fatalf("read %d ≠ posted %d + held %d + rejected %d + already %d", r.Read, r.Posted, r.Held, r.Rejected, r.Already)
	}
}

// facts counts what was really posted.
func (k *desk) facts(t testing.TB) int {
	t.Helper()
	n, err := db.Value[int](t.Context(), k.db, `SELECT count(*) FROM journal_record WHERE action = 'test.post'`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (k *desk) count(t testing.TB, table string) int {
	t.Helper()
	n, err := db.Value[int](t.Context(), k.db, `SELECT count(*) FROM `+table)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func frozen() db.Config { return db.Config{Clock: clock.NewManual(today)} }
