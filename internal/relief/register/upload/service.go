// SPDX-License-Identifier: Apache-2.0

package upload

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/blob"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/job"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

const maxName = 200 // characters of a file's or a mapping's name

// Queue takes jobs in the transaction of the write that asks for them.
type Queue interface {
	EnqueueTx(ctx context.Context, tx *db.Tx, args ...job.Args) error
}

// Config is what the service works with.
type Config struct {
	DB        *db.DB
	Policy    *account.Policy
	Registers *register.Service
	Blobs     *blob.Store
	Queue     Queue
	MaxSize   int64 // bytes of one file
	// Current returns the actor with the rights of now, for a job that goes on
	// after its person left; nil: the rights at the start count.
	Current func(ctx context.Context, a account.Actor) (account.Actor, error)
}

// Service keeps the tray. It is safe for concurrent use.
type Service struct{ Config }

// New returns the service.
func New(c Config) *Service { return &Service{c} }

// Input says what a file is.
type Input struct {
	Kind register.Kind
	Name string
	Org  id.ID // for which organisation; zero: the house
}

// Upload keeps a file and looks at it. A file that is no table is refused; one
// in which a column is not known is kept, and its preview says so.
func (s *Service) Upload(ctx context.Context, actor account.Actor, in Input, r io.Reader) (Upload, register.Preview, error) {
	u := Upload{Kind: in.Kind, Name: layout.Base(strings.TrimSpace(in.Name)), Org: in.Org, By: actor.ID, State: Uploaded}
	if err := s.Policy.Authorize(ctx, actor, "import.run", u.object()); err != nil {
		return Upload{}, register.Preview{}, err
	}
	bad := errs.Bad()
	if !u.Kind.Valid() {
		bad.Field("kind", "register.upload.kind")
	}
	if n := utf8.RuneCountInString(u.Name); n == 0 || n > maxName || u.Name == "." || !utf8.ValidString(u.Name) {
		bad.Field("file", "register.upload.name", "max", maxName)
	}
	if err := bad.OrNil(); err != nil {
		return Upload{}, register.Preview{}, err
	}
	ref, err := s.Blobs.Put(ctx, r, s.MaxSize)
	if err != nil {
		return Upload{}, register.Preview{}, err
	}
	u.Digest, u.Size = ref.SHA256, ref.Size
	seen, err := s.look(ctx, actor, u, nil)
	if err != nil {
		return Upload{}, register.Preview{}, err
	}
	u.total, u.Fingerprint = seen.Total, fingerprint(seen)
	if seen, err = s.remember(ctx, actor, &u, seen); err != nil {
		return Upload{}, register.Preview{}, err
	}
	return u, seen, s.add(ctx, actor, &u)
}

// add stores a new file.
func (s *Service) add(ctx context.Context, actor account.Actor, u *Upload) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		u.ID, u.UploadedAt = tx.NewID(), tx.Now()
		if err := insertUpload(ctx, tx, *u); err != nil {
			return err
		}
		return s.fact(ctx, tx, actor, "register.upload", u.ID, map[string]any{"kind": string(u.Kind), "file_hash": u.Digest})
	})
}

// fact writes what happened. Names of files are left out: they may name a person.
func (s *Service) fact(ctx context.Context, tx *db.Tx, actor account.Actor, action string, subject id.ID, payload map[string]any) error {
	_, err := journal.Write(ctx, tx, journal.Fact{
		Actor: actor.ID, Action: action, SubjectKind: "register", Subject: subject, Payload: payload,
	})
	return err
}

// remember takes the mapping that was kept for files of this form, where it
// still fits.
func (s *Service) remember(ctx context.Context, actor account.Actor, u *Upload, seen register.Preview) (register.Preview, error) {
	if u.Fingerprint == "" {
		return seen, nil
	}
	kept, err := savedFor(ctx, s.DB, u.Fingerprint, u.Org)
	if err != nil || kept.ID.IsZero() {
		return seen, err
	}
	with, err := s.look(ctx, actor, *u, &kept.Mapping)
	if errs.Is(err, errs.Invalid) || err == nil && !with.Ready() {
		return seen, nil
	}
	if err != nil {
		return seen, err
	}
	u.Mapping, u.Remembered, u.State, u.total = &kept.Mapping, kept.ID, Mapped, with.Total
	return with, nil
}

// fingerprint is that of the widest table.
func fingerprint(p register.Preview) string {
	best, columns := "", 0
	for _, t := range p.Tables {
		if t.Fingerprint != "" && len(t.Columns) > columns {
			best, columns = t.Fingerprint, len(t.Columns)
		}
	}
	return best
}

// open returns the bytes of a file.
func (s *Service) open(ctx context.Context, u Upload) (file io.ReaderAt, closer func() error, err error) {
	f, _, err := s.Blobs.Get(ctx, u.Digest)
	if err != nil {
		return nil, nil, err
	}
	at, ok := f.(io.ReaderAt)
	if !ok {
		f.Close() //nolint:errcheck // nothing was written
		return nil, nil, fmt.Errorf("upload: a blob of type %T cannot be read at a place", f)
	}
	return at, f.Close, nil
}

