// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"
	"slices"
	"strings"
)

// Route is one thing that a caller can do.
type Route struct {
	Method    string
	Path      string // below the prefix
	ID        string // operationId
	Summary   string
	Action    string   // of the policy; every route has one
	In, Out   any      // an example of the body that comes in and of the one that goes out
	Sends     []string // media types of a file that goes out instead of Out
	Query     []Param
	File      bool // the body is a file
	Made      bool // answers 201
	Versioned bool // needs If-Match
	Tagged    bool // answers with an ETag
	Exports   bool // also as CSV and XLSX
	Handle    func(*Call) (Answer, error)
}

// Param is a parameter of the address.
type Param struct {
	Name, Doc string
	Required  bool
}

func (r *Route) status() int {
	if r.Made {
		return http.StatusCreated
	}
	return http.StatusOK
}

// tag is the chapter of a route: the first part of its path.
func (r *Route) tag() string {
	tag, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
	return tag
}

// Paged adds what every list understands.
func Paged(own ...Param) []Param {
	return append(slices.Clip(own),
		Param{Name: "limit", Doc: "Rows of one page, 1 to 500; 50 when absent"},
		Param{Name: "cursor", Doc: "next of the page before"},
		Param{Name: "format", Doc: "json, csv or xlsx; a file holds the whole list"})
}

// Days are the parameters of lists that have days.
func Days(own ...Param) []Param {
	return Paged(append(own,
		Param{Name: "day", Doc: "On this day"},
		Param{Name: "up_to", Doc: "On this day or before"},
		Param{Name: "sort", Doc: "day or recorded; with a minus before it, the newest first"},
		Param{Name: "corrected", Doc: "true: also what was corrected away"})...)
}
