// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register/meaning"
)

// Row is one understood row of a register, ready for the books.
type Row = meaning.Row

// Line is one article of a row.
type Line = meaning.Line

// Reading is what article, specification, unit and quantity of a row mean.
type Reading = meaning.Reading

// GoodsReader reads the article of a row.
type GoodsReader = meaning.GoodsReader

// Problem is why a row was not posted.
type Problem = meaning.Problem

// Status is where a row ended.
type Status = meaning.Status

// Where a row can end. Resolved and discarded rows were held before.
const (
	Posted    = meaning.Posted
	Held      = meaning.Held
	Refused   = meaning.Refused
	Resolved  = meaning.Resolved
	Discarded = meaning.Discarded
)

// Poster books one row inside a write of the register and returns the document.
// What it refuses (errs.Invalid, errs.Exhausted, …) makes the row a held one;
// any other error ends the run.
type Poster interface {
	Post(ctx context.Context, tx *db.Tx, actor account.Actor, r Row) (id.ID, error)
}
