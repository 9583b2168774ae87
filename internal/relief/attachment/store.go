// SPDX-License-Identifier: Apache-2.0

package attachment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertSQL = `
		INSERT INTO attachment
		  (id, subject_kind, subject, org, kind, title, name, media_type, size, sha256, thumbnail,
		   width, height, created_at, created_by, removed_at, removed_by, reason, purged_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, NULL, NULL, '', NULL)`

	selectOne = `
		SELECT id, subject_kind, subject, org, kind, title, name, media_type, size, sha256, thumbnail,
		       width, height, created_at, created_by, removed_at, removed_by, reason
		FROM attachment
		WHERE id = $1`

	selectOfSubject = `
		SELECT id, subject_kind, subject, org, kind, title, name, media_type, size, sha256, thumbnail,
		       width, height, created_at, created_by, removed_at, removed_by, reason
		FROM attachment
		WHERE subject_kind = $1 AND subject = $2 AND (removed_at IS NULL OR $3 = 1)
		ORDER BY id DESC
		LIMIT $4`

	countOfSubject = `
		SELECT count(*)
		FROM attachment
		WHERE subject_kind = $1 AND subject = $2 AND removed_at IS NULL`

	updateRemoved = `
		UPDATE attachment
		SET removed_at = $2, removed_by = $3, reason = $4, title = '', name = ''
		WHERE id = $1 AND removed_at IS NULL`

	selectUnpurged = `
		SELECT id, sha256, thumbnail
		FROM attachment
		WHERE purged_at IS NULL AND removed_at < $1
		ORDER BY removed_at
		LIMIT $2`

	updatePurged = `
		UPDATE attachment
		SET purged_at = $2
		WHERE id = $1`

	// Removed less than a day ago is as good as there.
	countUsers = `
		SELECT count(*)
		FROM attachment
		WHERE (sha256 = $1 OR thumbnail = $1) AND (removed_at IS NULL OR removed_at >= $2)`

	selectFiles = `
		SELECT id, sha256, size, thumbnail
		FROM attachment
		WHERE removed_at IS NULL
		ORDER BY id`
)

func insert(ctx context.Context, tx *db.Tx, a Attachment) error {
	_, err := tx.Exec(ctx, insertSQL, a.ID, string(a.Subject.Kind), a.Subject.ID, a.Org, string(a.Kind), a.Title, a.Name, string(a.Type),
		a.Size, a.SHA256, a.Thumbnail, a.Width, a.Height, a.CreatedAt, a.CreatedBy)
	if err != nil {
		return fmt.Errorf("insert attachment: %w", err)
	}
	return nil
}

func scan(r *db.Rows) (a Attachment, err error) {
	err = r.Scan(&a.ID, &a.Subject.Kind, &a.Subject.ID, &a.Org, &a.Kind, &a.Title, &a.Name, &a.Type, &a.Size, &a.SHA256, &a.Thumbnail,
		&a.Width, &a.Height, &a.CreatedAt, &a.CreatedBy, &a.RemovedAt, &a.RemovedBy, &a.Reason)
	return a, err
}

func byID(ctx context.Context, q db.Queryer, attachmentID id.ID) (Attachment, error) {
	a, err := db.One(ctx, q, selectOne, []any{attachmentID}, scan)
	if errors.Is(err, db.ErrNoRows) {
		return Attachment{}, errs.New(errs.NotFound, "attachment.not_found")
	}
	if err != nil {
		return Attachment{}, fmt.Errorf("read attachment: %w", err)
	}
	return a, nil
}

// maxListed bounds a list that is never long: files that are there, and removed ones.
const maxListed = 500

func ofSubject(ctx context.Context, q db.Queryer, s Subject, removed bool) ([]Attachment, error) {
	list, err := db.All(ctx, q, selectOfSubject, []any{string(s.Kind), s.ID, removed, maxListed}, scan)
	if err != nil {
		return nil, fmt.Errorf("list attachments: %w", err)
	}
	return list, nil
}

func count(ctx context.Context, q db.Queryer, s Subject) (int, error) {
	return db.Value[int](ctx, q, countOfSubject, string(s.Kind), s.ID)
}

// remove reports whether it was there until now.
func remove(ctx context.Context, tx *db.Tx, a Attachment) (bool, error) {
	n, err := tx.Exec(ctx, updateRemoved, a.ID, a.RemovedAt, a.RemovedBy, a.Reason)
	if err != nil {
		return false, fmt.Errorf("remove attachment: %w", err)
	}
	return n == 1, nil
}

// left is a removed attachment whose files may still be there.
type left struct {
	id    id.ID
	files []string
}

func unpurged(ctx context.Context, q db.Queryer, before time.Time, limit int) ([]left, error) {
	return db.All(ctx, q, selectUnpurged, []any{before, limit}, func(r *db.Rows) (l left, err error) {
		var file, thumbnail string
		err = r.Scan(&l.id, &file, &thumbnail)
		l.files = append(l.files, file)
		if thumbnail != "" {
			l.files = append(l.files, thumbnail)
		}
		return l, err
	})
}

func markPurged(ctx context.Context, tx *db.Tx, attachmentID id.ID) error {
	if _, err := tx.Exec(ctx, updatePurged, attachmentID, tx.Now()); err != nil {
		return fmt.Errorf("purge attachment: %w", err)
	}
	return nil
}

func users(ctx context.Context, q db.Queryer, file string, since time.Time) (int, error) {
	return db.Value[int](ctx, q, countUsers, file, since)
}

// File is a kept file that an attachment names.
type File struct {
	Attachment id.ID
	SHA256     string
	Size       int64 // zero: not known, of a thumbnail
}

// Files calls fn for every file that an attachment names, for the proof that
// all of them are there.
func Files(ctx context.Context, q db.Queryer, fn func(File) error) error {
	return db.Each(ctx, q, selectFiles, nil, func(r *db.Rows) error {
		var f File
		var thumbnail string
		if err := r.Scan(&f.Attachment, &f.SHA256, &f.Size, &thumbnail); err != nil {
			return err
		}
		if err := fn(f); err != nil || thumbnail == "" {
			return err
		}
		return fn(File{Attachment: f.Attachment, SHA256: thumbnail})
	})
}
