// SPDX-License-Identifier: Apache-2.0

package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/backup"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

const (
	insertEntry  = `INSERT INTO ledger_entry (id, kind, occurred_at, recorded_at, day, reason, evidence, key, reverses) VALUES ($1, $2, $3, $3, $4, $5, '', $6, $7)`
	insertRecord = `INSERT INTO journal_record (id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf) VALUES ($1, $2, $3, $4, 'a', 'b', $1, $5, $6, $7, $8)`
	insertCursor = `INSERT INTO journal_cursor (name, seq) VALUES ($1, $2)`
)

// odd is text that is hard to keep: controls, quotes, other scripts, emptiness.
var odd = []string{"", "示例：一次性口罩", "a\"b\\c", "line\nbreak\ttab", "\u2028 𝔘 \u0001", strings.Repeat("x", 5000), "[null,1]", "}{"}

// fill writes rows of every kind of column, with NULLs, the smallest and largest
// numbers, and entries that refer to later ones.
func fill(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		var first error
		run := func(query string, args ...any) {
			if _, err := tx.Exec(ctx, query, args...); err != nil && first == nil {
				first = err
			}
		}
		for i, text := range odd {
			entry, low := id.Derive("entry", fmt.Sprint(i)), id.ID{15: byte(i + 1)} // low sorts before what it refers to
			run(insertEntry, entry, "receipt", int64(1)<<62, clock.Day(20200217), text, nil, nil)
			run(insertEntry, low, "receipt", -int64(1)<<62, clock.Day(20200217), text, "key "+fmt.Sprint(i), entry)
			run(insertRecord, entry, i+1, int64(i), id.Zero, text, nil, nil, []byte{})
			run(insertRecord, low, nil, int64(i), low, text, `{"a":"`+text[:min(3, len(text))]+`"}`, []byte{0, 255, 10, byte(i)}, bytes.Repeat([]byte{byte(i)}, 32))
			run(insertCursor, "cursor "+string(rune('a'+i)), int64(1<<63-1))
		}
		run(insertCursor, "Zebra", 1) // upper case sorts elsewhere in most languages
		return first
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, d *db.DB, blobs backup.Blobs) ([]byte, backup.Manifest) {
	t.Helper()
	var file bytes.Buffer
	m, err := backup.Write(t.Context(), d, &file, blobs)
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), m
}

func restore(t *testing.T, file []byte, d *db.DB) error {
	t.Helper()
	_, err := backup.Restore(t.Context(), bytes.NewReader(file), d, nil)
	return err
}

// same requires that two manifests name the same rows, digest by digest.
func same(t *testing.T, want, got backup.Manifest) {
	t.Helper()
	if diff := cmp.Diff(want.Tables, got.Tables, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".key" }, cmp.Ignore())); diff != "" {
		t.Errorf("what came back is not what was kept (-want +got):\n%s", diff)
	}
}

func TestABackupRestoresOntoEitherEngine(t *testing.T) {
	t.Parallel()
	engines := map[string]func(testing.TB, db.Config) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres}
	for from, openFrom := range engines {
		for to, openTo := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				source, target := openFrom(t, db.Config{}), openTo(t, db.Config{})
				fill(t, source)
				file, kept := write(t, source, nil)
				if kept.Rows() != int64(5*len(odd)+1) {
					t.Errorf("%d rows kept, want %d", kept.Rows(), 5*len(odd)+1)
				}
				if err := restore(t, file, target); err != nil {
					t.Fatal(err)
				}
				_, back := write(t, target, nil)
				same(t, kept, back)
				refers(t, target)
			})
		}
	}
}

// refers requires that the rules between tables hold in the restored database.
func refers(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertEntry, id.Derive("x"), "x", 1, 1, "", nil, id.Derive("nothing"))
		return err
	})
	if !errors.Is(err, db.ErrCheck) {
		t.Errorf("an entry that refers to nothing was taken: %v", err)
	}
}

func TestOnlyAnEmptyDatabaseIsFilled(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		fill(t, d)
		file, before := write(t, d, nil)
		if err := restore(t, file, d); !errs.Is(err, errs.Conflict) || errs.As(err).Key != "backup.not_empty" {
			t.Errorf("error %v, want backup.not_empty", err)
		}
		_, after := write(t, d, nil)
		same(t, before, after)
	})
}

