// SPDX-License-Identifier: Apache-2.0

package attachment

import (
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/picture"
)

// SubjectKind is the kind of record that an attachment belongs to.
type SubjectKind string

// The kinds of records.
const (
	Need         SubjectKind = "need"
	Receipt      SubjectKind = "receipt"
	Distribution SubjectKind = "distribution"
	Fund         SubjectKind = "fund"
	Org          SubjectKind = "org"
	Lot          SubjectKind = "lot"
	Import       SubjectKind = "import" // one run of it
)

// SubjectKinds returns every kind of record.
func SubjectKinds() []SubjectKind {
	return []SubjectKind{Need, Receipt, Distribution, Fund, Org, Lot, Import}
}

// read is the action of the policy that lets somebody see such a record.
func (k SubjectKind) read() string {
	if k == Lot {
		return "stock.read"
	}
	return string(k) + ".read"
}

// Subject is a record.
type Subject struct {
	Kind SubjectKind
	ID   id.ID
}

func (s Subject) validate(bad *errs.Error) {
	if !slices.Contains(SubjectKinds(), s.Kind) {
		bad.Field("subject_kind", "attachment.subject_kind")
	}
	if s.ID.IsZero() {
		bad.Field("subject", "attachment.subject_missing")
	}
}

// Kind says what an attachment shows.
type Kind string

// The kinds.
const (
	Photo       Kind = "photo"
	Scan        Kind = "scan"
	Certificate Kind = "certificate"
	Waybill     Kind = "waybill"
	Other       Kind = "other"
)

// Kinds returns every kind, as a form offers them.
func Kinds() []Kind { return []Kind{Photo, Waybill, Certificate, Scan, Other} }

// Attachment is a file of a record.
type Attachment struct {
	ID      id.ID
	Subject Subject
	Org     id.ID // whose the record was when the file was added
	Kind    Kind
	Title   string // what it shows, in the words of who added it; may be empty
	Name    string // of the file, made harmless; ends as its type does

	Type      picture.Type
	Size      int64  // bytes of the file that is kept
	SHA256    string // its name in the store
	Thumbnail string // the same of the thumbnail; empty: there is none
	Width     int    // pixels; zero for documents
	Height    int

	CreatedAt time.Time
	CreatedBy id.ID
	RemovedAt time.Time // zero: it is there
	RemovedBy id.ID
	Reason    string // why it was removed
}

// Removed reports whether the file was taken away.
func (a Attachment) Removed() bool { return !a.RemovedAt.IsZero() }

// Input is a file that somebody adds.
type Input struct {
	Of    Subject
	Kind  Kind
	Title string
	Name  string // of the file, as the sender calls it
	Type  string // media type, as the sender states it; may be empty

	Content io.ReadSeeker
	Size    int64
}

// The bounds.
const (
	MaxOfOne = 30              // files of one record
	MaxSize  = picture.MaxSize // bytes of one file
	maxTitle = 200             // characters
	maxText  = 2000            // characters of a reason
)

// Validate checks what can be checked without looking into the file.
func (in Input) Validate() error {
	bad := errs.Bad()
	in.Of.validate(bad)
	if !slices.Contains(Kinds(), in.Kind) {
		bad.Field("kind", "attachment.kind")
	}
	if utf8.RuneCountInString(in.Title) > maxTitle {
		bad.Field("title", "error.field_long", "max", maxTitle)
	}
	return bad.OrNil()
}

// Removal takes a file away.
type Removal struct {
	ID     id.ID
	Reason string
	Key    string // idempotency key
}

func (r Removal) validate() error {
	bad := errs.Bad()
	switch {
	case strings.TrimSpace(r.Reason) == "":
		bad.Field("reason", "error.reason_missing")
	case utf8.RuneCountInString(r.Reason) > maxText:
		bad.Field("reason", "error.field_long", "max", maxText)
	}
	return bad.OrNil()
}
