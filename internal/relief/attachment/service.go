// SPDX-License-Identifier: Apache-2.0

package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/blob"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/picture"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Subjects finds records of other chapters.
type Subjects interface {
	// Find returns whose a record is and who made it (the zero id: not known), or
	// errs.NotFound.
	Find(ctx context.Context, kind SubjectKind, subject id.ID) (org, by id.ID, err error)
}

// Keeper is another chapter that keeps files in the same store. Purge spares what
// it has.
type Keeper interface {
	Keeps(ctx context.Context, q db.Queryer, sha256 string) (bool, error)
}

// Service keeps attachments. It is safe for concurrent use.
type Service struct {
	db       *db.DB
	policy   *account.Policy
	files    *blob.Store
	pictures *picture.Intake
	subjects Subjects
	others   []Keeper
}

// New returns the service; pictures are taken by one intake, which bounds the
// memory of all of them together. others are the chapters that keep files too.
func New(d *db.DB, policy *account.Policy, files *blob.Store, subjects Subjects, others ...Keeper) *Service {
	return &Service{db: d, policy: policy, files: files, pictures: picture.NewIntake(), subjects: subjects, others: others}
}

// may returns whose the record is to whoever may read it and do the action to its
// attachments. Who may not learns nothing, not even whether there is one.
func (s *Service) may(ctx context.Context, actor account.Actor, action string, of Subject, by id.ID) (org id.ID, err error) {
	org, madeBy, missing := s.subjects.Find(ctx, of.Kind, of.ID)
	if missing != nil && !errs.Is(missing, errs.NotFound) {
		return id.Zero, missing
	}
	record := account.Object{Kind: string(of.Kind), ID: of.ID, Org: org, By: madeBy}
	if err := s.policy.Authorize(ctx, actor, of.Kind.read(), record); err != nil {
		return id.Zero, err
	}
	file := account.Object{Kind: "attachment", ID: of.ID, Org: org, By: by}
	if err := s.policy.Authorize(ctx, actor, action, file); err != nil {
		return id.Zero, err
	}
	return org, missing
}

// errLost means that the file which was just kept has been purged meanwhile.
var errLost = errors.New("attachment: the file was purged")

// Add keeps a file. The key makes a repeated call return the first one's result;
// empty means none.
func (s *Service) Add(ctx context.Context, actor account.Actor, in Input, key string) (Attachment, error) {
	in.Title = cleanText(in.Title)
	if err := in.Validate(); err != nil {
		return Attachment{}, err
	}
	org, err := s.may(ctx, actor, "attachment.create", in.Of, actor.ID)
	if err != nil {
		return Attachment{}, err
	}
	if in.Size > MaxSize {
		return Attachment{}, errs.New(errs.TooLarge, "picture.too_large", "mib", MaxSize>>20)
	}
	d := draft{Input: in, org: org, actor: actor, key: key}
	if d.received, err = digest(in.Content); err != nil {
		return Attachment{}, fmt.Errorf("attachment: %w", err)
	}
	n, err := count(ctx, s.db, in.Of)
	if err != nil {
		return Attachment{}, err
	}
	if n >= MaxOfOne { // without looking at the file: it is a repetition, or refused
		return s.post(ctx, d)
	}
	if d.kept, err = s.pictures.Take(ctx, picture.File{Name: in.Name, Type: in.Type, Content: in.Content, Size: in.Size}); err != nil {
		return Attachment{}, err
	}
	const tries = 3
	for range tries {
		if err := s.keep(ctx, &d); err != nil {
			return Attachment{}, err
		}
		a, err := s.post(ctx, d)
		if !errors.Is(err, errLost) {
			return a, err
		}
	}
	return Attachment{}, errs.Wrap(errLost, errs.Unavailable, "error.unavailable")
}

// draft is a file on its way to be kept.
type draft struct {
	Input

	org      id.ID
	actor    account.Actor
	key      string
	received string // SHA-256 of what was sent
	kept     picture.Kept
	file     blob.Ref
	little   blob.Ref // of the thumbnail
}

