// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// ErrNoRows is returned by One when nothing was found.
var ErrNoRows = errors.New("no rows")

// Rows are the rows of a query. Scan understands *id.ID, *time.Time,
// *clock.Day, *bool and JSON destinations beside what database/sql knows.
type Rows struct{ rows *sql.Rows }

func wrapRows(rows *sql.Rows, err error) (*Rows, error) {
	if err != nil {
		return nil, translate(err)
	}
	return &Rows{rows: rows}, nil
}

// Next goes to the next row and reports whether there is one.
func (r *Rows) Next() bool { return r.rows.Next() }

// Err returns what ended the rows before their end.
func (r *Rows) Err() error { return translate(r.rows.Err()) }

// Close ends the query.
func (r *Rows) Close() error { return r.rows.Close() }

// Columns returns the names of the columns.
func (r *Rows) Columns() ([]string, error) { return r.rows.Columns() }

// Scan reads the current row.
func (r *Rows) Scan(dest ...any) error {
	for i, d := range dest {
		switch d := d.(type) {
		case *id.ID:
			dest[i] = (*scanID)(d)
		case *time.Time:
			dest[i] = (*scanTime)(d)
		case *clock.Day:
			dest[i] = (*scanDay)(d)
		case *bool:
			dest[i] = (*scanBool)(d)
		case jsonInto:
			dest[i] = &d
		}
	}
	if err := r.rows.Scan(dest...); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	return nil
}

// JSON makes Scan decode a column of JSON text into dest. NULL and empty text
// leave dest as it is.
func JSON(dest any) any { return jsonInto{dest} }

type jsonInto struct{ dest any }

// Scan implements sql.Scanner.
func (j *jsonInto) Scan(v any) error {
	var b []byte
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("JSON column holds %T", v)
	}
	if len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, j.dest)
}

type scanID id.ID

// Scan implements sql.Scanner.
func (s *scanID) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s = scanID(id.Zero)
		return nil
	case []byte:
		if len(v) == len(s) {
			copy(s[:], v)
			return nil
		}
		return s.parse(string(v))
	case string:
		return s.parse(v)
	case [16]byte:
		*s = v
		return nil
	}
	return fmt.Errorf("id column holds %T", v)
}

func (s *scanID) parse(text string) error {
	v, err := id.Parse(text)
	*s = scanID(v)
	return err
}

type scanTime time.Time

// Scan implements sql.Scanner.
func (s *scanTime) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s = scanTime(time.Time{})
	case int64:
		*s = scanTime(fromMicros(v))
	default:
		return fmt.Errorf("time column holds %T", v)
	}
	return nil
}

type scanDay clock.Day

// Scan implements sql.Scanner.
func (s *scanDay) Scan(v any) error {
	n, ok := v.(int64)
	if !ok && v != nil {
		return fmt.Errorf("day column holds %T", v)
	}
	*s = scanDay(n)
	return nil
}

type scanBool bool

// Scan implements sql.Scanner.
func (s *scanBool) Scan(v any) error {
	n, ok := v.(int64)
	if !ok && v != nil {
		return fmt.Errorf("truth column holds %T", v)
	}
	*s = n != 0
	return nil
}

// Each calls fn for every row and returns the first error, that of the
// iteration included.
func Each(ctx context.Context, q Queryer, query string, args []any, fn func(*Rows) error) (err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() {
		if e := rows.Close(); e != nil && err == nil {
			err = translate(e)
		}
	}()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// All returns every row, read by scan.
func All[T any](ctx context.Context, q Queryer, query string, args []any, scan func(*Rows) (T, error)) ([]T, error) {
	var all []T
	err := Each(ctx, q, query, args, func(r *Rows) error {
		v, err := scan(r)
		if err == nil {
			all = append(all, v)
		}
		return err
	})
	return all, err
}

// One returns the first row, or ErrNoRows.
func One[T any](ctx context.Context, q Queryer, query string, args []any, scan func(*Rows) (T, error)) (v T, err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return v, err
	}
	defer func() {
		if e := rows.Close(); e != nil && err == nil {
			err = translate(e)
		}
	}()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return v, err
		}
		return v, ErrNoRows
	}
	return scan(rows)
}

// Value reads one column of one row; ErrNoRows when there is none.
func Value[T any](ctx context.Context, q Queryer, query string, args ...any) (T, error) {
	return One(ctx, q, query, args, func(r *Rows) (v T, err error) {
		err = r.Scan(&v)
		return v, err
	})
}

// arguments converts our values to what the drivers know.
func (d *DB) arguments(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case id.ID:
			if d.engine == Postgres {
				out[i] = a.String()
			} else {
				out[i] = a[:]
			}
		case time.Time:
			out[i] = micros(a)
		case clock.Day:
			out[i] = int64(a)
		case bool:
			out[i] = int64(0)
			if a {
				out[i] = int64(1)
			}
		default:
			out[i] = a
		}
	}
	return out
}

func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }
