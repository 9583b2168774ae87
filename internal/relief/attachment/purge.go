// SPDX-License-Identifier: Apache-2.0

package attachment

import (
	"context"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	keptFor    = 24 * time.Hour // how long the file of a removed attachment stays
	purgeBatch = 100
	purging    = "attachment purge" // the lock under which files are deleted or relied on
)

// Purge deletes the files of attachments that were removed a day ago or earlier,
// unless another attachment has the same file. It returns how many attachments
// it dealt with; what it could not finish, a later call does.
func (s *Service) Purge(ctx context.Context) (int, error) {
	before := s.db.Clock().Now().Add(-keptFor)
	old, err := unpurged(ctx, s.db, before, purgeBatch)
	if err != nil {
		return 0, err
	}
	for i, l := range old {
		if err := s.purge(ctx, l, before); err != nil {
			return i, err
		}
	}
	return len(old), nil
}

// purge deletes inside the write: who adds the same file at this moment waits, and
// then finds it gone. When the write is repeated or fails, nothing but a file that
// nobody has any more is gone.
func (s *Service) purge(ctx context.Context, l left, before time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, purging); err != nil {
			return err
		}
		for _, file := range l.files {
			used, err := s.used(ctx, tx, file, before)
			if err != nil {
				return err
			}
			if used {
				continue
			}
			if err := s.files.Remove(ctx, file); err != nil {
				return err
			}
		}
		return markPurged(ctx, tx, l.id)
	})
}

// used reports whether somebody else has the file.
func (s *Service) used(ctx context.Context, tx *db.Tx, file string, before time.Time) (bool, error) {
	n, err := users(ctx, tx, file, before)
	if err != nil || n > 0 {
		return n > 0, err
	}
	for _, other := range s.others {
		if keeps, err := other.Keeps(ctx, tx, file); err != nil || keeps {
			return keeps, err
		}
	}
	return false, nil
}
