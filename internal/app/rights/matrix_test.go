// SPDX-License-Identifier: Apache-2.0

// Package rights holds every route against every role, for objects of every
// place in the tree of organisations, with the whole program running.
//
// testdata/rights.tsv is what is expected; who changes a rule or adds a route
// runs the test with -update and reads every cell that changed.
package rights_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

var update = flag.Bool("update", false, "write testdata/rights.tsv anew")

const golden = "testdata/rights.tsv"

// Places where an object can be, seen from a member of "own".
const (
	ofHouse  = 'H' // of no organisation: the house's
	ofParent = 'P'
	ofOwn    = 'O'
	ofChild  = 'C'
	ofOther  = 'X'
	anyPlace = "HPOCX"
	ofOrgs   = "POCX"
)

// door is one way into the program: a route, or one form of its answer. Another
// table of routes joins by making doors of them (see apiDoors) and adding them to
// the list in TestEveryRouteForEveryRole.
type door struct {
	table        string // whose route
	method, path string
	action       string
	places       string                    // where its objects can be
	knock        func(place rune) *request // what is asked about an object of the place
	sign         func(*http.Request, who)  // shows who asks
	open         bool                      // about nothing in particular: whoever could do the action to anything may come in
}

// request is what is asked.
type request struct {
	path, body string
	header     map[string]string
	shows      string // a list: what the answer holds when it shows the object; empty: the answer's status says
}

// who is somebody who knocks.
type who struct {
	name   string
	actor  account.Actor
	token  string // of the API
	cookie string // of a browser
	nobody bool   // signed out, or with what is no longer good
}

// cell knocks at each place and names those where it is let in; ! means that
// nobody was recognised.
func (d door) cell(t *testing.T, handler http.Handler, w who) string {
	t.Helper()
	var in strings.Builder
	for _, place := range d.places {
		r := d.knock(place)
		ctx, leave := context.WithCancel(t.Context())
		ask := httptest.NewRequestWithContext(ctx, d.method, r.path, strings.NewReader(r.body))
		for name, value := range r.header {
			ask.Header.Set(name, value)
		}
		d.sign(ask, w)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(&onlooker{answer, leave}, ask)
		leave()
		switch status := answer.Code; {
		case status == http.StatusUnauthorized, status == http.StatusSeeOther && strings.HasPrefix(answer.Header().Get("Location"), frame.SignInPath+"?next="):
			in.WriteRune('!')
		case status == http.StatusForbidden:
			if r.shows != "" && strings.Contains(text(t, answer), r.shows) {
				t.Errorf("%s %s refuses %s, and shows it", d.method, r.path, w.name)
			}
		case status >= http.StatusInternalServerError, status == http.StatusBadRequest, status == http.StatusNotFound && d.places != string(ofHouse):
			t.Errorf("%s %s for %s at %c: %d %s", d.method, r.path, w.name, place, status, answer.Body)
		case r.shows == "" || strings.Contains(text(t, answer), r.shows):
			in.WriteRune(place)
		}
	}
	return cmp.Or(in.String(), "-")
}

// onlooker goes away once there is something to see: a stream never ends.
type onlooker struct {
	*httptest.ResponseRecorder

	leave context.CancelFunc
}

// Flush implements http.Flusher.
func (o *onlooker) Flush() {
	o.ResponseRecorder.Flush()
	o.leave()
}

// text returns what an answer says; a workbook is opened.
func text(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	body := answer.Body.Bytes()
	if !strings.Contains(answer.Header().Get("Content-Type"), "spreadsheetml") {
		return string(body)
	}
	book, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range book.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// TestEveryRouteForEveryRole compares what the running program does with what is
// expected of it, cell by cell.
func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	h := open(t)
	people := h.people(t)
	doors := slices.Concat(h.apiDoors(t), h.deskDoors(t), h.policyDoors())
	var table strings.Builder
	table.WriteString("table\tmethod\tpath\taction\tplaces")
	for _, w := range people {
		table.WriteString("\t" + w.name)
	}
	table.WriteString("\n")
	cells := 0
	for _, d := range doors {
		if d.action != frame.Enter && !slices.Contains(account.Actions(), d.action) {
			t.Errorf("%s %s %s has the action %q, which is none", d.table, d.method, d.path, d.action)
			continue
		}
		fmt.Fprintf(&table, "%s\t%s\t%s\t%s\t%s", d.table, d.method, d.path, d.action, d.places)
		for _, w := range people {
			cell := d.cellOf(t, h, w)
			table.WriteString("\t" + cell)
			cells += len(d.places)
			h.holds(t, d, w, cell)
		}
		table.WriteString("\n")
	}
	t.Logf("%d doors, %d who knock, %d questions", len(doors), len(people), cells)
	h.compare(t, table.String())
}

// cellOf asks the policy itself when the door is none of a route.
func (d door) cellOf(t *testing.T, h *house, w who) string {
	t.Helper()
	if d.knock != nil {
		return d.cell(t, h.handler, w)
	}
	var in strings.Builder
	for _, place := range d.places {
		if h.app.Policy.Authorize(t.Context(), w.actor, d.action, account.Object{Org: h.orgs[place]}) == nil {
			in.WriteRune(place)
		}
	}
	switch {
	case w.nobody && in.Len() == 0:
		return strings.Repeat("!", len(d.places))
	case in.Len() == 0:
		return "-"
	}
	return in.String()
}

// holds are the laws that no cell may break, whatever the file says.
func (h *house) holds(t *testing.T, d door, w who, cell string) {
	t.Helper()
	if nobody := strings.Repeat("!", len(d.places)); (cell == nobody) != w.nobody {
		t.Errorf("%s %s %s: %q", d.method, d.path, w.name, cell)
	}
	if d.action == frame.Enter { // asked of nobody
		return
	}
	for _, place := range strings.Trim(cell, "-!") {
		if !h.app.Policy.Could(w.actor, d.action) {
			t.Errorf("%s %s lets %s in, who could not %s", d.method, d.path, w.name, d.action)
		}
		if w.actor.Is(account.Supervisor) && !strings.HasSuffix(d.action, ".read") {
			t.Errorf("%s %s lets a supervisor in", d.method, d.path)
		}
		if err := h.app.Policy.Authorize(t.Context(), w.actor, d.action, account.Object{Org: h.orgs[place]}); err != nil && !d.open {
			t.Errorf("%s %s lets %s in at %c, the policy does not: %v", d.method, d.path, w.name, place, err)
		}
	}
}

// compare holds the table against the file, whose comments stay.
func (h *house) compare(t *testing.T, table string) {
	t.Helper()
	file, err := os.ReadFile(golden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	var comments, want strings.Builder
	for line := range strings.Lines(string(file)) {
		if strings.HasPrefix(line, "#") {
			comments.WriteString(line)
		} else {
			want.WriteString(line)
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(comments.String()+table), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(strings.Split(want.String(), "\n"), strings.Split(table, "\n")); diff != "" {
		t.Errorf("rights changed (-expected +found); read each cell, then run with -update:\n%s", diff)
	}
}
