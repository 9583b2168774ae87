// SPDX-License-Identifier: Apache-2.0

package rights_test

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// browser shows the cookie of a session.
func browser(r *http.Request, w who) {
	if w.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "qiao", Value: w.cookie})
	}
}

// deskAsk says how a route of the desk is asked about an object of a place. A
// form is the one that the page shows to an administrator of the house, filled
// in so that nothing but the question of permission is left.
type deskAsk struct {
	chapter string // whose records the path names; empty: none
	places  string
	open    bool                                  // about nothing in particular
	query   string                                // after the address
	shows   func(place rune) string               // a list: what shows the object
	page    string                                // where the form is; "" with fill: there is none
	fill    func(place rune) url.Values           // of a form
	file    bool                                  // the form goes with a file
	json    string                                // a body that is no form
	victim  func(t *testing.T, place rune) string // what is done cannot be done twice: each knock has an object of its own
}

// deskAsks are the routes of the desk. A chapter that joins the desk says here
// how its routes are asked.
func (h *house) deskAsks() map[string]deskAsk {
	record := func(chapter string) func(rune) string {
		return func(place rune) string { return h.made[chapter][place] }
	}
	one, anybody := string(ofHouse), deskAsk{places: string(ofHouse), open: true}
	asks := map[string]deskAsk{
		"GET /desk": anybody, "GET /desk/{$}": anybody, "GET /desk/live": anybody, "GET /desk/components": anybody,
		"GET /desk/find":                {places: ofOrgs, query: "q={name}", shows: record("orgs")},
		"GET /desk/catalogue":           anybody,
		"GET /desk/catalogue/standards": anybody, "GET /desk/catalogue/{class}": anybody,
		"GET /desk/journal": {places: one}, "GET /desk/journal/{id}": {places: one, chapter: "journal"},

		"GET /desk/orgs":      {places: ofOrgs, shows: record("orgs")},
		"GET /desk/orgs/new":  anybody,
		"POST /desk/orgs":     {places: anyPlace, page: "/desk/orgs/new", fill: h.newOrg},
		"GET /desk/orgs/{id}": {places: ofOrgs, chapter: "orgs"}, "GET /desk/orgs/{id}/change": {places: ofOrgs, chapter: "orgs", open: true},
		"POST /desk/orgs/{id}/change": {places: ofOrgs, chapter: "orgs", page: "change", fill: stale},
		"GET /desk/orgs/{id}/alias":   {places: ofOrgs, chapter: "orgs", open: true},
		"POST /desk/orgs/{id}/alias":  {places: ofOrgs, chapter: "orgs", page: "alias", fill: with("name", "")},

		"POST /desk/attachments":               {places: ofOrgs, fill: h.newFile, file: true},
		"GET /desk/attachments/{id}/file":      {places: ofOrgs, chapter: "attachments"},
		"GET /desk/attachments/{id}/thumbnail": {places: ofOrgs, chapter: "attachments"},
		"POST /desk/attachments/{id}/remove":   {places: ofOrgs, chapter: "attachments", fill: with("reason", " ", "version", "99")},

		"GET /desk/stock":            {places: anyPlace, shows: func(place rune) string { return "/desk/lots/" + h.made["lots"][place] }},
		"POST /desk/stock/move":      {places: anyPlace, fill: h.newMoves},
		"GET /desk/lots/{id}":        {places: anyPlace, chapter: "lots"},
		"GET /desk/lots/{id}/move":   {places: anyPlace, chapter: "lots"},
		"POST /desk/lots/{id}/move":  {places: anyPlace, chapter: "lots", page: "move", fill: with("to", "main", "amount", "0", "reason", "order")},
		"GET /desk/lots/{id}/count":  {places: anyPlace, chapter: "lots"},
		"POST /desk/lots/{id}/count": {places: anyPlace, chapter: "lots", page: "count", fill: with("counted", "1", "reason", " ")},
	}
	h.bookAsks(asks)
	h.peopleAsks(asks)
	h.importAsks(asks)
	return asks
}

