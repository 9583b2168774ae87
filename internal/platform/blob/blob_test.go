// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// helloName is the SHA-256 of "hello", as sha256sum prints it.
const helloName = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(t *testing.T, s *Store, text string) Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), strings.NewReader(text), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// files lists every file below dir, with the temporary ones.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(dir)+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFileIsKeptOnceUnderItsHash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if ref := put(t, s, "hello"); ref != (Ref{helloName, 5}) {
				t.Errorf("ref %v", ref)
			}
		})
	}
	wg.Wait()
	put(t, s, "")
	r, size, err := s.Get(t.Context(), helloName)
	if err != nil || size != 5 {
		t.Fatalf("size %d (%v)", size, err)
	}
	defer r.Close() //nolint:errcheck // only read
	if b, err := io.ReadAll(r); err != nil || string(b) != "hello" {
		t.Errorf("content %q (%v)", b, err)
	}
	want := []string{"sha256/2c/" + helloName, "sha256/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
	if got := files(t, dir); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

func TestRefusedPutLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	broken := errors.New("the sender hung up")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		want func(error) bool
	}{
		"one byte too many": {t.Context(), strings.NewReader("12345678901"), func(err error) bool { return errs.Is(err, errs.TooLarge) }},
		"broken off":        {t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), func(err error) bool { return errors.Is(err, broken) }},
		"cancelled":         {cancelled, strings.NewReader("x"), func(err error) bool { return errs.Is(err, errs.Unavailable) }},
	} {
		if ref, err := s.Put(c.ctx, c.r, 10); !c.want(err) || ref != (Ref{}) {
			t.Errorf("%s: %v, %v", name, ref, err)
		}
	}
	if got := files(t, dir); got != nil {
		t.Errorf("left behind: %v", got)
	}
	if _, err := s.Put(t.Context(), strings.NewReader("1234567890"), 10); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
}

func TestNoNameReachesOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "files"))
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	outside := strings.Repeat("a", 64)
	if err := os.MkdirAll(filepath.Join(dir, "files", "sha256", "aa"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "files", "sha256", "aa", outside)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "../../secret", "/etc/passwd", "sha256/2c/" + helloName, strings.ToUpper(helloName), helloName + "0", "..\\..\\secret", strings.Repeat("../", 21) + "x", helloName[:63] + "\x00"} {
		if _, _, err := s.Get(t.Context(), name); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v, want not found", name, err)
		}
	}
	if r, _, err := s.Get(t.Context(), outside); err == nil {
		r.Close() //nolint:errcheck // the test fails anyway
		t.Error("a link to the outside was followed")
	}
	if _, _, err := s.Get(t.Context(), helloName); !errs.Is(err, errs.NotFound) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestLeftoversAreRemovedAndWritesInProgressAreNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir)
	old, current := filepath.Join(dir, "tmp", "OLD"), filepath.Join(dir, "tmp", "CURRENT")
	for _, path := range []string{old, current} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(old)
	if err != nil {
		t.Fatal(err)
	}
	yesterday := info.ModTime().Add(-24 * time.Hour)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	if got := files(t, dir); !slices.Equal(got, []string{"tmp/CURRENT"}) {
		t.Errorf("files %v, want the current one", got)
	}
}

func TestDamageIsFoundAndMendedByTheSameFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "hello")
	other := put(t, s, "world!")
	path := filepath.Join(dir, "sha256", "2c", helloName)
	if err := os.WriteFile(path, []byte("hell"), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := s.Verify(t.Context())
	if err != nil || found.Files != 2 || found.Bytes != 10 || !slices.Equal(found.Damaged, []string{helloName}) {
		t.Fatalf("found %+v (%v)", found, err)
	}
	put(t, s, "hello")
	if found, err = s.Verify(t.Context()); err != nil || found.Damaged != nil || found.Bytes != 11 {
		t.Errorf("after storing it again: %+v (%v)", found, err)
	}
	var names []string
	err = s.Walk(t.Context(), func(name string, r io.Reader) error {
		names = append(names, name)
		_, err := io.Copy(io.Discard, r)
		return err
	})
	if want := []string{helloName, other.SHA256}; err != nil || !slices.Equal(names, slices.Sorted(slices.Values(want))) {
		t.Errorf("walked %v (%v), want %v", names, err, want)
	}
	stop := errors.New("stop")
	if err := s.Walk(t.Context(), func(string, io.Reader) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("walk went on: %v", err)
	}
}

func TestFailuresOfTheDiskTellWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cause error
		kind  errs.Kind
		key   string
	}{
		{syscall.ENOSPC, errs.Unavailable, "error.disk_full"},
		{syscall.EDQUOT, errs.Unavailable, "error.disk_full"},
		{syscall.EROFS, errs.Unavailable, "blob.unwritable"},
		{syscall.EACCES, errs.Unavailable, "blob.unwritable"},
		{syscall.ENOENT, errs.NotFound, "blob.not_found"},
		{syscall.EIO, errs.Internal, "error.internal"},
	} {
		got := errs.As(translate("put", &fs.PathError{Op: "write", Path: "x", Err: c.cause}))
		if got.Kind != c.kind || got.Key != c.key {
			t.Errorf("%v: %s %s, want %s %s", c.cause, got.Kind, got.Key, c.kind, c.key)
		}
	}
}
