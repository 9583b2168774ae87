// SPDX-License-Identifier: Apache-2.0

package office_test

import (
	"context"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/office"
)

var (
	keeper = id.Derive("example keeper")
	home   = office.Office{Name: "示例省侨联", Zone: "Asia/Shanghai"}
	abroad = office.Office{Name: "示例省侨联", Zone: "Europe/Rome"}
	demo   = office.Office{Name: "示例省侨联", Zone: "Asia/Shanghai", Demonstration: true}
)

func set(t *testing.T, d *db.DB, o office.Office) {
	t.Helper()
	if err := office.Set(t.Context(), d, keeper, o); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, d *db.DB, o office.Office) {
	t.Helper()
	if got, err := office.Read(t.Context(), d); err != nil || got != o {
		t.Errorf("%+v (%v), want %+v", got, err, o)
	}
}

// book puts something into the journal, as every chapter does.
func book(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := journal.Write(ctx, tx, journal.Fact{Actor: keeper, Action: "test.book", SubjectKind: "test", Subject: tx.NewID()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNewBooksAreNobodysYet(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { want(t, d, office.Office{}) })
}

func TestWhatWasSetIsReadAlsoByASecondProcess(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for _, o := range []office.Office{demo, {Name: "示例 'office'; --", Zone: demo.Zone, Demonstration: true}, {Zone: demo.Zone, Demonstration: true}} {
			set(t, d, o)
			want(t, d, o)
			want(t, dbtest.Again(t, d, db.Config{}), o)
		}
		records, err := journal.Of(t.Context(), d, office.Subject)
		if err != nil || len(records) != 3 || records[0].Action != "office.set" || records[0].Actor != keeper {
			t.Errorf("%d records (%v), want one for each time", len(records), err)
		}
	})
}

func TestAZoneMustBeNamed(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for _, zone := range []string{"", "Local", "UTC+8", "Asia/Atlantis", "../etc/passwd", "/etc/localtime", "Asia/Shanghai\x00", "北京"} {
			err := office.Set(t.Context(), d, keeper, office.Office{Name: "示例省侨联", Zone: zone})
			if e := errs.As(err); err == nil || e.Kind != errs.Invalid || e.Key != "office.zone_unknown" {
				t.Errorf("zone %q: %v", zone, err)
			}
		}
		want(t, d, office.Office{})
	})
}

func TestBooksThatHaveBegunKeepTheirDaysAndTheirKind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ first, then office.Office }{
		"another zone":              {home, abroad},
		"a demonstration made real": {demo, home},
		"real books made a show":    {home, demo},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Run(t, func(t *testing.T, d *db.DB) {
				set(t, d, c.first)
				book(t, d)
				err := office.Set(t.Context(), d, keeper, c.then)
				if e := errs.As(err); err == nil || e.Kind != errs.Conflict || e.Key != "office.fixed" {
					t.Errorf("%v, want a refusal", err)
				}
				want(t, d, c.first)
				renamed := c.first
				renamed.Name = "示例市侨联"
				set(t, d, renamed)
				want(t, d, renamed)
			})
		})
	}
}

func TestBooksThatWereNeverMadeADemonstrationAreReal(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		book(t, d)
		if err := office.Set(t.Context(), d, keeper, demo); !errs.Is(err, errs.Conflict) {
			t.Errorf("became a demonstration: %v", err)
		}
		set(t, d, abroad)
		want(t, d, abroad)
	})
}
