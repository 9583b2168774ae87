// SPDX-License-Identifier: Apache-2.0

package word

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

const (
	maxText = 100     // characters of a word
	unknown = "other" // the class of articles that nobody knows
)

// Config is what the service works with.
type Config struct {
	DB      *db.DB
	Policy  *account.Policy
	Catalog *catalog.Catalog
}

// Service keeps taught words. It is safe for concurrent use.
type Service struct{ Config }

// New returns the service.
func New(c Config) *Service { return &Service{c} }

// Word is a name of goods and what it stands for.
type Word struct {
	ID    id.ID
	Text  string // as it was taught
	Class string // code of the catalogue
	By    id.ID
	At    time.Time
}

// Teach says of which class the goods of a name are. A name that was taught
// before gets the new class.
func (s *Service) Teach(ctx context.Context, actor account.Actor, name, class string) (Word, error) {
	if err := s.Policy.Authorize(ctx, actor, "import.review", account.Object{Kind: "import"}); err != nil {
		return Word{}, err
	}
	w := Word{Text: strings.TrimSpace(name), Class: class, By: actor.ID}
	bad := errs.Bad()
	if key := text.Key(w.Text); key == "" || utf8.RuneCountInString(w.Text) > maxText {
		bad.Field("text", "register.word.text", "max", maxText)
	}
	if _, ok := s.Catalog.Class(class); !ok || class == unknown {
		bad.Field("class", "register.word.class")
	}
	if err := bad.OrNil(); err != nil {
		return Word{}, err
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		w.ID, w.At = tx.NewID(), tx.Now()
		if w.ID, err = upsert(ctx, tx, w, text.Key(w.Text)); err != nil {
			return err
		}
		return fact(ctx, tx, actor, "register.word_teach", w.ID, map[string]any{"text": w.Text, "class": class})
	})
	return w, err
}

// Forget takes a word back.
func (s *Service) Forget(ctx context.Context, actor account.Actor, wordID id.ID) error {
	if err := s.Policy.Authorize(ctx, actor, "import.review", account.Object{Kind: "import", ID: wordID}); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := remove(ctx, tx, wordID); err != nil {
			return err
		}
		return fact(ctx, tx, actor, "register.word_forget", wordID, nil)
	})
}

func fact(ctx context.Context, tx *db.Tx, actor account.Actor, action string, subject id.ID, payload map[string]any) error {
	_, err := journal.Write(ctx, tx, journal.Fact{
		Actor: actor.ID, Action: action, SubjectKind: "register", Subject: subject, Payload: payload,
	})
	return err
}

// List returns what was taught, by text.
func (s *Service) List(ctx context.Context, actor account.Actor) ([]Word, error) {
	if err := s.Policy.Authorize(ctx, actor, "import.read", account.Object{Kind: "import"}); err != nil {
		return nil, err
	}
	return list(ctx, s.DB)
}

// Taught returns the words of this moment as a question: which class has the
// article, empty when nobody taught it.
func (s *Service) Taught(ctx context.Context) (func(item string) string, error) {
	all, err := list(ctx, s.DB)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	classes := make(map[string]string, len(all))
	for _, w := range all {
		classes[text.Key(w.Text)] = w.Class
	}
	return func(item string) string { return classes[text.Key(item)] }, nil
}
