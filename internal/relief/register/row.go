// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register/meaning"
)

// What a row means, in the words of package meaning.
type (
	Row         = meaning.Row
	Line        = meaning.Line
	Reading     = meaning.Reading
	GoodsReader = meaning.GoodsReader
	Problem     = meaning.Problem
	Status      = meaning.Status
)

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