func digest(r io.ReadSeeker) (string, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	h := sha256.New()
	_, err := io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), err
}

// keep stores the files, before the row that names them.
func (s *Service) keep(ctx context.Context, d *draft) (err error) {
	var content io.Reader = bytes.NewReader(d.kept.Content)
	if d.kept.Content == nil {
		if _, err := d.Content.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("attachment: %w", err)
		}
		content = d.Content
	}
	if d.file, err = s.files.Put(ctx, content, MaxSize); err != nil || d.kept.Thumbnail == nil {
		return err
	}
	d.little, err = s.files.Put(ctx, bytes.NewReader(d.kept.Thumbnail), MaxSize)
	return err
}

// post writes the row and its fact.
func (s *Service) post(ctx context.Context, d draft) (Attachment, error) {
	fact := d.fact()
	var a Attachment
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		fact.Subject = tx.NewID()
		prior, err := journal.Write(ctx, tx, fact)
		if errors.Is(err, journal.ErrAlready) {
			a, err = byID(ctx, tx, prior.Subject)
			return err
		}
		if err != nil {
			return err
		}
		if err := s.room(ctx, tx, d); err != nil {
			return err
		}
		a = Attachment{
			ID: fact.Subject, Subject: d.Of, Org: d.org, Kind: d.Kind, Title: d.Title, Name: cleanName(d.Name, d.kept.Type),
			Type: d.kept.Type, Size: d.file.Size, SHA256: d.file.SHA256, Thumbnail: d.little.SHA256,
			Width: d.kept.Width, Height: d.kept.Height, CreatedAt: tx.Now(), CreatedBy: d.actor.ID,
		}
		return insert(ctx, tx, a)
	})
	return a, err
}

// fact is what the journal keeps: hashes and ids, no title and no name.
func (d draft) fact() journal.Fact {
	f := journal.Fact{
		Actor: d.actor.ID, Action: "attachment.create", SubjectKind: "attachment", Key: d.key,
		Payload: map[string]any{
			"subject_kind": string(d.Of.Kind), "subject": d.Of.ID, "kind": string(d.Kind), "media_type": string(d.kept.Type),
			"size": d.file.Size, "sha256": d.file.SHA256, "received": d.received,
		},
	}
	if d.key != "" {
		f.Fingerprint = journal.Fingerprint([]string{string(d.Of.Kind), d.Of.ID.String(), string(d.Kind), d.Title, d.Name, d.received})
	}
	return f
}

// room refuses one file too many, and makes sure that the files which the row
// will name are there: nobody purges them before the row is written.
func (s *Service) room(ctx context.Context, tx *db.Tx, d draft) error {
	if err := tx.Lock(ctx, "attach "+d.Of.ID.String()); err != nil {
		return err
	}
	n, err := count(ctx, tx, d.Of)
	if err != nil {
		return err
	}
	if n >= MaxOfOne || d.file.SHA256 == "" {
		return errs.New(errs.Exhausted, "attachment.too_many", "max", MaxOfOne)
	}
	if err := tx.Lock(ctx, purging); err != nil {
		return err
	}
	for _, ref := range []blob.Ref{d.file, d.little} {
		if ref.SHA256 == "" {
			continue
		}
		there, err := s.files.Has(ctx, ref.SHA256)
		if err != nil {
			return err
		}
		if !there {
			return errLost
		}
	}
	return nil
}

// List returns the attachments of a record, the newest first; removed ones too
// when asked for.
func (s *Service) List(ctx context.Context, actor account.Actor, of Subject, removed bool) ([]Attachment, error) {
	bad := errs.Bad()
	of.validate(bad)
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	if _, err := s.may(ctx, actor, "attachment.read", of, id.Zero); err != nil {
		return nil, err
	}
	return ofSubject(ctx, s.db, of, removed)
}