func TestADamagedBackupChangesNothing(t *testing.T) {
	t.Parallel()
	source := dbtest.SQLite(t, db.Config{})
	fill(t, source)
	file, _ := write(t, source, nil)
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		_, empty := write(t, d, nil)
		refuse := func(name string, file []byte) {
			t.Helper()
			if err := restore(t, file, d); !errs.Is(err, errs.Invalid) || errs.As(err).Key != "backup.damaged" {
				t.Errorf("%s: error %v, want backup.damaged", name, err)
			}
		}
		for cut := 0; cut < len(file); cut += 1 + len(file)/40 {
			refuse(fmt.Sprintf("cut off after %d bytes", cut), file[:cut])
		}
		refuse("without the last byte", file[:len(file)-1])
		for at := 10; at < len(file); at += 1 + len(file)/40 {
			changed := slices.Clone(file)
			changed[at] ^= 0x10
			if unpacks(changed, file) {
				continue // a bit that packing does not use: nothing is damaged
			}
			refuse(fmt.Sprintf("one bit changed at byte %d", at), changed)
		}
		for name, change := range changes {
			refuse(name, repack(t, file, change))
		}
		_, after := write(t, d, nil)
		same(t, empty, after)
		if err := restore(t, repack(t, file, func(name string, b []byte) (string, []byte) { return name, b }), d); err != nil {
			t.Errorf("packed again without a change, it was refused: %v", err)
		}
	})
}

// unpacks reports whether both files hold the same archive.
func unpacks(a, b []byte) bool {
	plain := func(packed []byte) ([]byte, error) {
		zip, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(zip)
	}
	first, err := plain(a)
	if err != nil {
		return false
	}
	second, err := plain(b)
	return err == nil && bytes.Equal(first, second)
}

// changes are what somebody who packs the archive again could do.
var changes = map[string]func(string, []byte) (string, []byte){
	"a cell rewritten": func(name string, b []byte) (string, []byte) {
		return name, bytes.Replace(b, []byte("key 1"), []byte("key 9"), 1)
	},
	"a table left out": func(name string, b []byte) (string, []byte) {
		if strings.Contains(name, "journal_cursor") {
			return "", nil
		}
		return name, b
	},
	"a table renamed": func(name string, b []byte) (string, []byte) {
		return strings.Replace(name, "journal_cursor", "journal_record2", 1), b
	},
	"a row left out": func(name string, b []byte) (string, []byte) {
		if strings.Contains(name, "journal_cursor") {
			_, b, _ = bytes.Cut(b, []byte{'\n'})
		}
		return name, b
	},
	"no manifest": func(name string, b []byte) (string, []byte) {
		if name == "manifest.json" {
			return "", nil
		}
		return name, b
	},
	"a manifest that is none": func(name string, b []byte) (string, []byte) {
		if name == "manifest.json" {
			return name, []byte("{")
		}
		return name, b
	},
	"a path out of the archive": func(name string, b []byte) (string, []byte) {
		return strings.Replace(name, "tables/journal_cursor", "../x", 1), b
	},
}

// repack packs the archive again, with each member changed; an empty name drops it.
func repack(t *testing.T, file []byte, change func(string, []byte) (string, []byte)) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	from, to := tar.NewReader(zip), tar.NewWriter(packed)
	for {
		head, err := from.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		name, b := change(head.Name, b)
		if name == "" {
			continue
		}
		if err := to.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(b))}); err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(to.Close(), packed.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOtherVersionsAreRefusedByName(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	file, _ := write(t, d, nil)
	for key, change := range map[string][2]string{
		"backup.format": {`"format": 1`, `"format": 2`},
		"backup.schema": {`"schema": `, `"schema": 9`},
	} {
		changed := repack(t, file, func(name string, b []byte) (string, []byte) {
			return name, bytes.Replace(b, []byte(change[0]), []byte(change[1]), 1)
		})
		if err := restore(t, changed, d); !errs.Is(err, errs.Invalid) || errs.As(err).Key != key {
			t.Errorf("error %v, want %s", err, key)
		}
	}
}

func TestRowsThatReferToNothingAreRefused(t *testing.T) {
	t.Parallel()
	source := dbtest.SQLite(t, db.Config{})
	if _, err := source.SQL().ExecContext(t.Context(), `PRAGMA foreign_keys = 0`); err != nil {
		t.Fatal(err)
	}
	err := source.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertEntry, id.Derive("x"), "x", 1, 1, "", nil, id.Derive("nothing"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file, _ := write(t, source, nil)
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if err := restore(t, file, d); !errs.Is(err, errs.Invalid) {
			t.Errorf("error %v, want invalid", err)
		}
		if _, m := write(t, d, nil); m.Rows() != 0 {
			t.Errorf("%d rows are left", m.Rows())
		}
		fill(t, d) // the writer is alive, and the rules are back
		refers(t, d)
	})
}

