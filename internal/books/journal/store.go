// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertRecordSQL = `
		INSERT INTO journal_record
		  (id, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf, idem_key, fingerprint)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT DO NOTHING`

	// insertNumberedSQL is for an engine with one writer at a time: the order of
	// commits is known while writing, and nobody has to number afterwards.
	insertNumberedSQL = `
		INSERT INTO journal_record
		  (id, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf, idem_key, fingerprint, seq)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
		        (SELECT coalesce(max(seq), 0) + 1 FROM journal_record WHERE seq IS NOT NULL))
		ON CONFLICT DO NOTHING`

	selectByKey = `
		SELECT id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf, fingerprint
		FROM journal_record
		WHERE idem_key = $1`

	selectAfter = `
		SELECT id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf
		FROM journal_record
		WHERE seq > $1
		ORDER BY seq
		LIMIT $2`

	selectBySubject = `
		SELECT id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf
		FROM journal_record
		WHERE subject_id = $1
		ORDER BY recorded_at, id`

	numberRecords = `
		UPDATE journal_record
		SET seq = waiting.n
		FROM (
		  SELECT id, $1 + ROW_NUMBER() OVER (ORDER BY recorded_at, id) AS n
		  FROM (
		    SELECT id, recorded_at
		    FROM journal_record
		    WHERE seq IS NULL
		    ORDER BY recorded_at, id
		    LIMIT $2
		  ) AS oldest
		) AS waiting
		WHERE journal_record.id = waiting.id`

	selectLast = `
		SELECT coalesce(max(seq), 0)
		FROM journal_record
		WHERE seq IS NOT NULL`

	selectPending = `
		SELECT count(*)
		FROM (SELECT 1 FROM journal_record WHERE seq IS NULL LIMIT 1) AS pending`

	countPending = `
		SELECT count(*)
		FROM journal_record
		WHERE seq IS NULL`

	countRecords = `
		SELECT count(*)
		FROM journal_record`

	eraseRecord = `
		UPDATE journal_record
		SET payload = NULL, salt = NULL, fingerprint = NULL, reason = ''
		WHERE id = $1`

	selectCursor = `
		SELECT seq
		FROM journal_cursor
		WHERE name = $1`

	upsertCursor = `
		INSERT INTO journal_cursor (name, seq)
		VALUES ($1, $2)
		ON CONFLICT (name)
		DO UPDATE SET seq = excluded.seq`
)

func insertRecord(ctx context.Context, tx *db.Tx, r Record, f Fact) (bool, error) {
	var key, fingerprint any
	if f.Key != "" {
		key, fingerprint = f.Key, f.Fingerprint
	}
	statement := insertRecordSQL
	if tx.OneWriter() {
		statement = insertNumberedSQL
	}
	n, err := tx.Exec(ctx, statement, r.ID, r.RecordedAt, r.Actor, r.Action, r.SubjectKind, r.Subject,
		r.Reason, r.Payload, r.Salt, r.Leaf[:], key, fingerprint)
	return n == 1, err
}

// fields are the destinations of one record; finish copies what needs it.
type row struct {
	Record
	seq     *int64
	payload *string
	leaf    []byte
}

func (r *row) fields() []any {
	return []any{
		&r.ID, &r.seq, &r.RecordedAt, &r.Actor, &r.Action, &r.SubjectKind, &r.Subject,
		&r.Reason, &r.payload, &r.Salt, &r.leaf,
	}
}

func (r *row) finish() Record {
	if r.seq != nil {
		r.Seq = *r.seq
	}
	if r.payload != nil {
		r.Payload = *r.payload
	}
	copy(r.Leaf[:], r.leaf)
	return r.Record
}

func scanRecord(rows *db.Rows) (Record, error) {
	var r row
	err := rows.Scan(r.fields()...)
	return r.finish(), err
}

func recordByKey(ctx context.Context, q db.Queryer, key string) (Record, []byte, error) {
	var fingerprint []byte
	r, err := db.One(ctx, q, selectByKey, []any{key}, func(rows *db.Rows) (Record, error) {
		var r row
		err := rows.Scan(append(r.fields(), &fingerprint)...)
		return r.finish(), err
	})
	return r, fingerprint, err
}

// ByKey returns the record that was written with the key, or db.ErrNoRows.
func ByKey(ctx context.Context, q db.Queryer, key string) (Record, error) {
	r, _, err := recordByKey(ctx, q, key)
	return r, err
}

// After returns at most limit numbered records after the given number.
func After(ctx context.Context, q db.Queryer, seq int64, limit int) ([]Record, error) {
	return db.All(ctx, q, selectAfter, []any{seq, limit}, scanRecord)
}

// Of returns the history of one subject, oldest first.
func Of(ctx context.Context, q db.Queryer, subject id.ID) ([]Record, error) {
	return db.All(ctx, q, selectBySubject, []any{subject}, scanRecord)
}

// LastSeq returns the highest number given so far; 0 when there is none.
func LastSeq(ctx context.Context, q db.Queryer) (int64, error) {
	return db.Value[int64](ctx, q, selectLast)
}

// Count returns how many records there are, numbered or not.
func Count(ctx context.Context, q db.Queryer) (int64, error) {
	return db.Value[int64](ctx, q, countRecords)
}

// Pending returns how many records wait for their number: what the sequencer has
// yet to do, and always 0 on an engine with one writer. It reads an index of
// these records only.
func Pending(ctx context.Context, q db.Queryer) (int64, error) {
	return db.Value[int64](ctx, q, countPending)
}

func hasPending(ctx context.Context, q db.Queryer) (bool, error) {
	n, err := db.Value[int64](ctx, q, selectPending)
	return n > 0, err
}

// Cursor returns the number up to which a subscriber has handled.
func Cursor(ctx context.Context, q db.Queryer, name string) (int64, error) {
	n, err := db.Value[int64](ctx, q, selectCursor, name)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

func setCursor(ctx context.Context, tx *db.Tx, name string, seq int64) error {
	if _, err := tx.Exec(ctx, upsertCursor, name, seq); err != nil {
		return fmt.Errorf("cursor %s: %w", name, err)
	}
	return nil
}
