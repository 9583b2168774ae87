// SPDX-License-Identifier: Apache-2.0

package home_test

import (
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// TestBothEnginesCountWhatWaits: the house's own and a member's count alike in
// empty books.
func TestBothEnginesCountWhatWaits(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		policy, err := account.LoadPolicy()
		if err != nil {
			t.Fatal(err)
		}
		classes, err := catalog.Load()
		if err != nil {
			t.Fatal(err)
		}
		books := ledger.New(time.UTC)
		who := account.System()
		for what, count := range map[string]func() (int, error){
			"needs": func() (int, error) {
				return need.New(d, policy, classes, nil, time.UTC).Count(t.Context(), who, need.Filter{State: "unknown"}, 10)
			},
			"distributions": func() (int, error) {
				return distribution.New(d, books, policy, classes, nil).Count(t.Context(), who, distribution.Filter{Unreconciled: true}, 10)
			},
			"stock": func() (int, error) { return stock.New(d, books, policy).Expiring(t.Context(), who, 20200301, 10) },
		} {
			if n, err := count(); err != nil || n != 0 {
				t.Errorf("%s: %d (%v)", what, n, err)
			}
		}
	})
}