// bookAsks are the chapters with booked records.
func (h *house) bookAsks(asks map[string]deskAsk) {
	for chapter, c := range map[string]struct {
		places string // of records
		make   string // places for which one can be made
		fill   func(rune) url.Values
	}{
		"needs":         {ofOrgs, anyPlace, h.newNeed},
		"receipts":      {anyPlace, anyPlace, h.newReceipt},
		"distributions": {ofOrgs, ofOrgs, h.newDistribution},
		"funds":         {string(ofHouse), string(ofHouse), with("amount", "10.00", "channel", "alipay", "party", "Example Association")},
	} {
		path := "/desk/" + chapter
		of := deskAsk{places: c.places, chapter: chapter}
		list := of
		list.chapter, list.shows = "", func(place rune) string { return h.made[chapter][place] }
		asks["GET "+path], asks["GET "+path+"/new"] = list, deskAsk{places: string(ofHouse), open: true}
		asks["POST "+path] = deskAsk{places: c.make, page: path + "/new", fill: c.fill}
		asks["GET "+path+"/{id}"], asks["GET "+path+"/{id}/correct"] = of, of
		of.page, of.fill = "correct", stale
		asks["POST "+path+"/{id}/correct"] = of
		of.page, of.fill = "", with("reason", " ", "version", "99")
		asks["POST "+path+"/{id}/reverse"] = of
	}
}

// peopleAsks are one's own account and the people at the desk.
func (h *house) peopleAsks(asks map[string]deskAsk) {
	own := func(fill func(rune) url.Values) deskAsk {
		return deskAsk{places: string(ofHouse), open: true, fill: fill}
	}
	asks["GET /account"] = own(nil)
	asks["POST /account/name"] = own(with("name", "Example"))
	asks["POST /account/password"] = own(with("password", "a", "repeat", "b"))
	for _, act := range []string{"code", "code/confirm", "code/remove", "recovery", "passkeys/{id}/remove", "sessions/{id}/end", "sessions/end"} {
		asks["POST /account/"+act] = own(with())
	}
	asks["POST /account/passkeys"] = deskAsk{places: string(ofHouse), open: true, json: "{}"}

	of := deskAsk{places: anyPlace, chapter: "people"}
	asks["GET /desk/people"] = deskAsk{places: anyPlace, shows: func(place rune) string { return h.made["people"][place] }}
	asks["GET /desk/people/new"] = deskAsk{places: string(ofHouse), open: true}
	asks["POST /desk/people"] = deskAsk{places: anyPlace, page: "/desk/people/new", fill: h.newPerson}
	asks["GET /desk/people/{id}"], asks["GET /desk/people/{id}/change"] = of, of
	asks["POST /desk/people/{id}/change"] = deskAsk{places: anyPlace, chapter: "people", page: "change", fill: stale}
	for _, act := range []string{"link", "unlink", "disable", "enable", "second", "sessions", "erase"} {
		asks["POST /desk/people/{id}/"+act] = deskAsk{places: anyPlace, victim: h.newVictim, fill: with("reason", "left")}
	}
}

// importAsks are the registers that are handed in.
func (h *house) importAsks(asks map[string]deskAsk) {
	of := deskAsk{places: string(ofHouse), chapter: "imports"}
	asks["GET /desk/imports"] = deskAsk{places: string(ofHouse), shows: func(rune) string { return h.made["imports"][ofHouse] }}
	asks["POST /desk/imports"] = deskAsk{places: string(ofHouse), file: true, fill: with("kind", "needs")}
	asks["GET /desk/mappings"] = deskAsk{places: string(ofHouse)}
	for _, below := range []string{"", "/file", "/held", "/rows"} {
		asks["GET /desk/imports/{id}"+below] = of
	}
	of.fill = with("name", "", "item", "", "reason", "")
	for _, below := range []string{"map", "start", "stop", "keep", "teach", "held/{n}", "held/{n}/discard"} {
		asks["POST /desk/imports/{id}/"+below] = of
	}
	of.victim = h.newMapping
	asks["POST /desk/mappings/{id}/rename"], asks["POST /desk/mappings/{id}/forget"] = of, of
	of.victim = h.newWord
	asks["POST /desk/words/{id}/forget"] = of
}

// with is a form with the given fields.
func with(pairs ...string) func(rune) url.Values {
	return func(rune) url.Values {
		values := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			values.Set(pairs[i], pairs[i+1])
		}
		return values
	}
}

// stale is a form that comes too late, which shows only after the permission.
func stale(rune) url.Values { return url.Values{"version": {"99"}, "reason": {"a mistake"}} }

var names = map[rune]string{ofParent: "Parent Federation", ofOwn: "Own Hospital", ofChild: "Child Hospital", ofOther: "Other Hospital"}

