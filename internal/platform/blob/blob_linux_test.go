// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"bytes"
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// This test fills a real disk of 256 kB, which only root can make; without the
// right to do so it is skipped.
func TestFullDiskLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) }) //nolint:errcheck // the folder is temporary
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	kept := put(t, s, "hello")
	_, err = s.Put(t.Context(), bytes.NewReader(make([]byte, 1<<20)), 1<<21)
	if !errs.Is(err, errs.Unavailable) || errs.As(err).Key != "error.disk_full" {
		t.Fatalf("error %v, want disk full", err)
	}
	if got := files(t, dir); !slices.Equal(got, []string{"sha256/2c/" + kept.SHA256}) {
		t.Errorf("files %v", got)
	}
	put(t, s, fmt.Sprint("there is room again for ", kept.SHA256))
}
