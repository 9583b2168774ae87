// SPDX-License-Identifier: Apache-2.0

package find

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Kind is what an entry is.
type Kind string

// The kinds.
const (
	Org          Kind = "org"
	Lot          Kind = "lot"
	Need         Kind = "need"
	Receipt      Kind = "receipt"
	Distribution Kind = "distribution"
)

// reading is the action that each kind is read by.
var reading = []struct {
	kind   Kind
	action string
}{{Org, "org.read"}, {Lot, "stock.read"}, {Need, "need.read"}, {Receipt, "receipt.read"}, {Distribution, "distribution.read"}}

// Entry is one thing that was found.
type Entry struct {
	ID    id.ID
	Kind  Kind
	Title string // name or code; of a record the name of whom it is about
}

// entry is an organisation as its names are kept.
type entry struct {
	ID    id.ID
	title string
	words string // folded, one spelling a line
}

// Service finds. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	policy *account.Policy
	folder *folder
}

// New returns the service; it reads the table of characters, which takes some
// milliseconds.
func New(d *db.DB, policy *account.Policy) (*Service, error) {
	folder, err := newFolder()
	return &Service{db: d, policy: policy, folder: folder}, err
}

// Fold is how the service compares words, for lists that are searched beside it.
func (s *Service) Fold(words string) string { return s.folder.fold(words) }

const (
	namesFound   = 8   // organisations, and lots
	recordsFound = 8   // records, by their ids and of organisations that were found
	looked       = 200 // names that are weighed
	shortestID   = 6   // characters of an id that are enough to look for one
)

// Find returns what the actor may read of what the words name: the best names
// first, then lots, then records about them, the latest first.
func (s *Service) Find(ctx context.Context, actor account.Actor, words string) ([]Entry, error) {
	folded := s.folder.fold(words)
	if folded == "" {
		return nil, nil
	}
	if runes := []rune(folded); len(runes) > longest {
		folded = string(runes[:longest])
	}
	scopes, err := s.scopes(ctx, actor)
	if err != nil {
		return nil, err
	}
	orgs, err := s.named(ctx, folded)
	if err != nil {
		return nil, err
	}
	var all []Entry
	for _, e := range orgs {
		if len(all) < namesFound && scopes.cover(Org, e.ID) {
			all = append(all, Entry{e.ID, Org, e.title})
		}
	}
	for _, search := range []func() ([]Entry, error){
		func() ([]Entry, error) { return s.lots(ctx, words, scopes) },
		func() ([]Entry, error) { return s.withID(ctx, words, scopes) },
		func() ([]Entry, error) { return s.about(ctx, orgs, scopes) },
	} {
		some, err := search()
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			if !slices.ContainsFunc(all, func(one Entry) bool { return one.ID == e.ID }) {
				all = append(all, e)
			}
		}
	}
	return all, nil
}

// named are organisations with the words in a name, the best first.
func (s *Service) named(ctx context.Context, folded string) ([]entry, error) {
	found, err := byWords(ctx, s.db, grams(folded), looked)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(e entry) bool { return !strings.Contains(e.words, folded) })
	slices.SortStableFunc(found, func(a, b entry) int { return cmp.Compare(weight(a, folded), weight(b, folded)) })
	return found[:min(len(found), 2*namesFound)], nil
}

// weight orders names: equal, beginning so, then the rest.
func weight(e entry, folded string) int {
	best := 2
	for line := range strings.SplitSeq(e.words, "\n") {
		switch {
		case line == folded:
			return 0
		case strings.HasPrefix(line, folded):
			best = 1
		}
	}
	return best
}

// idRange returns between which ids those lie that begin with the words.
func idRange(words string) (low, high id.ID, ok bool) {
	digits := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(words)), "-", "")
	if len(digits) < shortestID || len(digits) > 32 || strings.Trim(digits, "0123456789abcdef") != "" {
		return low, high, false
	}
	fill := func(with string) (id.ID, error) {
		d := digits + strings.Repeat(with, 32-len(digits))
		return id.Parse(d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:])
	}
	low, errLow := fill("0")
	high, errHigh := fill("f")
	return low, high, errLow == nil && errHigh == nil
}

// scopes are whose things of each kind somebody may read.
type scopes map[Kind]account.Scope

func (s *Service) scopes(ctx context.Context, actor account.Actor) (scopes, error) {
	all := scopes{}
	for _, r := range reading {
		scope, err := s.policy.Scope(ctx, actor, r.action)
		if errs.Is(err, errs.Forbidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all[r.kind] = scope
	}
	return all, nil
}

func (s scopes) cover(kind Kind, owner id.ID) bool {
	scope, may := s[kind]
	return may && scope.Covers(owner)
}

// within returns to whose things of a kind a list is to be narrowed (none: to
// nobody's), and whether anything of it may be seen.
func (s scopes) within(kind Kind) (orgs []id.ID, may bool) {
	scope, may := s[kind]
	if !may || scope.All() {
		return nil, may
	}
	return scope.Orgs(), len(scope.Orgs()) > 0
}