func masks(values url.Values, quantity string) url.Values {
	for name, text := range map[string]string{"class": "mask-surgical", "item": "mask", "unit": "piece", quantity: "1"} {
		values.Set("lines[0]."+name, text)
	}
	return values
}

func (h *house) newNeed(place rune) url.Values {
	recipient := names[place]
	if place == ofHouse {
		recipient = "New Hospital"
	}
	return masks(url.Values{"recipient": {recipient}}, "value")
}

func (h *house) newReceipt(place rune) url.Values {
	return masks(url.Values{"kind": {"donation"}, "donor": {"Example Association"}, "holder": {names[place]}}, "quantity")
}

func (h *house) newDistribution(place rune) url.Values {
	return masks(url.Values{"recipient": {names[place]}, "unreconciled": {"true"}}, "quantity")
}

func (h *house) newOrg(place rune) url.Values {
	h.knocks++
	return url.Values{"name": {fmt.Sprint("Ward ", h.knocks)}, "parent": {names[place]}}
}

func (h *house) newPerson(place rune) url.Values {
	h.knocks++
	return url.Values{
		"name": {"Example"}, "email": {fmt.Sprintf("p%d@example.org", h.knocks)},
		"lines[0].role": {string(account.Keeper)}, "lines[0].org": {names[place]},
	}
}

func (h *house) newFile(place rune) url.Values {
	return url.Values{"subject_kind": {"need"}, "subject": {h.made["needs"][place]}, "kind": {"photo"}}
}

// newMoves is the bulk act of the list: everything of a row to no store at all.
func (h *house) newMoves(place rune) url.Values {
	spot := strings.Join([]string{h.made["lots"][place], h.org(place), "100", "0", "shelf-" + string(place)}, "~")
	if place == ofHouse {
		spot = strings.Join([]string{h.made["lots"][place], id.Zero.String(), "100", "0", "shelf-" + string(place)}, "~")
	}
	return url.Values{"id": {spot}, "to": {"main"}, "reason": {strings.Repeat("long", 1000)}}
}

// fillDesk makes what only the desk has: people of every place, a register that
// was handed in, and the record of something that happened.
func (h *house) fillDesk(t *testing.T, admin who) {
	t.Helper()
	for _, place := range anyPlace {
		h.keep("people", place, h.newVictim(t, place))
	}
	answer := h.send(t, admin, h.fileForm(http.MethodPost, "/desk/imports", with("kind", "needs")(ofHouse), "recipient,item,quantity\nOwn Hospital,口罩,5\nOwn Hospital,口罩,6\nOwn Hospital,口罩,7\n"))
	path, _, _ := strings.Cut(answer.Header().Get("Location"), "?")
	imported, found := strings.CutPrefix(path, "/desk/imports/")
	if !found {
		t.Fatalf("a register is not taken: %d %s", answer.Code, answer.Body)
	}
	h.keep("imports", ofHouse, imported)
	own, err := id.Parse(imported)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.app.Uploads.Map(t.Context(), account.System(), own, register.Mapping{Columns: map[register.Field]layout.Column{
		layout.Recipient: {Name: "recipient"}, layout.Item: {Name: "item"}, layout.Qty: {Name: "quantity"},
	}}); err != nil {
		t.Fatal(err)
	}
	for n := 1; n > 0; { // what was written is looked up in an index
		var err error
		if n, err = journal.Deliver(t.Context(), h.app.DB, h.app.Finder.Subscriber()); err != nil {
			t.Fatal(err)
		}
	}
	listed := h.send(t, admin, httptest.NewRequest(http.MethodGet, "/desk/journal", nil)).Body.String()
	_, after, found := strings.Cut(listed, `href="/desk/journal/`)
	if !found {
		t.Fatal("the journal is empty")
	}
	h.keep("journal", ofHouse, after[:len(id.Zero.String())])
}