// look shows a file as it would be read with a mapping.
func (s *Service) look(ctx context.Context, actor account.Actor, u Upload, m *register.Mapping) (register.Preview, error) {
	file, closer, err := s.open(ctx, u)
	if err != nil {
		return register.Preview{}, err
	}
	defer closer() //nolint:errcheck // only read
	return s.Registers.Preview(ctx, actor, register.Request{
		Kind: u.Kind, FileName: u.Name, File: file, Size: u.Size, Mapping: m,
	})
}

// mine returns a file about which the actor may do the action.
func (s *Service) mine(ctx context.Context, actor account.Actor, action string, uploadID id.ID) (Upload, error) {
	if !s.Policy.Could(actor, action) { // an outsider does not learn what exists
		return Upload{}, s.Policy.Authorize(ctx, actor, action, account.Object{Kind: "import", ID: uploadID})
	}
	u, err := uploadByID(ctx, s.DB, uploadID)
	if err != nil {
		return u, err
	}
	return u, s.Policy.Authorize(ctx, actor, action, u.object())
}

// Get returns a file and how far its import has come.
func (s *Service) Get(ctx context.Context, actor account.Actor, uploadID id.ID) (Progress, error) {
	u, err := s.mine(ctx, actor, "import.read", uploadID)
	if err != nil {
		return Progress{}, err
	}
	return s.progress(ctx, actor, u)
}

func (s *Service) progress(ctx context.Context, actor account.Actor, u Upload) (Progress, error) {
	if u.Run.IsZero() {
		return progress(u, register.RunInfo{}), nil
	}
	r, _, err := s.Registers.RunInfo(ctx, actor, u.Run)
	if errs.Is(err, errs.NotFound) { // its first chunk is not written yet
		err = nil
	}
	return progress(u, r), err
}

// Filter narrows a list of files.
type Filter struct {
	Kind  register.Kind // empty: every kind
	State State         // empty: every state
}

// List returns one page of files, the latest first.
func (s *Service) List(ctx context.Context, actor account.Actor, f Filter, p page.Request) (page.Page[Progress], error) {
	if err := s.Policy.Authorize(ctx, actor, "import.read", account.Object{Kind: "import"}); err != nil {
		return page.Page[Progress]{}, err
	}
	found, err := listUploads(ctx, s.DB, f, p)
	if err != nil {
		return page.Page[Progress]{}, err
	}
	out := page.Page[Progress]{Next: found.Next, Items: make([]Progress, len(found.Items))}
	for i, u := range found.Items {
		if out.Items[i], err = s.progress(ctx, actor, u); err != nil {
			return page.Page[Progress]{}, err
		}
	}
	return out, nil
}

// Download opens the file as it was handed in; the caller closes it.
func (s *Service) Download(ctx context.Context, actor account.Actor, uploadID id.ID) (Upload, io.ReadCloser, error) {
	u, err := s.mine(ctx, actor, "import.read", uploadID)
	if err != nil {
		return u, nil, err
	}
	f, _, err := s.Blobs.Get(ctx, u.Digest)
	return u, f, err
}

// Preview shows a file as it would be read with a mapping; nil: with what was
// said about it so far.
func (s *Service) Preview(ctx context.Context, actor account.Actor, uploadID id.ID, m *register.Mapping) (register.Preview, error) {
	u, err := s.mine(ctx, actor, "import.run", uploadID)
	if err != nil {
		return register.Preview{}, err
	}
	if m == nil {
		return s.look(ctx, actor, u, u.Mapping)
	}
	if err := m.Check(u.Kind); err != nil {
		return register.Preview{}, err
	}
	return s.look(ctx, actor, u, m)
}

// Map says what the columns of a file are. An empty mapping gives it back to
// guessing.
func (s *Service) Map(ctx context.Context, actor account.Actor, uploadID id.ID, m register.Mapping) (Upload, register.Preview, error) {
	u, err := s.mine(ctx, actor, "import.run", uploadID)
	if err != nil {
		return u, register.Preview{}, err
	}
	m.Kind, m.Goods = u.Kind, nil
	if err := m.Check(u.Kind); err != nil {
		return u, register.Preview{}, err
	}
	seen, err := s.look(ctx, actor, u, &m)
	if err != nil {
		return u, seen, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := lockUpload(ctx, tx, uploadID)
		if err != nil {
			return err
		}
		if now.State == Running {
			return errs.New(errs.Conflict, "register.upload.running").With(now)
		}
		// Rows that were read in another way are other rows of a run: it begins anew.
		now.Mapping, now.Remembered, now.State, now.Run, now.total = &m, id.Zero, Mapped, id.Zero, seen.Total
		u = now
		if err := updateUpload(ctx, tx, now); err != nil {
			return err
		}
		return s.fact(ctx, tx, actor, "register.map", u.ID, nil)
	})
	return u, seen, err
}
