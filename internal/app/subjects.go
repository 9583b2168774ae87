// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
)

// subjects tells attachments whose the records of other chapters are. It asks as
// the house: what the actor may do is for the attachments to decide, by its answer.
type subjects struct{ app *App }

// Find implements attachment.Subjects. Who made a record is not asked for: nothing
// that is done to attachments depends on it.
func (s subjects) Find(ctx context.Context, kind attachment.SubjectKind, subject id.ID) (org, by id.ID, err error) {
	house := account.System()
	switch kind {
	case attachment.Need:
		n, err := s.app.Needs.Get(ctx, house, subject)
		return n.Recipient, id.Zero, err
	case attachment.Receipt:
		r, err := s.app.Receipts.Get(ctx, house, subject)
		return r.Holder, id.Zero, err
	case attachment.Distribution:
		d, err := s.app.Distributions.Get(ctx, house, subject)
		return d.Recipient, id.Zero, err
	case attachment.Fund:
		_, err := s.app.Funds.Get(ctx, house, subject) // money is the house's
		return id.Zero, id.Zero, err
	case attachment.Org:
		o, err := s.app.Orgs.Get(ctx, house, subject)
		return o.ID, id.Zero, err
	case attachment.Lot:
		_, err := ledger.LotByID(ctx, s.app.DB, subject) // it may lie with several; reading stock is the house's
		return id.Zero, id.Zero, err
	case attachment.Import:
		found, err := register.HasRun(ctx, s.app.DB, subject)
		if err == nil && !found {
			err = errs.New(errs.NotFound, "api.not_found")
		}
		return id.Zero, id.Zero, err
	}
	return id.Zero, id.Zero, fmt.Errorf("attachments of %q are not known", kind)
}

// uploadedFiles tells attachments which files the registers keep.
type uploadedFiles struct{}

// Keeps implements attachment.Keeper.
func (uploadedFiles) Keeps(ctx context.Context, q db.Queryer, sha256 string) (bool, error) {
	return upload.Keeps(ctx, q, sha256)
}
