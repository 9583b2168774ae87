// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// Walk calls fn for every file in the order of their names, and returns its
// first error. The reader is valid during the call.
func (s *Store) Walk(ctx context.Context, fn func(name string, r io.Reader) error) error {
	folders, err := fs.ReadDir(s.root.FS(), objects)
	if err != nil {
		return translate("walk", err)
	}
	for _, dir := range folders {
		entries, err := fs.ReadDir(s.root.FS(), objects+"/"+dir.Name())
		if err != nil {
			return translate("walk", err)
		}
		for _, e := range entries {
			if !isName(e.Name()) || e.Name()[:2] != dir.Name() {
				continue // not ours
			}
			if err := s.visit(ctx, e.Name(), fn); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) visit(ctx context.Context, name string, fn func(string, io.Reader) error) error {
	f, _, err := s.Get(ctx, name)
	if errs.Is(err, errs.NotFound) {
		return nil // removed since the folder was read
	}
	if err != nil {
		return err
	}
	err = fn(name, &cancellable{ctx, f})
	if e := f.Close(); e != nil {
		err = errors.Join(err, translate("walk", e))
	}
	return err
}

// Found is what Verify saw.
type Found struct {
	Files   int
	Bytes   int64
	Damaged []string // names of files whose content is not what the name says, or cannot be read
}

// Verify reads every file and compares it with its name.
func (s *Store) Verify(ctx context.Context) (Found, error) {
	var found Found
	err := s.Walk(ctx, func(name string, r io.Reader) error {
		hash := sha256.New()
		n, err := io.Copy(hash, r)
		if e := ctx.Err(); e != nil {
			return translate("verify", e)
		}
		found.Files++
		found.Bytes += n
		if err != nil || hex.EncodeToString(hash.Sum(nil)) != name {
			found.Damaged = append(found.Damaged, name)
		}
		return nil
	})
	return found, err
}