// Get returns an attachment, also a removed one.
func (s *Service) Get(ctx context.Context, actor account.Actor, attachmentID id.ID) (Attachment, error) {
	return s.find(ctx, actor, "attachment.read", attachmentID)
}

// find returns an attachment to whoever may do the action to it.
func (s *Service) find(ctx context.Context, actor account.Actor, action string, attachmentID id.ID) (Attachment, error) {
	a, err := byID(ctx, s.db, attachmentID)
	if errs.Is(err, errs.NotFound) {
		// Who may see only their own does not learn that there is none.
		if refused := s.policy.Authorize(ctx, actor, action, account.Object{Kind: "attachment"}); refused != nil {
			return Attachment{}, refused
		}
	}
	if err != nil {
		return Attachment{}, err
	}
	if _, err := s.may(ctx, actor, action, a.Subject, a.CreatedBy); err != nil {
		return Attachment{}, err
	}
	return a, nil
}

// Opened is a file to send. The caller closes Content.
type Opened struct {
	Attachment

	Name    string       // of the file to send
	Type    picture.Type // of the file to send
	SHA256  string
	Size    int64
	Content io.ReadCloser
}

// Open opens the file of an attachment.
func (s *Service) Open(ctx context.Context, actor account.Actor, attachmentID id.ID) (Opened, error) {
	a, err := s.Get(ctx, actor, attachmentID)
	if err != nil {
		return Opened{}, err
	}
	return s.open(ctx, Opened{Attachment: a, Name: a.Name, Type: a.Type, SHA256: a.SHA256})
}

// OpenThumbnail opens the small picture of an attachment.
func (s *Service) OpenThumbnail(ctx context.Context, actor account.Actor, attachmentID id.ID) (Opened, error) {
	a, err := s.Get(ctx, actor, attachmentID)
	if err != nil {
		return Opened{}, err
	}
	if a.Thumbnail == "" {
		return Opened{}, errs.New(errs.NotFound, "attachment.no_thumbnail")
	}
	return s.open(ctx, Opened{Attachment: a, Name: cleanName(a.Name, picture.JPEG), Type: picture.JPEG, SHA256: a.Thumbnail})
}

func (s *Service) open(ctx context.Context, o Opened) (Opened, error) {
	if o.Removed() {
		return Opened{}, errs.New(errs.NotFound, "attachment.removed", "reason", o.Reason)
	}
	var err error
	o.Content, o.Size, err = s.files.Get(ctx, o.SHA256)
	if errs.Is(err, errs.NotFound) {
		// The row says that there is one: this is our fault, and qiao check tells.
		return Opened{}, errs.Wrap(err, errs.Internal, "error.internal")
	}
	return o, err
}

// Remove takes a file away, with a reason. Its row stays.
func (s *Service) Remove(ctx context.Context, actor account.Actor, r Removal) (Attachment, error) {
	a, err := s.find(ctx, actor, "attachment.remove", r.ID)
	if err != nil {
		return Attachment{}, err
	}
	if err := r.validate(); err != nil {
		return Attachment{}, err
	}
	fact := journal.Fact{
		Actor: actor.ID, Action: "attachment.remove", SubjectKind: "attachment", Subject: r.ID, Reason: r.Reason, Key: r.Key,
		Payload: map[string]any{"subject_kind": string(a.Subject.Kind), "subject": a.Subject.ID, "sha256": a.SHA256},
	}
	if r.Key != "" {
		fact.Fingerprint = journal.Fingerprint([]string{r.ID.String(), r.Reason})
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := journal.Write(ctx, tx, fact); errors.Is(err, journal.ErrAlready) {
			a, err = byID(ctx, tx, r.ID)
			return err
		} else if err != nil {
			return err
		}
		a.RemovedAt, a.RemovedBy, a.Reason, a.Title, a.Name = tx.Now(), actor.ID, strings.TrimSpace(r.Reason), "", ""
		done, err := remove(ctx, tx, a)
		if err == nil && !done {
			err = errs.New(errs.Conflict, "attachment.removed_before")
		}
		return err
	})
	return a, err
}