// newVictim is a person of a place to whom something can be done.
func (h *house) newVictim(t *testing.T, place rune) string {
	t.Helper()
	h.knocks++
	p, _, err := h.app.SignIn.Invite(t.Context(), account.System(), signin.NewPerson{
		Name: "Example", Email: fmt.Sprintf("v%d@example.org", h.knocks), Memberships: []account.Membership{{Role: account.Keeper, Org: h.orgs[place]}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.ID.String()
}

// newMapping keeps how a register is read, and newWord what an article is.
func (h *house) newMapping(t *testing.T, _ rune) string {
	t.Helper()
	h.knocks++
	kept, err := id.Parse(h.made["imports"][ofHouse])
	if err != nil {
		t.Fatal(err)
	}
	saved, err := h.app.Uploads.Keep(t.Context(), account.System(), kept, fmt.Sprint("layout ", h.knocks))
	if err != nil {
		t.Fatal(err)
	}
	return saved.ID.String()
}

func (h *house) newWord(t *testing.T, _ rune) string {
	t.Helper()
	h.knocks++
	word, err := h.app.Words.Teach(t.Context(), account.System(), fmt.Sprint("article ", h.knocks), "mask-surgical")
	if err != nil {
		t.Fatal(err)
	}
	return word.ID.String()
}

// send asks as somebody with a browser.
func (h *house) send(t *testing.T, w who, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	browser(r, w)
	answer := httptest.NewRecorder()
	h.handler.ServeHTTP(answer, r)
	return answer
}

// fileForm is a form with a file.
func (h *house) fileForm(method, path string, values url.Values, content string) *http.Request {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name := range values {
		form.WriteField(name, values.Get(name)) //nolint:errcheck // into memory
	}
	file, _ := form.CreateFormFile("file", "a.csv") // into memory
	file.Write([]byte(content))                     //nolint:errcheck // into memory
	form.Close()                                    //nolint:errcheck // into memory
	r := httptest.NewRequest(method, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}

// deskDoors are the routes of the desk.
func (h *house) deskDoors(t *testing.T) []door {
	t.Helper()
	_, cookie := h.session(t, "desk", []account.Membership{{Role: account.Administrator}})
	admin := who{cookie: cookie}
	h.fillDesk(t, admin)
	asks := h.deskAsks()
	var doors []door
	routes := h.app.DeskRoutes()
	// Pages first: what acts makes lists longer.
	slices.SortStableFunc(routes, func(a, b frame.Route) int { return strings.Compare(a.Method, b.Method) })
	for _, r := range routes {
		name := r.Method + " " + r.Path
		a, known := asks[name]
		if !known {
			t.Errorf("%s: nobody has said how to ask it; add it to deskAsks, with the places in which its objects can be, and read the cells that -update writes", name)
			continue
		}
		delete(asks, name)
		doors = append(doors, door{
			table: "desk", method: r.Method, path: r.Path, action: r.Action, places: a.places, sign: browser, open: a.open,
			knock: func(place rune) *request { return h.deskRequest(t, admin, r, a, place) },
		})
	}
	delete(asks, "GET /desk/components") // of a demonstration only
	for name := range maps.Keys(asks) {
		t.Errorf("%s is no route of the desk", name)
	}
	return doors
}

// deskRequest is what is sent to a route of the desk.
func (h *house) deskRequest(t *testing.T, admin who, r frame.Route, a deskAsk, place rune) *request {
	t.Helper()
	h.knocks++
	subject := id.Derive("nothing").String()
	switch {
	case a.victim != nil:
		subject = a.victim(t, place)
	case a.chapter != "":
		subject = h.made[a.chapter][place]
	}
	path := strings.NewReplacer("{id}", subject, "{n}", "1", "{class}", "mask-surgical", "{$}", "").Replace(r.Path)
	q := &request{path: path + "?" + strings.ReplaceAll(a.query, "{name}", url.QueryEscape(names[place])), header: map[string]string{}}
	if a.shows != nil {
		q.shows = a.shows(place)
	}
	if a.json != "" {
		q.body = a.json
	}
	if a.fill == nil {
		return q
	}
	values := a.fill(place)
	if a.page != "" {
		at := a.page
		if !strings.HasPrefix(at, "/") {
			at = "/desk/" + a.chapter + "/" + subject + "/" + at
		}
		shown := h.send(t, admin, httptest.NewRequest(http.MethodGet, at, nil))
		form := apptest.Form(t, shown.Body, path)
		maps.Copy(form, values)
		values = form
	}
	values.Set("once", id.Derive("once", fmt.Sprint(h.knocks)).String())
	if a.file {
		sent := h.fileForm(r.Method, path, values, "no picture")
		var body bytes.Buffer
		body.ReadFrom(sent.Body) //nolint:errcheck // from memory
		q.body, q.header["Content-Type"] = body.String(), sent.Header.Get("Content-Type")
		return q
	}
	q.body, q.header["Content-Type"] = values.Encode(), "application/x-www-form-urlencoded"
	return q
}
