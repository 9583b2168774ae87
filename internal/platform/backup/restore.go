// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// The bounds of one INSERT. SQLite and its driver look up numbered parameters one
// by one, so that the cost grows with the square of their number.
const (
	insertValues = 64
	insertMost   = 40
)

// Keep stores a kept file under its name. It may be called again for the same
// file.
type Keep func(ctx context.Context, name string, content io.Reader) error

// Restore fills the empty, migrated database d with the backup. The whole file is
// verified before anything is written, and the rows become visible in one
// commit. keep may be nil when the backup has no files. The caller then checks
// the books.
//
// errs.Conflict: d is not empty. errs.Invalid: the file is damaged or made by
// another schema.
func Restore(ctx context.Context, file io.ReadSeeker, d *db.DB, keep Keep) (Manifest, error) {
	if err := rewind(file); err != nil {
		return Manifest{}, err
	}
	m, err := Verify(ctx, file)
	if err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	tables, err := fitting(ctx, d, m)
	if err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	if err := restoreBlobs(ctx, file, m, keep); err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	err = d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return restoreTables(ctx, file, tx, d.Engine(), tables)
	})
	if err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	return m, nil
}

func rewind(file io.Seeker) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

// fitting returns the tables of the backup, or why they do not fit the database.
func fitting(ctx context.Context, d *db.DB, m Manifest) (map[string]Table, error) {
	version, err := schemaVersion(ctx, d)
	if err != nil {
		return nil, err
	}
	if version != m.Schema {
		return nil, errs.New(errs.Invalid, "backup.schema", "theirs", m.Schema, "ours", version)
	}
	ours, err := readTables(ctx, d, d.Engine())
	if err != nil {
		return nil, err
	}
	theirs := make(map[string]Table, len(m.Tables))
	for _, t := range m.Tables {
		theirs[t.Name] = t
	}
	for _, t := range ours {
		if !sameShape(t, theirs[t.Name]) || len(ours) != len(theirs) {
			return nil, errs.New(errs.Invalid, "backup.schema", "theirs", m.Schema, "ours", version)
		}
	}
	return theirs, nil
}

func refuseFull(ctx context.Context, q db.Queryer, tables map[string]Table) error {
	for _, t := range tables {
		n, err := db.Value[int64](ctx, q, countAll(t))
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.New(errs.Conflict, "backup.not_empty", "table", t.Name)
		}
	}
	return nil
}

// restoreBlobs stores the kept files, before the rows that name them.
func restoreBlobs(ctx context.Context, file io.ReadSeeker, m Manifest, keep Keep) error {
	if len(m.Blobs) == 0 {
		return nil
	}
	if keep == nil {
		return errors.New("the backup has files, and nobody keeps them")
	}
	if err := rewind(file); err != nil {
		return err
	}
	k := &keeper{ctx: ctx, keep: keep}
	if _, err := scan(ctx, file, k.visit); err != nil {
		return errors.Join(err, k.end(err))
	}
	for _, b := range m.Blobs {
		if b.Bytes == 0 { // it has no part
			if err := keep(ctx, b.Name, bytes.NewReader(nil)); err != nil {
				return err
			}
		}
	}
	return nil
}

// keeper hands each file to keep as one stream while its parts come in.
type keeper struct {
	ctx  context.Context
	keep Keep
	name string
	pipe *io.PipeWriter
	done chan error
}

func (k *keeper) visit(p part) error {
	if p.chapter != "blobs" {
		return k.end(nil)
	}
	if p.name != k.name || k.pipe == nil {
		if err := k.end(nil); err != nil {
			return err
		}
		r, w := io.Pipe()
		k.name, k.pipe, k.done = p.name, w, make(chan error, 1)
		go func() {
			err := k.keep(k.ctx, p.name, r)
			r.CloseWithError(errors.Join(err, io.ErrClosedPipe))
			k.done <- err
		}()
	}
	_, err := k.pipe.Write(p.content)
	return err
}

