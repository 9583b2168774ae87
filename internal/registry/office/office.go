// SPDX-License-Identifier: Apache-2.0

// Package office keeps what these books are: the name of the office that keeps
// them, its time zone, and whether the figures are a demonstration. They belong
// to the data, not to the machine: a copy of demonstration books says so
// wherever it is opened.
//
// Table: office_setting. Event: office.set. It refuses to make demonstration
// books real, or real ones a demonstration, once something is booked.
package office

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Office is what the books say about themselves.
type Office struct {
	Name          string
	Zone          string // IANA name of the time zone of the books' days; empty: not fixed yet
	Demonstration bool
}

// Subject is the journal subject of changes to the office.
var Subject = id.Derive("office")

const (
	zoneName = "zone"
	nameName = "name"
	demoName = "demonstration"
)

// Read returns the office of the books.
func Read(ctx context.Context, q db.Queryer) (Office, error) {
	var o Office
	err := db.Each(ctx, q, selectSettings, nil, func(r *db.Rows) error {
		var name, value string
		if err := r.Scan(&name, &value); err != nil {
			return err
		}
		switch name {
		case zoneName:
			o.Zone = value
		case nameName:
			o.Name = value
		case demoName:
			o.Demonstration = value == "1"
		}
		return nil
	})
	if err != nil {
		return Office{}, fmt.Errorf("read office: %w", err)
	}
	return o, nil
}

// Set stores the office. The zone can be set once: days that are booked would
// otherwise shift under their figures.
func Set(ctx context.Context, d *db.DB, actor id.ID, o Office) error {
	if err := checkZone(o.Zone); err != nil {
		return errs.Wrap(err, errs.Invalid, "office.zone_unknown", "zone", o.Zone)
	}
	return d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		old, err := Read(ctx, tx)
		if err != nil {
			return err
		}
		booked, err := journal.Count(ctx, tx)
		if err != nil {
			return err
		}
		if booked > 0 && (old.Zone != "" && old.Zone != o.Zone || old.Demonstration != o.Demonstration) {
			return errs.New(errs.Conflict, "office.fixed", "zone", old.Zone)
		}
		demonstration := "0"
		if o.Demonstration {
			demonstration = "1"
		}
		for name, value := range map[string]string{zoneName: o.Zone, nameName: o.Name, demoName: demonstration} {
			if _, err := tx.Exec(ctx, upsertSetting, name, value); err != nil {
				return fmt.Errorf("set office: %w", err)
			}
		}
		_, err = journal.Write(ctx, tx, journal.Fact{
			Actor: actor, Action: "office.set", SubjectKind: "office", Subject: Subject,
			Payload: map[string]any{"name": o.Name, "zone": o.Zone, "demonstration": o.Demonstration},
		})
		return err
	})
}

// checkZone refuses what is no zone, and the zone of whichever machine runs the
// program: the books must have the same days everywhere.
func checkZone(name string) error {
	if name == "" || name == time.Local.String() {
		return errNoZone
	}
	_, err := time.LoadLocation(name)
	return err
}

var errNoZone = errors.New("office: not the name of a zone")
