// SPDX-License-Identifier: Apache-2.0

package story

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/office"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// Services are what the story is played with. Clock is the clock of the
// database; the story moves it.
type Services struct {
	DB            *db.DB
	Clock         *clock.Manual
	Orgs          *org.Service
	Needs         *need.Service
	Receipts      *receipt.Service
	Distributions *distribution.Service
	Funds         *fund.Service
	Stock         *stock.Service
}

// zone is the zone of the story's days.
const zone = "Asia/Shanghai"

// changsha is that zone for reading the tables; it had no other offset in 2020.
var changsha = time.FixedZone(zone, 8*60*60)

// The story begins on the morning of 27 January, 08:00 in Changsha, and
// everything is written down by 18:00 on 17 February.
var (
	Begin = time.Date(2020, time.January, 27, 0, 0, 0, 0, time.UTC)
	End   = time.Date(2020, time.February, 17, 10, 0, 0, 0, time.UTC)
)

// IDs returns a source of ids that is the same at every call, so that a story
// played into new books makes the same records. For invented books only: the
// ids can be foreseen.
func IDs() *id.Source {
	return id.NewSource(rand.NewChaCha8([32]byte([]byte("27 January to 17 February, 2020."))))
}

// teller tells the story.
type teller struct {
	Services
	parties  map[string]id.ID
	lots     map[string]id.ID // by batch
	receipts map[string]receipt.Receipt
}

// event is one thing that happens in the story.
type event struct {
	recorded time.Time
	name     string
	do       func(ctx context.Context) error
}

// Play plays the story into new books.
func Play(ctx context.Context, s Services) error {
	t := &teller{Services: s, parties: map[string]id.ID{}, lots: map[string]id.ID{}, receipts: map[string]receipt.Receipt{}}
	s.Clock.Set(Begin)
	err := office.Set(ctx, s.DB, account.System().ID, office.Office{Name: "示例省侨联救援物资办公室", Zone: zone, Demonstration: true})
	if err != nil {
		return fmt.Errorf("story: %w", err)
	}
	if err := t.meet(ctx); err != nil {
		return err
	}
	events, err := t.events()
	if err != nil {
		return err
	}
	last := s.Clock.Now()
	for i, e := range events {
		// Nobody writes on the stroke of the minute, nor two at once.
		now := e.recorded.Add(time.Duration(i*13%40) * time.Second)
		if !now.After(last) {
			now = last.Add(time.Second)
		}
		s.Clock.Set(now)
		last = now
		if err := e.do(ctx); err != nil {
			return fmt.Errorf("story: %s: %w", e.name, err)
		}
	}
	return nil
}

// meet registers everybody.
func (t *teller) meet(ctx context.Context) error {
	parties, err := read("parties")
	if err != nil {
		return err
	}
	for _, r := range parties.rows {
		t.Clock.Advance(time.Second)
		o, err := t.Orgs.Create(ctx, coordinator, org.Input{
			Kind: org.Kind(r.text("kind")), Name: r.text("name"), Place: r.text("place"), Parent: t.parties[r.text("parent")],
		}, "")
		if err != nil {
			return fmt.Errorf("story: %s: %w", r.text("name"), err)
		}
		t.parties[o.Name] = o.ID
	}
	return parties.err
}

// events returns everything that happens, in the order in which it is written
// down.
func (t *teller) events() ([]event, error) {
	var all []event
	for _, chapter := range []struct {
		name string
		tell func(document []row) func(ctx context.Context) error
	}{
		{"money", t.money}, {"needs", t.need}, {"receipts", t.receive}, {"stock", t.keep}, {"corrections", t.correct}, {"handovers", t.handOver},
	} {
		table, err := read(chapter.name)
		if err != nil {
			return nil, err
		}
		for _, document := range table.documents() {
			first := document[0]
			all = append(all, event{first.recorded(), fmt.Sprintf("%s.tsv:%d", chapter.name, first.line), chapter.tell(document)})
		}
		if table.err != nil {
			return nil, table.err
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.recorded.Compare(b.recorded) })
	return all, nil
}

// ActorID is the id of who plays a role in the story.
func ActorID(role account.Role) id.ID { return id.Derive("story", string(role)) }

// on is the actor of a role.
func on(role account.Role, name string) account.Actor {
	return account.Actor{ID: ActorID(role), Name: name, Memberships: []account.Membership{{Role: role}}}
}

// Who is on duty in the story.
var (
	coordinator = on(account.Coordinator, "示例值班员")
	keeper      = on(account.Keeper, "示例保管员")
	treasurer   = on(account.Finance, "示例财务")
	liaison     = on(account.Liaison, "示例联络员")
)

// earmark is the donor's condition of a row.
func (t *teller) earmark(r row) ledger.Earmark {
	e := ledger.Earmark{AsStated: r.text("earmark")}
	target := r.text("target")
	if party, ok := t.parties[target]; ok {
		e.Recipient = party
	} else {
		e.Place = target
	}
	return e
}

// party returns who a name in a table is.
func (t *teller) party(r row, column string) id.ID {
	name := r.text(column)
	party, ok := t.parties[name]
	if !ok && name != "" {
		r.fail(column, fmt.Errorf("nobody is called %q", name))
	}
	return party
}
