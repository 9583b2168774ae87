// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// TestAPowerCutAfterTheAnswerLosesNothing takes, after each answered write, the
// files as they are on the disk at that moment, cuts the log there, lets it end in
// what a disk may leave behind (nothing, zeros, noise, half of what came later),
// and opens the copy: every write that was answered is there, and the one in
// flight is there whole or not at all.
//
// The seam is the folder: everything durable is in files under one path, so that
// a simulated disk can stand in for it. That the bytes have really reached the
// disk rests on synchronous=FULL, which is verified at every start.
func TestAPowerCutAfterTheAnswerLosesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "qiao.db")
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // the folder is thrown away
	if _, err := d.SQL().ExecContext(t.Context(), `CREATE TABLE gift (n INTEGER PRIMARY KEY, half INTEGER NOT NULL, text TEXT NOT NULL) STRICT`); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	give := func(n int) {
		t.Helper()
		err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for half := range 2 {
				if _, err := tx.Exec(ctx, `INSERT INTO gift (n, half, text) VALUES ($1, $2, $3)`, 2*n+half, half, fmt.Sprintf("%0*d", 1+random.IntN(3000), n)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := range 60 {
		give(n)
		main, log := read(t, path), read(t, path+"-wal")
		give(1000 + n) // in flight when the power goes
		later := read(t, path+"-wal")
		for name, tail := range map[string][]byte{
			"nothing": nil, "zeros": make([]byte, 8192), "noise": noise(random, 5000),
			"half of the next": later[min(len(log), len(later)):min(len(log)+random.IntN(6000), len(later))],
		} {
			answered := 2 * (2*n + 1) // rows of this gift, of those before it, and of those in flight before
			if rows := after(t, main, append(append([]byte{}, log...), tail...)); rows < answered || rows > answered+2 || rows%2 != 0 {
				t.Fatalf("gift %d, then %s: %d rows after the power cut, %d were answered", n, name, rows, answered)
			}
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func noise(random *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

// after opens the files as the next start would and counts what is there.
func after(t *testing.T, main, log []byte) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "qiao.db")
	for name, content := range map[string][]byte{path: main, path + "-wal": log} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	n, err := db.Value[int](t.Context(), d, `SELECT count(*) FROM gift`)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}