// TestABackupIsOfOneMoment writes pairs of rows while backups are made: no backup
// has half a pair.
func TestABackupIsOfOneMoment(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		stop, begun := make(chan struct{}), make(chan struct{})
		var once sync.Once
		wg.Go(func() {
			defer once.Do(func() { close(begun) })
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					if _, err := tx.Exec(ctx, insertCursor, fmt.Sprint("c", i), i); err != nil {
						return err
					}
					_, err := tx.Exec(ctx, insertEntry, tx.NewID(), "x", 1, 1, "", nil, nil)
					return err
				})
				if err != nil {
					t.Error(err)
					return
				}
				once.Do(func() { close(begun) })
			}
		})
		<-begun
		for range 5 {
			time.Sleep(10 * time.Millisecond)
			_, m := write(t, d, nil)
			rows := map[string]int64{}
			for _, table := range m.Tables {
				rows[table.Name] = table.Rows
			}
			if rows["journal_cursor"] != rows["ledger_entry"] || rows["ledger_entry"] == 0 {
				t.Errorf("half a write is in the backup: %v", rows)
			}
		}
		close(stop)
		wg.Wait()
	})
}

// shelf is kept files in memory.
type shelf struct {
	mu    sync.Mutex
	files map[string]string
}

func (s *shelf) Walk(_ context.Context, visit func(string, io.Reader) error) error {
	for name, content := range s.files {
		if err := visit(name, strings.NewReader(content)); err != nil {
			return err
		}
	}
	return nil
}

func (s *shelf) keep(_ context.Context, name string, r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = string(b)
	return err
}

func TestFilesComeBackWithTheRows(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	from := &shelf{files: map[string]string{"aa": "small", "bb": "", "cc": strings.Repeat("0123456789abcdef", 700_000)}}
	file, m := write(t, d, from)
	if len(m.Blobs) != 3 {
		t.Fatalf("%d files kept, want 3", len(m.Blobs))
	}
	if _, err := backup.Restore(t.Context(), bytes.NewReader(file), d, nil); err == nil {
		t.Error("files that nobody keeps were dropped without a word")
	}
	to := &shelf{files: map[string]string{}}
	if _, err := backup.Restore(t.Context(), bytes.NewReader(file), d, to.keep); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(from.files, to.files); diff != "" {
		t.Error("the files are not the same")
	}
	full := func(context.Context, string, io.Reader) error { return errors.New("the disk is full") }
	if _, err := backup.Restore(t.Context(), bytes.NewReader(file), d, full); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("error %v, want that of the disk", err)
	}
}

// TestSpeed measures; QIAO_BENCH=1 turns it on.
func TestSpeed(t *testing.T) {
	if os.Getenv("QIAO_BENCH") == "" {
		t.Skip("set QIAO_BENCH=1 to measure")
	}
	const rows = 200_000
	d, target := dbtest.SQLite(t, db.Config{}), dbtest.SQLite(t, db.Config{})
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for i := range rows {
			if _, err := tx.Exec(ctx, insertRecord, tx.NewID(), i+1, tx.Now(), id.Zero, "because", `{"amount":12,"commodity":"mask"}`, []byte("0123456789abcdef"), bytes.Repeat([]byte{7}, 32)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	start := clock.Start()
	file, m := write(t, d, nil)
	wrote := clock.Since(start)
	start = clock.Start()
	if err := restore(t, file, target); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows, %d bytes: written in %s (%.0f rows/s), restored in %s (%.0f rows/s)", m.Rows(), len(file),
		wrote, rows/wrote.Seconds(), clock.Since(start), rows/clock.Since(start).Seconds())
}
