// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
)

// TestAttachmentsAreBackedUpAndMissed: a backup brings the file of a record back,
// and check says when it is gone.
func TestAttachmentsAreBackedUpAndMissed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	a := attach(t, data)
	if code, out, _ := qiao(t, "check", "--data", data); code != 0 {
		t.Fatal(out)
	}
	file := filepath.Join(t.TempDir(), "backup.tar.gz")
	if code, _, errOut := qiao(t, "backup", file, "--data", data); code != 0 {
		t.Fatal(errOut)
	}
	restored := t.TempDir()
	if code, _, errOut := qiao(t, "restore", file, "--data", restored); code != 0 {
		t.Fatal(errOut)
	}
	if code, out, _ := qiao(t, "check", "--data", restored); code != 0 {
		t.Error(out)
	}
	if got := read(t, restored, a); len(got) != int(a.Size) {
		t.Errorf("%d bytes, %d were kept", len(got), a.Size)
	}
	if err := os.Remove(filepath.Join(restored, "files", "sha256", a.Thumbnail[:2], a.Thumbnail)); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := qiao(t, "check", "--data", restored); code != 1 || !strings.Contains(out, "attachment.missing") || !strings.Contains(out, a.ID.String()) {
		t.Errorf("exit %d: %s", code, out)
	}
}

// with opens the books of a folder.
func with(t *testing.T, data string, fn func(a *app.App)) {
	t.Helper()
	a, err := app.Open(t.Context(), config.Config{Data: data}, slog.New(slog.DiscardHandler), app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fn(a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// attach makes an organisation with a file.
func attach(t *testing.T, data string) (made attachment.Attachment) {
	t.Helper()
	with(t, data, func(a *app.App) {
		o, err := a.Orgs.Create(t.Context(), account.System(), org.Input{Kind: org.Hospital, Name: "Example Hospital"}, "")
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
			t.Fatal(err)
		}
		made, err = a.Attachments.Add(t.Context(), account.System(), attachment.Input{
			Of: attachment.Subject{Kind: attachment.Org, ID: o.ID}, Kind: attachment.Certificate, Content: bytes.NewReader(b.Bytes()), Size: int64(b.Len()),
		}, "")
		if err != nil {
			t.Fatal(err)
		}
	})
	return made
}

func read(t *testing.T, data string, made attachment.Attachment) (content []byte) {
	t.Helper()
	with(t, data, func(a *app.App) {
		o, err := a.Attachments.Open(t.Context(), account.System(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer o.Content.Close() //nolint:errcheck // only read
		if content, err = io.ReadAll(o.Content); err != nil {
			t.Fatal(err)
		}
	})
	return content
}
