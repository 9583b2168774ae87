// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/register"
)

// Posters are the chapters into which a register writes. They do not know each
// other, nor the register them: the ways between them are here.
type Posters struct {
	Receipts      *receipt.Service
	Distributions *distribution.Service
	Money         *fund.Service
	Needs         *need.Service
	Parties       *org.Service
}

// ByKind returns who posts which register.
func (p Posters) ByKind() map[register.Kind]register.Poster {
	return map[register.Kind]register.Poster{
		register.Receipts:      poster(p.receipt),
		register.Distributions: poster(p.distribution),
		register.Money:         poster(p.money),
		register.Needs:         poster(p.need),
	}
}

type poster func(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (id.ID, error)

// Post implements register.Poster.
func (p poster) Post(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (id.ID, error) {
	return p(ctx, tx, actor, r)
}

func (p Posters) receipt(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (id.ID, error) {
	earmark, err := p.earmark(ctx, tx, actor, r)
	if err != nil {
		return id.Zero, err
	}
	in := receipt.Input{
		Kind: receipt.Donation, DonorName: r.Party, Place: r.Place, OccurredAt: r.At, Origin: r.Origin,
		Source: r.Source, Note: r.Note, Lines: make([]receipt.LineInput, len(r.Lines)),
	}
	for i, l := range r.Lines {
		in.Lines[i] = receipt.LineInput{
			Class: l.Class, Quantity: l.Quantity, Confirmed: l.Confirmed, ItemText: l.Item, SpecText: l.Spec,
			Standards: l.Standards, Batch: l.Batch, ExpiresOn: l.ExpiresOn, Earmark: earmark,
			Value: l.Value, ValueSource: receipt.ValueSource(l.ValueSource),
		}
	}
	made, err := p.Receipts.CreateIn(ctx, tx, actor, in, "")
	return made.ID, err
}

func (p Posters) distribution(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (id.ID, error) {
	in := distribution.Input{
		RecipientName: r.Party, Place: r.Place, OccurredAt: r.At, Source: r.Source, Note: r.Note,
		Unreconciled: true, // what was handed out was there, whether or not its arrival was written down
		Lines:        make([]distribution.LineInput, len(r.Lines)),
	}
	for i, l := range r.Lines {
		in.Lines[i] = distribution.LineInput{
			Class: l.Class, Quantity: l.Quantity, Confirmed: l.Confirmed, ItemText: l.Item, SpecText: l.Spec,
			Rejected: l.Rejected, RejectReason: l.RejectReason,
		}
	}
	made, err := p.Distributions.CreateIn(ctx, tx, actor, in, "")
	return made.ID, err
}

func (p Posters) money(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (id.ID, error) {
	earmark, err := p.earmark(ctx, tx, actor, r)
	if err != nil {
		return id.Zero, err
	}
	in := fund.Input{
		Direction: fund.In, Channel: r.Channel, Purpose: r.Purpose, PartyName: r.Party, Earmark: earmark,
		Amount: r.Amount, OccurredAt: r.At, Source: r.Source, Note: r.Note,
	}
	if r.Outgoing {
		in.Direction = fund.Out
	}
	made, err := p.Money.CreateIn(ctx, tx, actor, in, "")
	return made.ID, err
}

func (p Posters) need(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (id.ID, error) {
	in := need.Input{
		RecipientName: r.Party, Place: r.Place, Setting: r.Setting, StatedOn: r.Day, ByDate: r.ByDate,
		Source: r.Source, Note: r.Note, Lines: make([]need.Line, len(r.Lines)),
	}
	for i, l := range r.Lines {
		in.Lines[i] = need.Line{
			Class: l.Class, ItemText: l.Item, SpecText: l.Spec, Quantity: l.Quantity, Standards: l.Standards, Confirmed: l.Confirmed,
		}
	}
	made, err := p.Needs.CreateIn(ctx, tx, actor, in, "")
	return made.ID, err
}

// earmark keeps the donor's words, and the organisation where they name one.
func (p Posters) earmark(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (ledger.Earmark, error) {
	e := ledger.Earmark{AsStated: r.Earmark}
	if r.EarmarkFor == "" {
		return e, nil
	}
	var err error
	e.Recipient, err = p.Parties.Resolve(ctx, tx, actor, r.EarmarkFor, "")
	return e, err
}
