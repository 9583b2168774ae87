// SPDX-License-Identifier: Apache-2.0

package attachment_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/blob"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
)

// noon is twelve o'clock at the place of the tests.
var noon = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)

// The hospitals of the tests, and records of theirs.
var (
	hospital = id.Derive("example hospital")
	another  = id.Derive("another example hospital")
	need     = attachment.Subject{Kind: attachment.Need, ID: id.Derive("need")}
	foreign  = attachment.Subject{Kind: attachment.Need, ID: id.Derive("foreign need")}
	receipt  = attachment.Subject{Kind: attachment.Receipt, ID: id.Derive("receipt")}
	missing  = attachment.Subject{Kind: attachment.Need, ID: id.Derive("no need")}
)

// records are the records of the other chapters.
type records map[attachment.Subject]id.ID

// Find implements attachment.Subjects.
func (r records) Find(_ context.Context, kind attachment.SubjectKind, subject id.ID) (org, by id.ID, err error) {
	org, found := r[attachment.Subject{Kind: kind, ID: subject}]
	if !found {
		return id.Zero, id.Zero, errs.New(errs.NotFound, "need.not_found")
	}
	return org, id.Zero, nil
}

// desk keeps attachments in a house whose database is empty.
type desk struct {
	*attachment.Service

	db      *db.DB
	files   *blob.Store
	clock   *clock.Manual
	records records
}

// onBoth runs the test on each engine.
func onBoth(t *testing.T, test func(t *testing.T, k *desk), others ...attachment.Keeper) {
	t.Helper()
	run := func(t *testing.T, engine func(testing.TB, db.Config) *db.DB) {
		t.Helper()
		now := clock.NewManual(noon)
		files, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { files.Close() }) //nolint:errcheck // the folder is temporary
		policy, err := account.LoadPolicy()
		if err != nil {
			t.Fatal(err)
		}
		k := &desk{db: engine(t, db.Config{Clock: now}), files: files, clock: now, records: records{need: hospital, foreign: another, receipt: id.Zero}}
		k.Service = attachment.New(k.db, policy, files, k.records, others...)
		test(t, k)
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, dbtest.SQLite) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, dbtest.Postgres) })
}

// as is somebody with a role in an organisation; the zero organisation is the house.
func as(role account.Role, org id.ID) account.Actor {
	return account.Actor{ID: id.Derive("example", string(role), org.String()), Memberships: []account.Membership{{Role: role, Org: org}}}
}

var coordinator = as(account.Coordinator, id.Zero)

// photo is a small JPEG, another one for each shade.
func photo(t testing.TB, shade uint8) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	m.SetGray(3, 3, color.Gray{255 - shade})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pdf is a small whole document.
const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"

// of is a file for a record.
func of(s attachment.Subject, content []byte) attachment.Input {
	return attachment.Input{
		Of: s, Kind: attachment.Waybill, Title: "运单", Name: "IMG_1.jpg", Content: bytes.NewReader(content), Size: int64(len(content)),
	}
}

// add adds a file as the coordinator.
func (k *desk) add(t testing.TB, in attachment.Input) attachment.Attachment {
	t.Helper()
	a, err := k.Add(t.Context(), coordinator, in, "")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (k *desk) remove(t testing.TB, attachmentID id.ID) attachment.Attachment {
	t.Helper()
	a, err := k.Remove(t.Context(), coordinator, attachment.Removal{ID: attachmentID, Reason: "a patient can be seen"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// kept returns how many files the store holds.
func (k *desk) kept(t testing.TB) int {
	t.Helper()
	n := 0
	if err := k.files.Walk(t.Context(), func(string, io.Reader) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// count counts the rows of a table.
func (k *desk) count(t testing.TB, table string) int {
	t.Helper()
	n, err := db.Value[int](t.Context(), k.db, "SELECT count(*) FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// key is the message key of an error; empty for none.
func key(err error) string {
	if err == nil {
		return ""
	}
	return errs.As(err).Key
}
