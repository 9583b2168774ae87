// SPDX-License-Identifier: Apache-2.0

package upload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/relief/register"
)

const (
	insertUploadSQL = `
		INSERT INTO register_upload
		  (id, kind, name, size, digest, state, mapping, remembered, fingerprint, total, run_id, stop_asked, worked, failures,
		   actor, why, args, uploaded_by, org_id, uploaded_at, started_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, '', '', '', $12, $13, $14, NULL, NULL)`

	selectUploadsHead = `
		SELECT id, kind, name, size, digest, state, mapping, remembered, fingerprint, total, run_id, stop_asked, worked, failures,
		       actor, why, args, uploaded_by, org_id, uploaded_at, started_at, ended_at
		FROM register_upload`

	updateUploadSQL = `
		UPDATE register_upload
		SET state = $2, mapping = $3, remembered = $4, total = $5, run_id = $6, stop_asked = $7, worked = $8, failures = $9,
		    actor = $10, why = $11, args = $12, started_at = $13, ended_at = $14
		WHERE id = $1`

	addWorkedSQL = `
		UPDATE register_upload
		SET worked = worked + $2, failures = 0
		WHERE id = $1`

	selectAsked = `
		SELECT stop_asked, run_id
		FROM register_upload
		WHERE id = $1`

	selectRunning = `
		SELECT id
		FROM register_upload
		WHERE state = 'running'
		ORDER BY id`
)

// texts are what a row keeps as JSON; empty text for nothing.
func texts(values ...any) ([]string, error) {
	out := make([]string, len(values))
	for i, v := range values {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("upload: %w", err)
		}
		if out[i] = string(b); out[i] == "null" {
			out[i] = ""
		}
	}
	return out, nil
}

func insertUpload(ctx context.Context, tx *db.Tx, u Upload) error {
	t, err := texts(u.Mapping)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertUploadSQL, u.ID, string(u.Kind), u.Name, u.Size, u.Digest, string(u.State), t[0],
		u.Remembered, u.Fingerprint, u.total, u.Run, u.By, u.Org, u.UploadedAt)
	if err != nil {
		return fmt.Errorf("insert upload: %w", err)
	}
	return nil
}

func updateUpload(ctx context.Context, tx *db.Tx, u Upload) error {
	t, err := texts(u.Mapping, u.WhyArgs, u.actor)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, updateUploadSQL, u.ID, string(u.State), t[0], u.Remembered, u.total, u.Run, u.StopAsked,
		u.worked.Microseconds(), u.failures, t[2], u.Why, t[1], u.StartedAt, u.EndedAt)
	if err != nil {
		return fmt.Errorf("update upload: %w", err)
	}
	return nil
}

func scanUpload(r *db.Rows) (Upload, error) {
	var u Upload
	var mapping register.Mapping
	var worked int64
	err := r.Scan(&u.ID, &u.Kind, &u.Name, &u.Size, &u.Digest, &u.State, db.JSON(&mapping), &u.Remembered, &u.Fingerprint,
		&u.total, &u.Run, &u.StopAsked, &worked, &u.failures, db.JSON(&u.actor), &u.Why, db.JSON(&u.WhyArgs),
		&u.By, &u.Org, &u.UploadedAt, &u.StartedAt, &u.EndedAt)
	if mapping.Kind != "" {
		u.Mapping = &mapping
	}
	u.worked = time.Duration(worked) * time.Microsecond
	return u, err
}

func uploadByID(ctx context.Context, q db.Queryer, uploadID id.ID) (Upload, error) {
	u, err := db.One(ctx, q, selectUploadsHead+"\n\t\tWHERE id = $1", []any{uploadID}, scanUpload)
	if errors.Is(err, db.ErrNoRows) {
		return u, errs.New(errs.NotFound, "register.upload.not_found")
	}
	if err != nil {
		return u, fmt.Errorf("read upload: %w", err)
	}
	return u, nil
}

// lockUpload reads a file for a change; one person waits for the other.
func lockUpload(ctx context.Context, tx *db.Tx, uploadID id.ID) (Upload, error) {
	if err := tx.Lock(ctx, "register.upload."+uploadID.String()); err != nil {
		return Upload{}, err
	}
	return uploadByID(ctx, tx, uploadID)
}

func addWorked(ctx context.Context, tx *db.Tx, uploadID id.ID, spent time.Duration) error {
	if _, err := tx.Exec(ctx, addWorkedSQL, uploadID, spent.Microseconds()); err != nil {
		return fmt.Errorf("note the time spent: %w", err)
	}
	return nil
}

// asked returns whether a person wants an import to stop, and its run.
func asked(ctx context.Context, q db.Queryer, uploadID id.ID) (stop bool, run id.ID, err error) {
	err = db.Each(ctx, q, selectAsked, []any{uploadID}, func(r *db.Rows) error { return r.Scan(&stop, &run) })
	if err != nil {
		return false, id.Zero, fmt.Errorf("read upload: %w", err)
	}
	return stop, run, nil
}

func runningUploads(ctx context.Context, q db.Queryer) ([]id.ID, error) {
	found, err := db.All(ctx, q, selectRunning, nil, func(r *db.Rows) (i id.ID, err error) { return i, r.Scan(&i) })
	if err != nil {
		return nil, fmt.Errorf("list running uploads: %w", err)
	}
	return found, nil
}

func listUploads(ctx context.Context, q db.Queryer, f Filter, p page.Request) (page.Page[Upload], error) {
	var where db.Filter
	if f.Kind != "" {
		where.And("kind = ?", string(f.Kind))
	}
	if f.State != "" {
		where.And("state = ?", string(f.State))
	}
	if p.Cursor != "" {
		var before id.ID
		if err := page.Decode(p.Cursor, &before); err != nil {
			return page.Page[Upload]{}, err
		}
		where.And("id < ?", before)
	}
	query, args := where.Query(selectUploadsHead, "ORDER BY id DESC", p.Rows()+1)
	rows, err := db.All(ctx, q, query, args, scanUpload)
	if err != nil {
		return page.Page[Upload]{}, fmt.Errorf("list uploads: %w", err)
	}
	return page.Cut(rows, p.Rows(), func(u Upload) string { return page.Encode(u.ID) }), nil
}
