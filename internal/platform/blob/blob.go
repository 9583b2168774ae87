// SPDX-License-Identifier: Apache-2.0

// Package blob keeps files by what is in them: the name of a file is the SHA-256
// of its content, so equal files are kept once and damage is found.
//
// # What it promises
//
//   - Put answers after the file and its folder entry are on the disk.
//   - A file is there whole or not at all: it is written aside and renamed.
//   - No name reaches outside the folder (os.Root), and only names that Put gave
//     out are looked for at all.
//
// Several processes may use one folder. What a broken-off Put left aside is
// removed by a later Open.
package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

const (
	objects = "sha256" // sha256/ab/ab34…
	aside   = "tmp"    // files being written

	// abandoned is how long nothing was written to a file aside before it is
	// taken for a leftover: another process may be writing its own.
	abandoned = time.Hour
)

// Ref names a file.
type Ref struct {
	SHA256 string // 64 small hex digits; the file's name here
	Size   int64  // bytes
}

// Store is a folder of files. It is safe for concurrent use.
type Store struct{ root *os.Root }

// Open opens the folder, makes it when it is not there, and removes what
// broken-off writes left.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, translate("open", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, translate("open", err)
	}
	s := &Store{root: root}
	if err := s.prepare(); err != nil {
		root.Close() //nolint:errcheck // the first error is the one to tell
		return nil, translate("open", err)
	}
	return s, nil
}

// Close ends the use of the folder.
func (s *Store) Close() error { return s.root.Close() }

func (s *Store) prepare() error {
	for _, dir := range []string{objects, aside} {
		if err := s.root.MkdirAll(dir, 0o750); err != nil {
			return err
		}
	}
	if err := s.sync("."); err != nil {
		return err
	}
	return s.clean()
}

// clean removes files aside that nobody writes to any more. Their age is taken
// by the file system's own clock, which may be another machine's.
func (s *Store) clean() error {
	now, err := s.create()
	if err != nil {
		return err
	}
	defer s.discard(now)
	info, err := now.Stat()
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(s.root.FS(), aside)
	if err != nil {
		return err
	}
	for _, e := range entries {
		old, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // its writer has just finished
		}
		if err != nil {
			return err
		}
		if info.ModTime().Sub(old.ModTime()) < abandoned {
			continue
		}
		if err := s.root.Remove(aside + "/" + e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// create makes an empty file aside.
func (s *Store) create() (*temporary, error) {
	name := aside + "/" + rand.Text()
	f, err := s.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, err
	}
	return &temporary{File: f, name: name}, nil
}

// temporary is a file aside, with its name as seen from the root.
type temporary struct {
	*os.File
	name string
}

// discard removes a file aside; after a rename there is none.
func (s *Store) discard(f *temporary) {
	f.Close()             //nolint:errcheck // closed before when it mattered
	s.root.Remove(f.name) //nolint:errcheck // a leftover is removed by a later Open
}

// Put stores what r holds, at most limit bytes, and returns its name. Storing
// the same content again changes nothing.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (Ref, error) {
	f, err := s.create()
	if err != nil {
		return Ref{}, translate("put", err)
	}
	defer s.discard(f)
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, hash), io.LimitReader(&cancellable{ctx, r}, limit+1))
	if err != nil {
		return Ref{}, translate("put", err)
	}
	if size > limit {
		return Ref{}, errs.New(errs.TooLarge, "blob.too_large", "limit", limit)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return Ref{}, translate("put", err)
	}
	ref := Ref{SHA256: hex.EncodeToString(hash.Sum(nil)), Size: size}
	if err := s.place(f.name, ref); err != nil {
		return Ref{}, translate("put", err)
	}
	return ref, nil
}

// place gives the file aside its name. A file of that name and size is the same
// file and stays; one of another size is damaged and is replaced.
func (s *Store) place(from string, ref Ref) error {
	dir := folder(ref.SHA256)
	err := s.root.Mkdir(dir, 0o750)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	// Also when another Put made the folder or the file: it may not have
	// reached the disk yet, and this answer says that it has.
	if err := s.sync(objects); err != nil {
		return err
	}
	to := dir + "/" + ref.SHA256
	if info, err := s.root.Stat(to); err != nil || info.Size() != ref.Size {
		if err := s.root.Rename(from, to); err != nil {
			return err
		}
	}
	return s.sync(dir)
}

// sync makes the entries of a folder durable.
func (s *Store) sync(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get opens a file; the caller closes it. What is no name of a file here is
// errs.NotFound.
func (s *Store) Get(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, translate("get", err)
	}
	if !isName(name) {
		return nil, 0, errs.New(errs.NotFound, "blob.not_found")
	}
	f, err := s.root.Open(folder(name) + "/" + name)
	if err != nil {
		return nil, 0, translate("get", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close() //nolint:errcheck // the first error is the one to tell
		return nil, 0, translate("get", err)
	}
	return f, info.Size(), nil
}

// Has reports whether a file is there.
func (s *Store) Has(ctx context.Context, name string) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, translate("has", err)
	}
	if !isName(name) {
		return false, nil
	}
	_, err := s.root.Stat(folder(name) + "/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, translate("has", err)
	}
	return true, nil
}

// Remove deletes a file, durably. A file that is not there is removed already.
// Who names it elsewhere must have stopped before.
func (s *Store) Remove(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return translate("remove", err)
	}
	if !isName(name) {
		return errs.New(errs.NotFound, "blob.not_found")
	}
	err := s.root.Remove(folder(name) + "/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = s.sync(folder(name))
	}
	if err != nil {
		return translate("remove", err)
	}
	return nil
}

func folder(name string) string { return objects + "/" + name[:2] }

// isName reports whether the text is 64 small hex digits.
func isName(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// cancellable stops reading when the context ends.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (c *cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// translate turns an error of the file system into one to act on. Errors that
// are ours already pass unchanged.
func translate(operation string, err error) error {
	err = fmt.Errorf("blob: %s: %w", operation, err)
	var own *errs.Error
	switch {
	case errors.As(err, &own):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return errs.Wrap(err, errs.Unavailable, "error.disk_full")
	case errors.Is(err, fs.ErrNotExist):
		return errs.Wrap(err, errs.NotFound, "blob.not_found")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return errs.Wrap(err, errs.Unavailable, "blob.unwritable")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return errs.Wrap(err, errs.Unavailable, "error.cancelled")
	}
	return err
}
