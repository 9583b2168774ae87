// SPDX-License-Identifier: Apache-2.0

package find

import (
	"context"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// Subscriber keeps the entries.
func (s *Service) Subscriber() journal.Subscriber {
	return journal.Subscriber{Name: "find", Handle: s.handle}
}

func (s *Service) handle(ctx context.Context, tx *db.Tx, records []journal.Record) error {
	done := map[id.ID]bool{}
	for _, r := range records {
		if done[r.Subject] { // it is read as it is now, once
			continue
		}
		done[r.Subject] = true
		err := s.follow(ctx, tx, r)
		if errs.Is(err, errs.NotFound) { // what the journal names need not be there any more
			err = drop(ctx, tx, r.Subject)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// follow brings the entry of what a record is about up to date.
func (s *Service) follow(ctx context.Context, tx *db.Tx, r journal.Record) error {
	switch Kind(r.SubjectKind) {
	case Org:
		return s.org(ctx, tx, r.Subject)
	case Need:
		n, err := need.ByID(ctx, tx, r.Subject)
		if err != nil || n.Status != need.Open {
			return dropOr(ctx, tx, r.Subject, err)
		}
		return put(ctx, tx, entry{Entry: Entry{ID: n.ID, Kind: Need}, party: n.Recipient, owner: n.Recipient})
	case Distribution:
		d, err := distribution.ByID(ctx, tx, r.Subject)
		if err != nil || d.Status != distribution.Posted {
			return dropOr(ctx, tx, r.Subject, err)
		}
		return put(ctx, tx, entry{Entry: Entry{ID: d.ID, Kind: Distribution}, party: d.Recipient, owner: d.Recipient})
	case Receipt:
		return s.receipt(ctx, tx, r.Subject)
	}
	return nil
}

// dropOr forgets what has ended, unless it could not be read.
func dropOr(ctx context.Context, tx *db.Tx, subject id.ID, err error) error {
	if err != nil {
		return err
	}
	return drop(ctx, tx, subject)
}

func (s *Service) org(ctx context.Context, tx *db.Tx, orgID id.ID) error {
	found, err := org.Names(ctx, tx, []id.ID{orgID})
	if err != nil {
		return err
	}
	o, ok := found[orgID]
	if !ok {
		return drop(ctx, tx, orgID)
	}
	others, err := org.Spellings(ctx, tx, orgID)
	if err != nil {
		return err
	}
	words := s.folder.spellings(append([]string{o.Name}, others...)...)
	return put(ctx, tx, entry{Entry: Entry{ID: o.ID, Kind: Org, Title: o.Name}, owner: o.ID, words: words})
}

// receipt keeps a receipt, and the lots that it opened by their codes.
func (s *Service) receipt(ctx context.Context, tx *db.Tx, receiptID id.ID) error {
	r, err := receipt.ByID(ctx, tx, receiptID)
	if err != nil {
		return err
	}
	for _, l := range r.Lines {
		if r.Status != receipt.Posted {
			if err := drop(ctx, tx, l.Lot); err != nil {
				return err
			}
			continue
		}
		lot, err := ledger.LotByID(ctx, tx, l.Lot)
		if err != nil {
			return err
		}
		if code := strings.TrimSpace(lot.Code); code != "" {
			e := entry{Entry: Entry{ID: lot.ID, Kind: Lot, Title: code}, owner: r.Holder, words: s.folder.spellings(code)}
			if err := put(ctx, tx, e); err != nil {
				return err
			}
		}
	}
	if r.Status != receipt.Posted {
		return drop(ctx, tx, receiptID)
	}
	return put(ctx, tx, entry{Entry: Entry{ID: r.ID, Kind: Receipt}, party: r.Donor, owner: r.Holder})
}
