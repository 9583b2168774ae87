// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/place"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// Class is one class of goods.
type Class struct {
	Code      string   `json:"code"`
	NameZH    string   `json:"name_zh"`
	NameEN    string   `json:"name_en"`
	BaseUnit  qty.Unit `json:"base_unit"`
	Group     string   `json:"group"`
	Plausible int64    `json:"plausible" doc:"In base units; more in one line needs a person's word"`
}

// Place is a division, a country or an airport.
type Place struct {
	Code   string `json:"code"`
	Parent string `json:"parent,omitempty"`
	NameZH string `json:"name_zh"`
	NameEN string `json:"name_en,omitempty"`
}

// listCatalogue answers with every class; they fit on one page.
func (a *API) listCatalogue(c *api.Call) (api.Answer, error) {
	return api.Listing(c, func(page.Request) (page.Page[catalog.Class], error) {
		return page.Page[catalog.Class]{Items: a.services.Catalog.Classes()}, nil
	}, func(k catalog.Class) Class {
		return Class{k.Code, k.NameZH, k.NameEN, k.BaseUnit, k.Group, k.Plausible}
	}, api.Table[Class]{
		Names: []string{"code", "name_zh", "name_en", "base_unit", "group", "plausible"},
		Row: func(k Class) []any {
			return []any{k.Code, k.NameZH, k.NameEN, string(k.BaseUnit), k.Group, k.Plausible}
		},
	})
}

// listPlaces answers with the places of a name, or with those below a place.
func (a *API) listPlaces(c *api.Call) (api.Answer, error) {
	return api.Listing(c, func(page.Request) (page.Page[place.Place], error) {
		if name := c.Query("name"); name != "" {
			return page.Page[place.Place]{Items: a.services.Atlas.Find(name)}, nil
		}
		return page.Page[place.Place]{Items: a.services.Atlas.Children(c.Query("parent"))}, nil
	}, func(p place.Place) Place { return Place(p) }, api.Table[Place]{
		Names: []string{"code", "parent", "name_zh", "name_en"},
		Row:   func(p Place) []any { return []any{p.Code, p.Parent, p.NameZH, p.NameEN} },
	})
}

// Record is one record of the journal.
type Record struct {
	Seq         int64           `json:"seq"`
	ID          string          `json:"id"`
	RecordedAt  time.Time       `json:"recorded_at"`
	Actor       string          `json:"actor"`
	Action      string          `json:"action"`
	SubjectKind string          `json:"subject_kind"`
	Subject     string          `json:"subject"`
	Reason      string          `json:"reason,omitempty"`
	Payload     json.RawMessage `json:"payload,omitempty" doc:"Absent when it was erased"`
}

// listJournal answers with the numbered records, the cursor being the number of
// the last one seen; with a filter, with what was recorded last.
func (a *API) listJournal(c *api.Call) (api.Answer, error) {
	if err := a.services.Policy.Authorize(c.Context(), c.Actor, "journal.read", account.Object{Kind: "journal"}); err != nil {
		return api.Answer{}, err
	}
	f := journal.Filter{Chapter: c.Query("chapter"), SubjectKind: c.Query("subject_kind"), Actor: c.ID("actor", c.Query("actor"))}
	if day := c.Day("day", c.Query("day")); day != 0 {
		f.From, f.To = day.Start(a.zone), day.End(a.zone)
	}
	return api.Listing(c, func(p page.Request) (page.Page[journal.Record], error) {
		if f != (journal.Filter{}) {
			return journal.List(c.Context(), a.services.DB, f, p)
		}
		var after struct {
			Seq int64 `json:"s"`
		}
		if p.Cursor != "" {
			if err := page.Decode(p.Cursor, &after); err != nil {
				return page.Page[journal.Record]{}, err
			}
		}
		found, err := journal.After(c.Context(), a.services.DB, after.Seq, p.Rows()+1)
		return page.Cut(found, p.Rows(), func(r journal.Record) string {
			after.Seq = r.Seq
			return page.Encode(after)
		}), err
	}, func(r journal.Record) Record {
		return Record{
			r.Seq, show(r.ID), r.RecordedAt, show(r.Actor), r.Action, r.SubjectKind, show(r.Subject), r.Reason, json.RawMessage(r.Payload),
		}
	}, api.Table[Record]{
		Names: []string{"seq", "id", "recorded_at", "actor", "action", "subject_kind", "subject", "reason", "payload"},
		Row: func(r Record) []any {
			return []any{strconv.FormatInt(r.Seq, 10), r.ID, r.RecordedAt, r.Actor, r.Action, r.SubjectKind, r.Subject, r.Reason, string(r.Payload)}
		},
	})
}

// getReport answers with the figures of the public report; no day is today.
func (a *API) getReport(c *api.Call) (api.Answer, error) {
	if err := a.services.Policy.Authorize(c.Context(), c.Actor, "report.read", account.Object{Kind: "report"}); err != nil {
		return api.Answer{}, err
	}
	day := c.Day("date", c.Query("date"))
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	if day == 0 {
		day = clock.DayOf(a.services.DB.Clock().Now(), a.zone)
	}
	figures, err := a.services.Report.Figures(c.Context(), day)
	if err != nil {
		return api.Answer{}, err
	}
	return api.Answer{Body: figures.Document()}, nil
}
