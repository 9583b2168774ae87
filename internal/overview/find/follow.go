// SPDX-License-Identifier: Apache-2.0

package find

import (
	"context"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

// Subscriber keeps the names.
func (s *Service) Subscriber() journal.Subscriber {
	return journal.Subscriber{Name: "find", Kinds: []string{string(Org)}, Handle: s.handle}
}

func (s *Service) handle(ctx context.Context, tx *db.Tx, records []journal.Record) error {
	done := map[id.ID]bool{}
	for _, r := range records {
		if done[r.Subject] { // it is read as it is now, once
			continue
		}
		done[r.Subject] = true
		err := s.org(ctx, tx, r.Subject)
		if errs.Is(err, errs.NotFound) { // what the journal names need not be there any more
			err = drop(ctx, tx, r.Subject)
		}
		if err != nil {
			return err
		}
	}
	return nil
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
	return put(ctx, tx, entry{ID: o.ID, title: o.Name, words: words})
}
