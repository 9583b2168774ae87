// SPDX-License-Identifier: Apache-2.0

package rights_test

import "fmt"

// ask says how a route is asked about an object of a place. What would change
// something is asked with a mistake that is found only after the question of
// permission, so that the house stays as it is.
type ask struct {
	chapter string // whose records the path names; empty: none
	places  string
	query   string
	subject string // whose records the query names; empty: none
	body    func(place rune) string
	shows   func(place rune) string // a list: what shows the object
}

func always(text string) func(rune) string { return func(rune) string { return text } }

// asks are the operations of the API.
func (h *house) asks() map[string]ask {
	record := func(chapter string) func(rune) string {
		return func(place rune) string { return h.made[chapter][place] }
	}
	shelf := func(place rune) string { return "shelf-" + string(place) }
	unclear := always(`{"reason": " "}`)
	one := string(ofHouse)
	return map[string]ask{
		"listOrgs":  {places: ofOrgs, query: "limit=500", shows: record("orgs")},
		"createOrg": {places: anyPlace, body: func(place rune) string { return `{"kind": "hospital", "name": "", "parent": "` + h.org(place) + `"}` }},
		"getOrg":    {chapter: "orgs", places: ofOrgs},
		"updateOrg": {chapter: "orgs", places: ofOrgs, body: always(`{"kind": "hospital", "name": ""}`)},
		"addAlias":  {chapter: "orgs", places: ofOrgs, body: always(`{"name": ""}`)},

		"listNeeds":   {places: ofOrgs, query: "limit=500", shows: record("needs")},
		"createNeed":  {places: anyPlace, body: func(place rune) string { return h.need(place, 0) }},
		"getNeed":     {chapter: "needs", places: ofOrgs},
		"correctNeed": {chapter: "needs", places: ofOrgs, body: unclear},

		"listReceipts":   {places: anyPlace, query: "limit=500", shows: record("receipts")},
		"createReceipt":  {places: anyPlace, body: func(place rune) string { return h.receipt(place, 0) }},
		"getReceipt":     {chapter: "receipts", places: anyPlace},
		"correctReceipt": {chapter: "receipts", places: anyPlace, body: unclear},

		"listDistributions":   {places: ofOrgs, query: "limit=500", shows: record("distributions")},
		"createDistribution":  {places: ofOrgs, body: func(place rune) string { return h.distribution(place, 0) }},
		"getDistribution":     {chapter: "distributions", places: ofOrgs},
		"correctDistribution": {chapter: "distributions", places: ofOrgs, body: unclear},

		"listFunds":   {places: one, query: "limit=500", shows: record("funds")},
		"createFund":  {places: one, body: always(money(""))},
		"getFund":     {chapter: "funds", places: one},
		"correctFund": {chapter: "funds", places: one, body: unclear},

		"listStock": {places: anyPlace, query: "limit=500", shows: shelf},
		"moveStock": {places: anyPlace, body: func(place rune) string {
			return `{"lot": "", "quantity": 0, "from": {"holder": "` + h.org(place) + `"}, "to": {"place": "elsewhere"}}`
		}},
		"adjustStock": {places: anyPlace, body: func(place rune) string {
			return `{"lot": "", "difference": 0, "reason": "", "at": {"holder": "` + h.org(place) + `"}}`
		}},
		"getLot": {places: one},

		// Files of needs stand for those of every record.
		"addAttachment":          {places: ofOrgs, query: "subject_kind=need&kind=photo&name=a.png", subject: "needs", body: always("no picture")},
		"listAttachments":        {places: ofOrgs, query: "subject_kind=need", subject: "needs", shows: record("attachments")},
		"getAttachment":          {chapter: "attachments", places: ofOrgs},
		"getAttachmentFile":      {chapter: "attachments", places: ofOrgs},
		"getAttachmentThumbnail": {chapter: "attachments", places: ofOrgs},
		"removeAttachment":       {chapter: "attachments", places: ofOrgs, body: unclear},

		"importRegister": {places: one, query: "kind=needs&name=needs.jsonl&dry_run=true", body: always(`{"recipient": "Own Hospital", "item": "N95口罩", "quantity": 5}` + "\n")},
		"listImportRows": {places: one},
		"resolveRow":     {places: one, body: always(`{}`)},
		"discardRow":     {places: one, body: always(`{"reason": "twice"}`)},

		"listCatalogue": {places: one, shows: always("mask-surgical"), query: "limit=500"},
		"listPlaces":    {places: one},
		"listJournal":   {places: one},
		"getReport":     {places: one},
	}
}

// org is the organisation of a place as a body names it; the house has none.
func (h *house) org(place rune) string {
	if place == ofHouse {
		return ""
	}
	return h.orgs[place].String()
}

// lines are a line of so many masks; none is a mistake.
func lines(n int) string {
	if n == 0 {
		return `[]`
	}
	return fmt.Sprintf(`[{"class": "mask-surgical", "item": "mask", "quantity": {"value": %d, "unit": "piece"}}]`, n)
}

// need is what the place lacks. A recipient that is only named is nobody's yet.
func (h *house) need(place rune, n int) string {
	if place == ofHouse {
		return `{"recipient_name": "New Hospital", "lines": ` + lines(n) + `}`
	}
	return fmt.Sprintf(`{"recipient": %q, "lines": %s}`, h.org(place), lines(n))
}

// receipt is goods that the place keeps.
func (h *house) receipt(place rune, n int) string {
	return fmt.Sprintf(`{"kind": "donation", "donor_name": "Example Association", "holder": %q, "place": "shelf-%c",
		"occurred_at": "2020-02-03", "lines": %s}`, h.org(place), place, lines(n))
}

// distribution is goods for the place.
func (h *house) distribution(place rune, n int) string {
	return fmt.Sprintf(`{"recipient": %q, "occurred_at": "2020-02-04", "unreconciled": true, "lines": %s}`, h.org(place), lines(n))
}

// money is a gift of money into a channel.
func money(channel string) string {
	return fmt.Sprintf(`{"direction": "in", "channel": %q, "party_name": "Example Association", "occurred_at": "2020-02-03",
		"amount": {"amount": "10.00", "currency": "CNY"}}`, channel)
}
