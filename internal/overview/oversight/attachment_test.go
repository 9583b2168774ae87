// SPDX-License-Identifier: Apache-2.0

package oversight_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/blob"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
)

// everywhere knows every record.
type everywhere struct{}

// Find implements attachment.Subjects.
func (everywhere) Find(context.Context, attachment.SubjectKind, id.ID) (org, by id.ID, err error) {
	return id.Zero, id.Zero, nil
}

// TestAFileThatAnAttachmentNamesIsMissed: a lost file is found, a removed one is
// not missed, and a file that nobody names is no fault.
func TestAFileThatAnAttachmentNamesIsMissed(t *testing.T) {
	t.Parallel()
	const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		files, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close() //nolint:errcheck // the folder is temporary
		policy, err := account.LoadPolicy()
		if err != nil {
			t.Fatal(err)
		}
		service := attachment.New(d, policy, files, everywhere{})
		add := func(content string) attachment.Attachment {
			t.Helper()
			a, err := service.Add(t.Context(), account.System(), attachment.Input{
				Of:   attachment.Subject{Kind: attachment.Receipt, ID: id.Derive("receipt")},
				Kind: attachment.Scan, Name: "a.pdf", Content: strings.NewReader(content), Size: int64(len(content)),
			}, "")
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		kept, lost, gone := add(pdf), add(pdf+"\n"), add(pdf+"\n\n")
		if _, err := files.Put(t.Context(), strings.NewReader("nobody's"), 100); err != nil {
			t.Fatal(err)
		}
		if found, s := codes(t, d, files); len(found) > 0 || s.Blobs != 4 {
			t.Errorf("%v, %d files", found, s.Blobs)
		}
		if _, err := service.Remove(t.Context(), account.System(), attachment.Removal{ID: gone.ID, Reason: "a mistake"}); err != nil {
			t.Fatal(err)
		}
		for _, a := range []attachment.Attachment{lost, gone} {
			if err := files.Remove(t.Context(), a.SHA256); err != nil {
				t.Fatal(err)
			}
		}
		if found, _ := codes(t, d, files); !slices.Equal(found, []string{"attachment.missing"}) {
			t.Errorf("found %v", found)
		}
		if _, err := d.SQL().ExecContext(t.Context(), `UPDATE attachment SET size = size + 1 WHERE sha256 = '`+kept.SHA256+`'`); err != nil {
			t.Fatal(err)
		}
		if found, _ := codes(t, d, files); !slices.Equal(found, []string{"attachment.missing", "attachment.size"}) {
			t.Errorf("found %v", found)
		}
	})
}

// vanishing is a store of files from which one goes while it is read.
type vanishing struct {
	*blob.Store

	name string
}

// Walk implements oversight.Blobs.
func (v vanishing) Walk(ctx context.Context, visit func(string, io.Reader) error) error {
	if err := v.Remove(ctx, v.name); err != nil {
		return err
	}
	return v.Store.Walk(ctx, visit)
}

// TestAFileThatGoesWhileOneLooksIsNoError: others go on working.
func TestAFileThatGoesWhileOneLooksIsNoError(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		files, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close() //nolint:errcheck // the folder is temporary
		ref, err := files.Put(t.Context(), strings.NewReader("x"), 10)
		if err != nil {
			t.Fatal(err)
		}
		if found, s := codes(t, d, vanishing{files, ref.SHA256}); len(found) > 0 || s.Blobs != 0 {
			t.Errorf("%v, %d files", found, s.Blobs)
		}
	})
}