// end closes the file that is being kept and waits for it.
func (k *keeper) end(cause error) error {
	if k.pipe == nil {
		return nil
	}
	k.pipe.CloseWithError(cause)
	k.pipe = nil
	return <-k.done
}

// restoreTables runs inside the write; it may run again from the start.
func restoreTables(ctx context.Context, file io.ReadSeeker, tx *db.Tx, engine db.Engine, tables map[string]Table) error {
	if err := refuseFull(ctx, tx, tables); err != nil {
		return err
	}
	restoreRules, err := suspendRules(ctx, tx, engine)
	if err != nil {
		return err
	}
	if err := rewind(file); err != nil {
		return err
	}
	l := &loader{ctx: ctx, tx: tx, tables: tables}
	var m Manifest
	found, err := scan(ctx, file, func(p part) (err error) {
		if p.chapter == manifestName {
			m, err = parseManifest(p.content)
			return err
		}
		if p.chapter == "tables" {
			return l.load(p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := found.compare(m); err != nil { // the file may have changed since it was verified
		return err
	}
	return restoreRules()
}

// suspendRules lets rows come before those that they refer to, and returns what
// makes the rules hold again.
func suspendRules(ctx context.Context, tx *db.Tx, engine db.Engine) (resume func() error, err error) {
	if engine == db.SQLite {
		if _, err := tx.Exec(ctx, sqliteDefer); err != nil {
			return nil, err
		}
		return func() error { return refuseDangling(ctx, tx) }, nil
	}
	type rule struct{ drop, add string }
	rules, err := db.All(ctx, tx, postgresReferences, nil, func(r *db.Rows) (f rule, err error) {
		err = r.Scan(&f.drop, &f.add)
		return f, err
	})
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		if _, err := tx.Exec(ctx, r.drop); err != nil {
			return nil, err
		}
	}
	return func() error {
		for _, r := range rules {
			if _, err := tx.Exec(ctx, r.add); err != nil {
				return damaged("tables", err)
			}
		}
		return nil
	}, nil
}

// refuseDangling finds rows that refer to nothing before the commit does, which
// would leave the transaction open.
func refuseDangling(ctx context.Context, tx *db.Tx) error {
	n, err := db.Value[int64](ctx, tx, sqliteDangling)
	if err != nil {
		return err
	}
	if n > 0 {
		return damaged("tables", fmt.Errorf("%d rows refer to rows that are not there", n))
	}
	return nil
}

// loader inserts the rows of one table after the other.
type loader struct {
	ctx    context.Context
	tx     *db.Tx
	tables map[string]Table
	values []any
	table  string
	full   string // the INSERT of a full batch
	most   int    // rows of a full batch
}

func (l *loader) load(p part) error {
	t := l.tables[p.name]
	if p.name != l.table {
		l.table, l.most = p.name, max(1, min(insertMost, insertValues/max(1, len(t.Columns))))
		l.full = insertRows(t, l.most)
	}
	rows, row := 0, int64(0)
	for line := range bytes.Lines(p.content) {
		var err error
		if l.values, err = parseRow(l.values, t.Columns, bytes.TrimSuffix(line, []byte{'\n'})); err != nil {
			return damaged("tables/"+p.name, err)
		}
		rows++
		row++
		if rows == l.most {
			if err := l.insert(l.full); err != nil {
				return fmt.Errorf("table %s, part %d, up to line %d: %w", p.name, p.number, row, err)
			}
			rows = 0
		}
	}
	if rows == 0 {
		return nil
	}
	if err := l.insert(insertRows(t, rows)); err != nil {
		return fmt.Errorf("table %s, part %d: %w", p.name, p.number, err)
	}
	return nil
}

func (l *loader) insert(query string) error {
	_, err := l.tx.Exec(l.ctx, query, l.values...)
	clear(l.values)
	l.values = l.values[:0]
	return err
}
